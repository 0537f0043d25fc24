from config_support import commit
from dialtone.config import parameters
from dialtone.config.store import ON_DEMAND, Store, family
from dialtone.errors import CallerError
from support import raises


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


def test_more_values_are_read_than_the_memo_holds():
    store = Store("57i")
    for i in range(1, 21):
        store.set_local("softkey%d label" % i, "key %d" % i, "lcd")
        store.set_local("softkey%d value" % i, "value %d" % i, "lcd")
    for _ in range(2):
        for i in range(1, 21):
            assert store.get("softkey%d label" % i) == "key %d" % i
            assert store.get("softkey%d value" % i) == "value %d" % i


def test_family():
    assert family("softkey12 type") == "keyN type"
    assert family("topsoftkey1 label") == "keyN label"
    assert family("prgkey3 value") == "keyN value"
    assert family("expmod3 key60 locked") == "keyN locked"
    for name in ("http server", "softkey type", "mykey1 type", "key1 type", "", "softkey"):
        assert family(name) == name


def test_on_demand_modules_exist():
    for name in ON_DEMAND:
        __import__(name)


def test_every_parameter_leads_to_the_module_with_its_row():
    store = Store("57i")
    for section, _, module in parameters.sections():
        for text in parameters.read(module):
            name = parameters.row(section, text).name.replace("keyN", "softkey1")
            assert store.module(name) == module, name
