from dialtone.config import explaining, parameters
from dialtone.config.store import ON_DEMAND, Store, family
from dialtone.errors import CallerError
from support import raises


def commit(store, files, trusted=True):
    """Commits a draft of ``{layer: text}``; tells whether something set here was reset."""
    draft = store.begin_server()
    for layer, file in (("aastra", "aastra.cfg"), ("model", "57i.cfg"), ("mac", "00085D123456.cfg")):
        if layer in files:
            draft.layer(layer, file, trusted)
            draft.feed(files[layer].encode())
    return draft.commit()


def reasons(store):
    return [explaining.describe(each) for each in store.diagnostics]


def test_a_new_store_answers_with_the_defaults():
    store = Store("57i")
    assert store.get("https client method") == "TLS"
    assert store.flag("https redirect http get") is True
    assert store.flag("https block http post xml") is False
    assert store.number("https port") == 443
    assert store.get("softkey7 type") == "none"
    assert store.get("topsoftkey1 label") == ""
    assert store.get("no such thing") == ""
    assert store.origin("https port") == "default"
    assert not store.locked("https port")


def test_the_later_file_wins_and_local_wins_over_all():
    store = Store("57i")
    commit(store, {"aastra": "http port: 81\nhttp server: a\n", "model": "http port: 82\n", "mac": "http port: 83\n"})
    assert store.number("http port") == 83
    assert store.origin("http port") == "00085D123456.cfg line 1"
    assert store.get("http server") == "a"
    assert store.origin("http server") == "aastra.cfg line 2"
    store.set_local("http port", "84", "lcd")
    assert store.number("http port") == 84
    assert store.origin("http port") == "set here"
    assert store.explain("http port") == [
        ("default", "80", False, "default", False),
        ("aastra", "81", False, "aastra.cfg line 1", False),
        ("model", "82", False, "57i.cfg line 1", False),
        ("mac", "83", False, "00085D123456.cfg line 1", False),
        ("local", "84", False, "set here", True),
    ]


def test_the_last_legal_line_of_a_file_wins():
    store = Store("57i")
    commit(store, {"aastra": "http port: 81\nhttp port: 82\nhttp port: abc\n"})
    assert store.number("http port") == 82
    assert reasons(store) == ["aastra.cfg:3:1: http port must be a number from 1 to 65535"]


def test_a_file_that_is_read_again_replaces_its_layer_only():
    store = Store("57i")
    commit(store, {"aastra": "http port: 81\nhttp server: a\n", "mac": "http path: x\n"})
    commit(store, {"aastra": "http server: b\n"})
    assert (store.number("http port"), store.get("http server"), store.get("http path")) == (80, "b", "x")


def test_a_layer_without_lines_is_empty_and_keep_keeps():
    store = Store("57i")
    commit(store, {"aastra": "http port: 81\n", "mac": "http path: x\n"})
    draft = store.begin_server()
    draft.layer("aastra", "aastra.cfg", True)
    draft.keep("mac")
    draft.commit()
    assert (store.number("http port"), store.get("http path")) == (80, "x")


def test_keep_takes_back_what_was_fed():
    store = Store("57i")
    commit(store, {"aastra": "http port: 81\n"})
    draft = store.begin_server()
    draft.layer("aastra", "aastra.cfg", True)
    draft.feed(b"http port: 82\nhttp serv")
    draft.keep("aastra")
    draft.commit()
    assert store.number("http port") == 81


def test_a_draft_that_is_not_committed_changes_nothing():
    store = Store("57i")
    commit(store, {"aastra": "http port: 81\n"})
    before = (store.generation, store.diagnostics)
    draft = store.begin_server()
    draft.layer("aastra", "aastra.cfg", True)
    draft.feed(b"http port: 82\nnonsense\n^http port: 5\n" * 200)
    assert store.number("http port") == 81
    assert before == (store.generation, store.diagnostics)


def test_an_empty_value_resets_to_the_default():
    store = Store("57i")
    commit(store, {"aastra": "http port: 81\nxml application title: A\n", "mac": "http port:\nxml application title:"})
    assert store.number("http port") == 80
    assert store.get("xml application title") == ""


def test_names_are_compared_without_letter_case_and_aliases_count():
    store = Store("57i")
    commit(store, {"aastra": "HTTP  Port: 81\nUpgrade URI: http://x/y\nxml application URI: https://z/\n"})
    assert store.number("http port") == 81
    assert store.get("firmware server") == "http://x/y"
    assert store.get("xml application uri") == "https://z/"
    assert store.diagnostics == []


def test_keys_by_model():
    store = Store("53i")
    commit(store, {"aastra": "prgkey1 type: xml\nsoftkey1 type: xml\n"})
    assert store.get("prgkey1 type") == "xml"
    assert store.get("softkey1 type") == "none"
    assert len(store.diagnostics) == 1


def test_a_lock_keeps_the_parameter_from_being_set_here():
    store = Store("57i")
    store.set_local("http port", "84", "lcd")
    commit(store, {"aastra": "!http port: 81\n"})
    assert store.locked("http port")
    assert store.number("http port") == 81
    assert store.explain("http port")[1:] == [
        ("aastra", "81", True, "aastra.cfg line 1", True),
        ("local", "84", False, "set here", False),
    ]
    with raises(CallerError) as e:
        store.set_local("http port", "85", "lcd")
    assert "locked by aastra.cfg line 1" in e.value.text
    commit(store, {"aastra": "http port: 81\n"})
    assert store.number("http port") == 84


def test_a_later_file_overwrites_the_lock_too():
    store = Store("57i")
    commit(store, {"aastra": "!http port: 81\n", "mac": "http port: 82\n"})
    assert not store.locked("http port")
    store.set_local("http port", "85", "lcd")
    assert store.number("http port") == 85


def test_a_caret_resets_what_was_set_here():
    store = Store("57i")
    store.set_local("http port", "84", "lcd")
    store.set_local("http path", "p", "lcd")
    assert commit(store, {"aastra": "^http port: 81\n"}) is True
    assert (store.number("http port"), store.get("http path")) == (81, "p")
    store.set_local("http port", "85", "lcd")
    draft = store.begin_server()
    draft.keep("aastra")
    assert draft.commit() is False
    assert store.number("http port") == 85


def test_setting_the_value_that_is_below_removes_the_local_row():
    store = Store("57i")
    commit(store, {"aastra": "http port: 81\n"})
    store.set_local("http port", "84", "lcd")
    store.set_local("http port", "0081", "lcd")
    assert store.origin("http port") == "aastra.cfg line 1"
    assert "".join(store.dump("local")).count("\n") == 1


def test_set_local_refuses_what_is_not_legal():
    store = Store("57i")
    for name, text in (
        ("http port", "x"),
        ("no such name", "1"),
        ("softkey99 type", "xml"),
        ("softkey1 label", "a\nadmin password: 1"),
        ("softkey1 label\nadmin password", "1"),
        ("web interface enabled", "0"),
        ("softkey1 locked", "1"),
    ):
        with raises(CallerError):
            store.set_local(name, text, "lcd")
    assert store.generation == 0


def test_check_changes_nothing_and_gives_the_canonical_value():
    store = Store("57i")
    assert store.check("HTTP port", "0081", "lcd") == "81"
    with raises(CallerError):
        store.check("http port", "x", "lcd")
    assert store.generation == 0 and store.number("http port") == 80


def test_watchers_hear_the_names_that_changed():
    store = Store("57i")
    heard = []
    store.watch(heard.append)
    commit(store, {"aastra": "http port: 81\nhttps port: 443\nhttp server: a\n"})
    assert heard.pop() == {"http port", "http server"}
    store.set_local("http port", "82", "lcd")
    assert heard.pop() == {"http port"}
    commit(store, {"aastra": "http port: 83\nhttp server: a\n"})
    assert heard == []
    store.set_local("http port", "82", "lcd")
    assert heard == []
    store.clear_local()
    assert heard.pop() == {"http port"}
    commit(store, {"aastra": ""})
    assert heard.pop() == {"http port", "http server"}


def test_a_watcher_reads_the_new_value():
    store = Store("57i")
    heard = []
    store.watch(lambda names: heard.append(store.number("http port")))
    assert store.number("http port") == 80
    store.set_local("http port", "82", "lcd")
    assert heard == [82]


def test_generation_grows_with_each_change():
    store = Store("57i")
    store.set_local("http port", "82", "lcd")
    assert store.generation == 1
    commit(store, {"aastra": ""})
    assert store.generation == 2


def test_secrets_are_masked_and_a_mask_keeps_the_present_one():
    store = Store("57i")
    commit(store, {"aastra": "admin password: 4711\n"})
    assert store.explain("admin password")[1][1] == parameters.MASK
    store.set_local("admin password", parameters.MASK, "https page")
    assert store.origin("admin password") == "aastra.cfg line 1"
    store.set_local("admin password", "s3cret", "https page")
    store.set_local("admin password", parameters.MASK, "https page")
    assert store.get("admin password") == "s3cret"
    assert "s3cret" in "".join(store.dump("local"))
    assert "s3cret" not in "".join(store.dump("local", True))
    commit(store, {"aastra": "admin password: ********\n"})
    assert store.explain("admin password")[1][3] == "aastra.cfg line 1"
    store.clear_local()
    assert store.get("admin password") == "4711"


def test_a_masked_secret_without_a_present_one_is_not_stored():
    store = Store("57i")
    commit(store, {"aastra": "http digest password: ********\n"})
    assert store.get("http digest password") == "aastra"
    store.load("local", [b"http digest password: ********\n"])
    assert store.get("http digest password") == "aastra"


def test_more_values_are_read_than_the_memo_holds():
    store = Store("57i")
    for i in range(1, 21):
        store.set_local("softkey%d label" % i, "key %d" % i, "lcd")
        store.set_local("softkey%d value" % i, "value %d" % i, "lcd")
    for _ in range(2):
        for i in range(1, 21):
            assert store.get("softkey%d label" % i) == "key %d" % i
            assert store.get("softkey%d value" % i) == "value %d" % i


def test_unknown_names_get_a_diagnostic_with_the_nearest_one():
    store = Store("57i")
    commit(store, {"aastra": "# x\nhttp sever: a\nsip proxy ip: 1\nsoftkey1 tpye: xml\nsoftkey21 type: xml\n"})
    assert reasons(store) == [
        'aastra.cfg:2:1: unknown parameter "http sever" (did you mean "http server"?)',
        'aastra.cfg:3:1: unknown parameter "sip proxy ip"',
        'aastra.cfg:4:1: unknown parameter "softkey1 tpye" (did you mean "softkey1 type"?)',
        "aastra.cfg:5:1: softkey21 type: this model has no such key",
    ]


def test_diagnostics_are_bounded_and_foreign_names_do_not_crowd_out_errors():
    store = Store("57i")
    draft = store.begin_server()
    draft.layer("aastra", "aastra.cfg", True)
    for i in range(300):
        draft.feed(b"sip line%d mode: 1\n" % i)
    for _ in range(300):
        draft.feed(b"http port: x\n")
    draft.commit()
    kept = len(store.diagnostics)
    assert kept + store.more_diagnostics == 600
    assert kept <= 40
    assert len([line for line in reasons(store) if "http port must be" in line]) >= 12


def test_diagnostics_of_files_that_were_kept_stay():
    store = Store("57i")
    commit(store, {"aastra": "x\n", "mac": "y\n"})
    commit(store, {"mac": "http port: 81\n"})
    assert reasons(store) == ["aastra.cfg:1:1: no colon behind the name"]


def test_lint_may_keep_all_diagnostics():
    store = Store("57i")
    draft = store.begin_server(1000)
    draft.layer("aastra", "aastra.cfg", True)
    draft.feed(b"".join([b"foreign %d: 1\n" % i for i in range(100)]))
    draft.commit()
    assert len(store.diagnostics) == 100 and store.more_diagnostics == 0


def test_more_than_the_phone_can_hold_is_refused_by_name():
    store = Store("57i")
    draft = store.begin_server()
    for layer in ("aastra", "model"):
        draft.layer(layer, layer + ".cfg", True)
        for i in range(1, 21):
            draft.feed(b"softkey%d value: %s\n" % (i, b"x" * 250))
        for i in range(1, 11):
            draft.feed(b"topsoftkey%d value: %s\n" % (i, b"x" * 250))
    draft.commit()
    assert sum([layer.size() for layer in store.layers]) < 13000
    assert "more than this phone can hold" in reasons(store)[0]
    assert store.get("softkey1 value") == "x" * 250
    assert len(store.diagnostics) == 1


def test_many_known_lines_are_read_in_portions():
    store = Store("57i")
    draft = store.begin_server()
    draft.layer("aastra", "aastra.cfg", True)
    for i in range(1000):
        draft.feed(b"softkey%d label: line %d\n" % (i % 20 + 1, i))
    draft.commit()
    assert [store.get("softkey%d label" % (i + 1)) for i in range(20)] == ["line %d" % (980 + i) for i in range(20)]
    assert store.origin("softkey20 label") == "aastra.cfg line 1000"


def test_family():
    assert family("softkey12 type") == "keyN type"
    assert family("topsoftkey1 label") == "keyN label"
    assert family("prgkey3 value") == "keyN value"
    for name in ("http server", "softkey type", "mykey1 type", "key1 type", "", "softkey"):
        assert family(name) == name


def test_on_demand_modules_exist():
    for name in ON_DEMAND:
        __import__(name)
