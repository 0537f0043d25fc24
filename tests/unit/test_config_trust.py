"""Architecture rule 11: trust is raised by anyone and lowered by few."""

from dialtone.config import trust
from dialtone.config.explaining import describe
from dialtone.config.store import Store
from dialtone.errors import CallerError
from support import raises

METHOD = "https client method"
CHAIN = "https validate certificates"
ROOTS = "https user certificates"
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


def test_a_plain_file_cannot_switch_verification_off():
    store = Store("57i")
    told = commit(store, aastra=("http port: 81\n%s: 0\n" % CHAIN, False))
    assert store.flag(CHAIN) and store.number("http port") == 81
    assert told == [
        "aastra.cfg:2:1: https validate certificates is not lowered by a file that was not fetched over verified HTTPS"
    ]


def test_a_verified_file_can():
    store = Store("57i")
    assert commit(store, aastra=("%s: 0\n%s: SSLv3\n%s: own.pem\n" % (CHAIN, METHOD, ROOTS), True)) == []
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
    for source in trust.TRUSTED:
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
