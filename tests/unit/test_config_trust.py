"""Architecture rule 11: trust is raised by anyone and lowered by few."""

from dialtone.config import winning
from dialtone.config.explaining import describe
from dialtone.config.store import Store
from dialtone.errors import CallerError
from support import raises

METHOD = "https client method"
CHAIN = "https validate certificates"
ROOTS = "https user certificates"
# Every trust row: (name, a strict value, a weaker one), each a legal text in its one spelling
ROWS = (
    (METHOD, "TLSv1.3", "TLS"),
    (METHOD, "TLS", "TLSv1"),
    (METHOD, "TLSv1", "SSLv3"),
    (CHAIN, "1", "0"),
    ("firmware allow downgrade", "0", "1"),
    ("https validate expires", "1", "0"),
    ("https validate hostname", "1", "0"),
    (ROOTS, "", "x.pem"),
    (ROOTS, "own.pem", "x.pem"),
    ("https client certificate", "", "x.pem"),
    ("https client certificate", "own.pem", "x.pem"),
    ("https server certificate", "", "x.pem"),
    ("https server pin", "", "ab" * 32),
    ("https server pin", "cd" * 32, "ab" * 32),
    ("https server pin", "cd" * 32, ""),
    ("https trust first use", "0", "1"),
)
# Rows where the other direction is not weaker
BACK = [row for row in ROWS if row[0] in (METHOD, CHAIN) or row[0].startswith(("https validate", "https trust"))]
UNTRUSTED = ("http page", "file plain", "push", "xml", "", "LCD")


def commit(store, **files):
    """Commits files given as ``layer=(text, trusted)``; text None keeps the layer."""
    draft = store.begin_server()
    for layer in ("aastra", "model", "mac"):
        if layer in files:
            text, trusted = files[layer]
            draft.layer(layer, layer + ".cfg", trusted)
            draft.feed(text.encode())
    draft.commit()
    return [describe(each) for each in store.diagnostics]


def refused(store, **files):
    """The same without what is said of an old method that a file may set."""
    return [line for line in commit(store, **files) if " is insecure: " not in line]


def test_a_plain_file_cannot_switch_verification_off():
    store = Store("57i")
    told = commit(store, aastra=("http port: 81\n%s: 0\n" % CHAIN, False))
    assert store.flag(CHAIN) and store.number("http port") == 81
    assert told == [
        "aastra.cfg:2:1: https validate certificates is not lowered by a file that was not fetched over verified HTTPS"
    ]


def test_a_verified_file_can():
    store = Store("57i")
    told = commit(store, aastra=("%s: 0\n%s: SSLv3\n%s: own.pem\n" % (CHAIN, METHOD, ROOTS), True))
    assert told == ["aastra.cfg:2:1: SSLv3 is insecure: others can read and change what is downloaded"]
    assert (store.get(CHAIN), store.get(METHOD), store.get(ROOTS)) == ("0", "SSLv3", "own.pem")


def test_each_trust_row_is_guarded_on_each_layer():
    for layer in ("aastra", "model", "mac"):
        store = Store("57i")
        text = "https client method: SSL 3.0\nhttps validate certificates: 0\nhttps validate expires: 0\n"
        told = commit(store, **{layer: (text + "https validate hostname: 0\nhttps user certificates: x.pem\n", False)})
        assert len(told) == 5
        assert store.layers[("aastra", "model", "mac").index(layer)].size() <= 1


def test_a_plain_file_may_keep_and_raise():
    store = Store("57i")
    assert commit(store, aastra=("%s: TLSv1.3\n%s: 1\n" % (METHOD, CHAIN), False)) == []
    assert store.get(METHOD) == "TLSv1.3"
    commit(store, aastra=("%s: 0\n" % CHAIN, True))
    assert commit(store, mac=("%s: 0\n" % CHAIN, False)) == []
    assert not store.flag(CHAIN)


def test_a_plain_file_cannot_lower_what_a_lower_layer_raised():
    store = Store("57i")
    told = commit(store, aastra=("%s: TLSv1.3\n" % METHOD, True), mac=("%s: TLS\n" % METHOD, False))
    assert store.get(METHOD) == "TLSv1.3" and len(told) == 1


def test_a_plain_file_cannot_lower_by_another_value_or_by_silence():
    for text in ("", "%s: TLS\n" % METHOD, "%s:\n" % METHOD, "%s: nonsense\n" % METHOD):
        store = Store("57i")
        commit(store, mac=("%s: TLSv1.3\n" % METHOD, True))
        commit(store, mac=(text, False))
        assert store.get(METHOD) == "TLSv1.3", text
        commit(store, mac=(text, False))
        assert store.get(METHOD) == "TLSv1.3", text
        commit(store, mac=(text, True))
        assert store.get(METHOD) == "TLS", text


def test_a_kept_plain_layer_is_measured_again():
    store = Store("57i")
    commit(store, aastra=("%s: 0\n" % CHAIN, True), mac=("%s: 0\n" % CHAIN, False))
    assert not store.flag(CHAIN)
    commit(store, aastra=("%s: 1\n" % CHAIN, True))
    assert store.flag(CHAIN)


def test_a_draft_that_is_given_up_leaves_a_kept_plain_layer_alone():
    store = Store("57i")
    commit(store, aastra=("%s: 0\n" % CHAIN, True), mac=("%s: 0\n" % CHAIN, False))
    draft = store.begin_server()
    draft.layer("aastra", "aastra.cfg", True)
    assert store.origin(CHAIN) == "mac.cfg line 1"
    draft.commit()
    assert store.flag(CHAIN) and store.layers[2].row(CHAIN) is None


def test_a_lock_or_reset_of_a_plain_file_does_not_push_a_stricter_local_value_aside():
    for mark in ("!", "^"):
        store = Store("57i")
        store.set_local(METHOD, "TLSv1.3", "lcd")
        told = commit(store, aastra=("%s%s: TLS\n" % (mark, METHOD), False))
        assert store.get(METHOD) == "TLSv1.3" and len(told) == 1
        assert store.origin(METHOD) == "set here" and not store.locked(METHOD)
        commit(store, aastra=("%s%s: TLS\n" % (mark, METHOD), True))
        assert store.get(METHOD) == "TLS"


def test_a_lock_of_a_plain_file_may_raise():
    store = Store("57i")
    store.set_local(CHAIN, "0", "lcd")
    assert commit(store, aastra=("!%s: 1\n" % CHAIN, False)) == []
    assert store.flag(CHAIN) and store.locked(CHAIN)


def test_a_local_value_lowered_by_a_trusted_source_stays_under_plain_files():
    store = Store("57i")
    store.set_local(CHAIN, "0", "lcd")
    commit(store, aastra=("%s: 0\n" % CHAIN, False))
    assert not store.flag(CHAIN)
    store.clear_local()
    assert store.flag(CHAIN)


def test_sources_of_set_local():
    for source in winning.TRUSTED:
        store = Store("57i")
        store.set_local(CHAIN, "0", source)
        store.set_local(METHOD, "SSLv3", source)
        assert (store.get(CHAIN), store.get(METHOD)) == ("0", "SSLv3"), source
    for source in UNTRUSTED:
        store = Store("57i")
        for name, text in ((CHAIN, "0"), (METHOD, "TLSv1"), (ROOTS, "x.pem")):
            with raises(CallerError) as e:
                store.set_local(name, text, source)
            assert "weaker" in e.value.text, source
        store.set_local(METHOD, "TLSv1.3", source)
        with raises(CallerError):
            store.set_local(METHOD, "TLS", source)
        with raises(CallerError):
            store.set_local(METHOD, "", source)
        assert store.get(METHOD) == "TLSv1.3", source


def test_clear_local_by_an_untrusted_source_keeps_what_it_would_lower():
    store = Store("57i")
    store.set_local(METHOD, "TLSv1.3", "lcd")
    store.set_local("http port", "81", "lcd")
    store.clear_local("http page")
    assert (store.get(METHOD), store.number("http port")) == ("TLSv1.3", 80)
    store.clear_local("https page")
    assert store.get(METHOD) == "TLS"


def test_the_table_below_has_every_trust_row():
    from dialtone.config import parameters

    assert sorted({row.name for row in parameters.trusted_rows()}) == sorted({name for name, _, _ in ROWS})


def test_every_source_against_every_row():
    """Sources that set a value here: who may lower, lowers; the others are refused, and may keep and raise."""
    for name, strict, weak in ROWS:
        for source in winning.TRUSTED + UNTRUSTED:
            store = Store("57i")
            store.set_local(name, strict, "flash")
            assert store.get(name) == strict
            if source in winning.TRUSTED:
                store.set_local(name, weak, source)
                assert store.get(name) == weak, (name, source)
                store.set_local(name, strict, source)
            else:
                with raises(CallerError) as e:
                    store.set_local(name, weak, source)
                assert "weaker" in e.value.text and store.get(name) == strict, (name, source)
                store.set_local(name, strict, source)
            assert store.get(name) == strict
    for name, strict, weak in BACK:
        for source in UNTRUSTED:
            store = Store("57i")
            store.set_local(name, weak, "lcd")
            store.set_local(name, strict, source)
            assert store.get(name) == strict, (name, source)


def test_every_kind_of_file_against_every_row():
    """By what they were fetched, on each layer, over what they said before, and by a lock over what was set here.

    A plain file that is refused, or silent, leaves the stricter of the old value and the default.
    """
    from dialtone.config import parameters
    from dialtone.config.strict import lowers

    for name, strict, weak in ROWS:
        row = parameters.find(name)
        kept = strict if lowers(row, strict, row.default) else row.default
        for layer in ("aastra", "model", "mac"):
            for trusted in (True, False):
                store = Store("57i")
                told = refused(store, **{layer: ("%s: %s\n" % (name, strict), True)})
                assert store.get(name) == strict and told == []
                told = refused(store, **{layer: ("%s: %s\n" % (name, weak), trusted)})
                assert store.get(name) == (weak if trusted else kept), (name, layer, trusted)
                assert len(told) == (0 if trusted else 1)
                told = refused(store, **{layer: ("", trusted)})  # silence is no way either
                assert store.get(name) == (row.default if trusted else kept), (name, layer)
        for trusted in (True, False):
            store = Store("57i")
            store.set_local(name, strict, "lcd")
            commit(store, aastra=("!%s: %s\n" % (name, weak), trusted))
            assert store.get(name) == (weak if trusted else strict), (name, trusted)
    for name, strict, weak in BACK:
        store = Store("57i")
        commit(store, aastra=("%s: %s\n" % (name, weak), True))
        assert refused(store, mac=("%s: %s\n" % (name, strict), False)) == [] and store.get(name) == strict, name


def test_no_xml_object_lowers_a_row_on_any_level():
    from dialtone.config import levels

    for name, strict, weak in ROWS:
        for level in levels.LEVELS:
            store = Store("57i")
            store.set_local(name, strict, "flash")
            refused, _, later = levels.apply(store, ((name, weak, level, 1, 1),))
            assert len(refused) == 1 and later is None and store.get(name) == strict, (name, level, refused)
