from config_support import commit
from dialtone.config import parameters
from dialtone.config.store import Store
from dialtone.errors import CallerError
from support import raises


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


def test_clear_local_drops_all():
    store = Store("57i")
    store.set_local("http port", "84", "lcd")
    store.set_local("admin password", "s3cret", "lcd")
    store.clear_local()
    assert (store.number("http port"), store.get("admin password")) == (80, "22222")
    assert list(store.layers[3].rows()) == []


def test_an_empty_local_value_is_the_default():
    store = Store("57i")
    store.set_local("admin password", "4711", "lcd")
    store.set_local("admin password", "", "lcd")
    assert store.get("admin password") == "22222"
    store.set_local("http server", "a", "lcd")
    store.set_local("http server", " ", "lcd")
    assert store.get("http server") == ""


def test_an_empty_local_value_beats_the_server():
    store = Store("57i")
    commit(store, {"aastra": "http server: a\n"})
    store.set_local("http server", "", "lcd")
    assert (store.get("http server"), store.origin("http server")) == ("", "set here")


def test_errors_carry_the_label_and_never_a_secret():
    store = Store("57i")
    with raises(CallerError) as e:
        store.set_local("https port", "x", "lcd")
    assert e.value.text == "HTTPS Port must be a number from 1 to 65535"
    with raises(CallerError) as e:
        store.set_local("admin password", "hunter2" * 20, "lcd")
    assert "hunter2" not in str(e.value)


def test_restore_local_takes_back_what_came_after():
    store = Store("57i")
    store.set_local("http port", "84", "lcd")
    before = store.layers[3]
    heard = []
    store.watch(heard.append)
    store.set_local("http port", "85", "lcd")
    store.set_local("http server", "a", "lcd")
    store.clear_local()
    store.set_local("admin password", "4711", "lcd")
    assert [row[0] for row in before.rows()] == ["http port"], "a change works on a copy"
    del heard[:]
    store.restore_local(before)
    assert (store.number("http port"), store.get("http server"), store.get("admin password")) == (84, "", "22222")
    assert heard == [{"http port", "admin password"}]
