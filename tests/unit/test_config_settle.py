from config_support import commit, reasons
from dialtone.config.store import Store


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


def test_a_masked_secret_without_a_present_one_is_not_stored():
    store = Store("57i")
    commit(store, {"aastra": "http digest password: ********\n"})
    assert store.get("http digest password") == "aastra"
    store.load("local", [b"http digest password: ********\n"])
    assert store.get("http digest password") == "aastra"


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


def test_a_row_that_grows_and_shrinks_leaves_its_neighbours_alone():
    store = Store("57i")
    draft = store.begin_server()
    draft.layer("aastra", "aastra.cfg", True)
    for length in (3, 200, 20, 240, 0, 7):
        for number in range(1, 13):
            draft.feed(b"softkey%d value: %s%d\n" % (number, b"v" * length, number))
    draft.commit()
    assert [store.get("softkey%d value" % n) for n in range(1, 13)] == ["v" * 7 + str(n) for n in range(1, 13)]
    assert store.origin("softkey12 value") == "aastra.cfg line 72"
    assert sum([1 for _ in store.layers[0].rows()]) == 12
