"""The four levels of a Configuration object, in the one store."""

from dialtone.actions import LEVELS
from dialtone.config import levels
from dialtone.config.store import LOCAL, Store
from dialtone.errors import CallerError
from support import raises

METHOD = "https client method"
CHAIN = "https validate certificates"


def commit(store, text, trusted=True):
    draft = store.begin_server()
    draft.layer("aastra", "aastra.cfg", trusted)
    draft.feed(text.encode())
    return draft.commit()


def apply(store, *items):
    """Applies (name, value, level) or (name, value, level, first, last)."""
    return levels.apply(store, [item if len(item) == 5 else item + (1, 1) for item in items])


def values(store):
    return [store.get(name) for name in ("http port", "https port", "http path", "https path")]


def restarted(store, following=None):
    """The store of the next start: files and local.cfg are kept, and what was stored for one start."""
    twin = Store(store.model)
    for layer in ("aastra", "model", "mac", "local"):
        twin.load(layer, [piece.encode() for piece in store.dump(layer)])
    if following:
        twin.load("oneboot", [piece.encode() for piece in levels.rows(following)])
    return twin


def test_the_names_of_the_levels_are_the_same_everywhere():
    assert tuple(LEVELS.split()) == levels.LEVELS


def test_the_order_of_all_levels():
    store = Store("57i")
    assert store.number("http port") == 80
    commit(store, "http port: 81\n")
    assert apply(store, ("http port", "82", "remote")) == ([], False, None)
    assert (store.number("http port"), store.origin("http port")) == (82, "XML object")
    following = apply(store, ("http port", "83", "oneboot"))[2]
    assert store.number("http port") == 82, "it holds from the next start on"
    store = restarted(store, following)
    assert (store.number("http port"), store.origin("http port")) == (83, "XML object")
    assert apply(store, ("http port", "82", "remote")) == ([], False, None)
    assert store.number("http port") == 83, "oneBoot lies above remote"
    assert apply(store, ("http port", "84", "local")) == ([], True, None)
    assert (store.number("http port"), store.origin("http port")) == (84, "set here")
    assert [(layer, value) for layer, value, _, _, _ in store.explain("http port")] == [
        ("default", "80"), ("aastra", "81"), ("remote", "82"), ("oneboot", "83"), ("local", "84")
    ]  # fmt: skip
    assert apply(store, ("http port", "85", "override")) == ([], True, None)
    assert store.number("http port") == 85
    assert [row[0] for row in store.explain("http port")] == ["default", "aastra", "remote"]


def test_what_survives_a_start():
    store = Store("57i")
    commit(store, "http port: 81\nhttps port: 444\nhttp path: a\nhttps path: b\n")
    store.set_local("http path", "here", "lcd")
    following = apply(
        store,
        ("http port", "82", "remote"),
        ("https port", "445", "local"),
        ("http path", "c", "override"),
        ("https path", "d", "oneboot"),
    )[2]
    assert values(store) == ["82", "445", "c", "b"]
    store = restarted(store, following)
    assert values(store) == ["81", "445", "a", "d"]
    store = restarted(store)
    assert values(store) == ["81", "445", "a", "b"]


def test_a_round_with_the_server_keeps_what_objects_have_set():
    store = Store("57i")
    apply(store, ("http port", "82", "remote"))
    commit(store, "http port: 81\n")
    assert store.number("http port") == 82
    commit(store, "!http port: 81\n")
    assert store.number("http port") == 81, "a lock beats every level"


def test_numbers_are_expanded():
    store = Store("57i")
    refused = apply(store, ("softkey# type", "xml", "remote", 1, 6), ("topsoftkey# label", "T", "local", 9, 11))[0]
    assert [store.get("softkey%d type" % number) for number in range(1, 8)] == ["xml"] * 6 + ["none"]
    assert (store.get("topsoftkey9 label"), store.get("topsoftkey10 label")) == ("T", "T")
    assert refused == ["topsoftkey11 label: unknown parameter"]
    assert apply(store, ("softkey# label", "x", "remote", 5, 4))[0] == []
    assert store.get("softkey5 label") == ""


def test_expansion_is_bounded():
    store = Store("57i")
    apply(store, ("softkey# label", "x", "remote", 1, 99999999), ("http port", "81", "remote"))
    assert store.get("softkey20 label") == "x" and store.number("http port") == 80
    for number in range(200):
        apply(store, ("softkey1 value", "http://a/" + "x" * 240 + str(number), "remote"))
        apply(store, ("softkey%d label" % (number % 20 + 1), "y" * 32, "remote"))
        apply(store, ("softkey%d value" % (number % 20 + 1), "y" * 200, "local"))
    assert store.layers[4].size() < 2200 and store.layers[LOCAL].size() < 8600


def test_values_are_checked_as_everywhere():
    store = Store("57i")
    refused = apply(
        store,
        ("http port", "0", "remote"),
        ("no such parameter", "1", "local"),
        ("softkey1 label", "a\nadmin password: 1", "local"),
        ("softkey3 label", "a\x7f", "oneboot"),
        ("softkey1 value", "x" * 300, "override"),
        ("prgkey1 type", "xml", "remote"),
        ("softkey2 type", "XML", "remote"),
    )
    assert len(refused[0]) == 6 and refused[1:] == (False, None)
    assert "http port: HTTP Port must be a number from 1 to 65535" in refused[0]
    assert store.get("softkey2 type") == "xml" and store.get("softkey1 label") == ""


def test_a_bad_item_does_not_hold_up_the_others():
    store = Store("57i")
    assert apply(store, ("http port", "x", "local"), ("https port", "444", "local"))[1] is True
    assert store.number("https port") == 444


def test_locked_parameters_are_not_changed():
    for level in LEVELS.split():
        store = Store("57i")
        commit(store, "!http port: 81\nsoftkey1 label: a\nsoftkey1 locked: 1\n")
        items = (("http port", "82", level), ("softkey1 label", "b", level), ("softkey1 locked", "0", level))
        refused = apply(store, *items)
        assert (len(refused[0]), refused[1], refused[2]) == (3, False, None), level
        assert (store.number("http port"), store.get("softkey1 label")) == (81, "a")
    with raises(CallerError) as e:
        store.set_local("softkey1 label", "b", "lcd")
    assert e.value.text == "Label is locked by aastra.cfg line 3"


def test_a_key_that_an_object_locked_is_locked_for_people():
    store = Store("57i")
    assert apply(store, ("softkey1 locked", "1", "remote"))[0] == []
    assert store.locked("softkey1 value") and not store.locked("softkey2 value")
    with raises(CallerError):
        store.set_local("softkey1 label", "b", "lcd")
    assert apply(store, ("softkey1 label", "b", "remote"), ("softkey1 locked", "0", "remote"))[0] == []
    assert store.get("softkey1 label") == "b" and not store.locked("softkey1 label")


def test_keys_of_expansion_modules():
    store = Store("57i")
    commit(store, "expmod1 key2 locked: 1\nexpmod[1|2] key[1|2] type: xml\n")
    assert store.get("expmod2 key2 type") == "xml"
    refused, saved, _ = apply(store, ("expmod1 key# label", "K", "local", 1, 3), ("expmod3 key61 type", "xml", "local"))
    assert saved and sorted(refused) == ["expmod1 key2 label: locked", "expmod3 key61 type: unknown parameter"]
    assert [store.get("expmod1 key%d label" % number) for number in (1, 2, 3)] == ["K", "", "K"]
    assert store.locked("expmod1 key2 value") and not store.locked("expmod1 key1 value")


def test_trust_is_never_lowered():
    for level in LEVELS.split():
        store = Store("57i")
        items = ((METHOD, "SSLv3", level), (CHAIN, "0", level), ("https user certificates", "x.pem", level))
        refused = apply(store, *items)
        assert (len(refused[0]), refused[1], refused[2]) == (3, False, None), level
        assert (store.get(METHOD), store.flag(CHAIN)) == ("TLS", True)
        assert apply(store, (METHOD, "TLSv1.3", level))[0] == []


def test_trust_is_not_lowered_in_two_steps():
    for first in LEVELS.split():
        for second in LEVELS.split():
            store = Store("57i")
            store.set_local(METHOD, "TLSv1.3", "lcd")
            following = apply(store, (METHOD, "TLSv1.3", first), (METHOD, "TLS", second))[2]
            assert store.get(METHOD) == "TLSv1.3", (first, second)
            assert restarted(store, following).get(METHOD) == "TLSv1.3", (first, second)


def test_override_does_not_uncover_a_weaker_file():
    store = Store("57i")
    commit(store, CHAIN + ": 0\n")
    store.set_local(CHAIN, "1", "lcd")
    assert apply(store, (CHAIN, "1", "override"))[0] == [CHAIN + ": would be weaker after the next start"]
    assert restarted(store).flag(CHAIN)


def test_a_file_that_raises_trust_beats_what_an_object_set():
    store = Store("57i")
    commit(store, METHOD + ": TLSv1\n")
    following = apply(store, (METHOD, "TLS", "remote"), (METHOD, "TLS", "oneboot"))[2]
    assert store.get(METHOD) == "TLS"
    commit(store, METHOD + ": TLSv1.3\n")
    assert (store.get(METHOD), store.origin(METHOD)) == ("TLSv1.3", "aastra.cfg line 1")
    assert restarted(store, following).get(METHOD) == "TLSv1.3"


def test_what_guards_the_phone_is_not_for_objects():
    store = Store("57i")
    names = ("admin password", "user password", "xml application post list", "options password enabled")
    for level in LEVELS.split():
        refused = apply(store, *[(name, "1", level) for name in names + ("web interface enabled",)])
        assert len(refused[0]) == 5 and refused[1:] == (False, None), level
    store.set_local("admin password", "4711", "lcd")
    store.set_local("xml application post list", "10.0.0.1", "lcd")
    store.set_local("http port", "81", "lcd")
    store.clear_local("xml")
    assert (store.get("admin password"), store.number("http port")) == ("4711", 80)
    assert store.get("xml application post list") == "10.0.0.1"


def test_files_only_rows_are_set_at_the_servers_levels():
    store = Store("57i")
    assert apply(store, ("softkey1 locked", "1", "local"))[0] == ["softkey1 locked: not set by XML objects"]
    assert apply(store, ("softkey1 locked", "1", "override"))[0] == []


def test_what_is_set_here_stays_when_the_object_is_gone():
    store = Store("57i")
    commit(store, "http port: 81\n")
    apply(store, ("http port", "82", "remote"))
    store.set_local("http port", "81", "lcd")
    assert (store.number("http port"), store.origin("http port")) == (81, "set here")
    apply(store, ("http port", "82", "override"))
    apply(store, ("http port", "82", "local"))
    assert restarted(store).number("http port") == 82


def test_watchers_hear_of_it():
    store = Store("57i")
    heard = []
    store.watch(heard.append)
    apply(store, ("softkey# label", "x", "remote", 1, 2), ("http port", "80", "local"))
    assert heard == [{"softkey1 label", "softkey2 label"}]
