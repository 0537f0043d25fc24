import random

from config_support import commit, reasons
from dialtone.config import finding, parameters
from dialtone.config.store import Store
from support import long, seed


_LABELS = ("Key 1", '"Key 2"', "x" * 33, "K" * 32, '" 3 "', "x\x7f", '"x' + "x" * 32 + '"', '" 4"')


def test_the_last_legal_line_of_a_file_wins():
    store = Store("57i")
    commit(store, {"aastra": "http port: 81\nhttp port: 82\nhttp port: abc\n"})
    assert store.number("http port") == 82
    assert reasons(store) == ["aastra.cfg:3:1: http port must be a number from 1 to 65535"]


def test_the_last_line_wins_however_quickly_it_is_read():
    store = Store("57i")
    for lines in (1, 2, 3, 5, len(_LABELS)):
        draft = store.begin_server()
        draft.layer("aastra", "aastra.cfg", True)
        draft.feed(b"softkey1 type: xml\nsoftkey1 label: first\n")
        draft.check(0)  # from here on the table is known
        draft.feed("".join(["softkey1 label: %s\n" % each for each in _LABELS[:lines]]).encode())
        draft.commit()
        last = [each for each in _LABELS[:lines] if "x" not in each][-1]
        assert store.get("softkey1 label") == last.replace('"', ""), (lines, store.get("softkey1 label"))
        assert store.origin("softkey1 label") == "aastra.cfg line %d" % (3 + _LABELS.index(last))
        assert len(store.diagnostics) == len([each for each in _LABELS[:lines] if "x" in each])


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
    for _ in range(200):
        draft.feed(b"http port: 82\nnonsense\n^http port: 5\n")
    assert store.number("http port") == 81
    assert before == (store.generation, store.diagnostics)


def test_unknown_names_get_a_diagnostic_with_the_nearest_one():
    store = Store("57i")
    commit(store, {"aastra": "# x\nhttp sever: a\nsip proxy ip: 1\nsoftkey1 tpye: xml\nsoftkey21 type: xml\n"})
    assert reasons(store) == [
        'aastra.cfg:2:1: unknown parameter "http sever" (did you mean "http server"?)',
        'aastra.cfg:3:1: sip proxy ip is not used by this firmware',
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


def test_what_is_set_while_the_files_come_stays():
    store = Store("57i")
    commit(store, {"aastra": "http port: 81\n"})
    store.set_local("http path", "before", "lcd")
    draft = store.begin_server()
    draft.layer("aastra", "aastra.cfg", True)
    draft.feed(b"http port: 82\n^https path: q\n")
    store.set_local("http path", "meanwhile", "https page")
    store.set_local("hostname", "desk", "https page")
    store.set_local("https path", "p", "https page")
    draft.feed(b"http server: a\n")
    assert draft.commit(), "a file resets what it names, whenever that was set"
    found = [store.get(name) for name in ("http port", "http path", "hostname", "https path", "http server")]
    assert found == ["82", "meanwhile", "desk", "q", "a"]


def test_what_an_object_sets_while_the_files_come_stays():
    from dialtone.config import levels

    store = Store("57i")
    draft = store.begin_server()
    draft.layer("aastra", "aastra.cfg", True)
    draft.feed(b"http port: 82\nhttp path: q\n")
    levels.apply(store, [("http path", "x", "remote", 0, 0)])
    draft.commit()
    assert (store.get("http port"), store.get("http path")) == ("82", "x")


def test_the_quick_look_at_a_name_says_what_the_store_says():
    random.seed(seed())
    store = Store("57i")
    draft = store.begin_server()
    names = ["upgrade uri", "action uri x", "any script", "key", "softkey", "softkey99 x", "a", "t"]
    for row in parameters.rows():
        names.append(row.name.replace("keyN", random.choice(("softkey1", "topsoftkey10", "expmod1 key60", "prgkey3"))))
    for name in names[8:]:
        assert not draft.foreign(name.lower().encode()), name
    for _ in range(20000 if long() else 300):
        name = random.choice(names)
        at = random.randrange(len(name) + 1)
        end = at + random.randrange(3)
        name = (name[:at] + random.choice(("", "e", "t", " ", "2", "script")) + name[end:]).strip()
        if name and draft.foreign(name.encode()) != (store.module(name) is None):
            assert draft.foreign(name.encode()) == 2 and finding.find(name, "57i") is None, name


def test_what_a_name_begins_with_tells_that_it_is_foreign():
    store = Store("57i")
    draft = store.begin_server()
    known = ["upgrade uri", "action uri x"]
    for row in parameters.rows():
        for key in ("softkey1", "topsoftkey10", "expmod1 key60", "prgkey3") if row.name[:4] == "keyN" else ("keyN",):
            known.append(row.name.replace("keyN", key))
    for name in known:
        assert not draft.foreign(name.encode()), name
        assert not name[8:] or draft.foreign((name[:8] + "?").encode()) != 2, name
    for start in ("sip line", "sip prox", "ring ton", "blacklis", "audio mo"):
        assert not any(name.startswith(start) for name in known)
        assert draft.foreign((start + "1 x").encode()) == 2, start
    assert draft.foreign(b"sip line") == 2 and not draft.foreign(b"sip lin") == 2
