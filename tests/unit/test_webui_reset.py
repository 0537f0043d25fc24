from dialtone.config.store import Store
from dialtone.storage import defaults
from dialtone.storage.files import Storage
from fake_phone import FakePhone
from support import run, tmp_dir
from webui_support import PageStore, ask

HEAP = "160k"  # a whole table and the names of the tests: MicroPython's identifiers take 4.5 KB more in one piece


class FakeSupervisor:
    def spawn(self, name, coroutine):
        self.coroutine = coroutine


def test_a_get_only_asks():
    phone = FakePhone(PageStore())
    status, text, answer = ask("/reset.html", phone=phone)
    assert status == 200 and 'method="post"' in text and answer.after is None and "required" in text


def test_a_post_restarts_after_its_answer():
    phone = FakePhone(PageStore())
    status, text, answer = ask("/reset.html", "POST", b"resetOption=0&confirm=1", phone)
    assert status == 200 and "restarts now" in text and phone.restarts == 0
    name, value = answer.fields[0]
    assert name == "Refresh" and value.endswith(";url=/sysinfo.html")
    phone.supervisor = FakeSupervisor()
    answer.after()
    assert phone.restarts == 0, "the browser still comes for the stylesheet"
    run(phone.supervisor.coroutine)
    assert phone.restarts == 1 and "restart" in phone.log.lines[0]


def test_a_post_begins_a_round_after_its_answer():
    for path, body, wanted in (("/reset.html", b"resetOption=resync", 200), ("/api/resync", b"", 202)):
        phone = FakePhone(PageStore())
        rounds = []
        phone.refresh = lambda rounds=rounds: rounds.append(1)
        status, text, answer = ask(path, "POST", body, phone)
        assert status == wanted and text and "resync asked for by admin" in phone.log.lines[0]
        assert rounds == []
        answer.after()
        assert rounds == [1]


def test_other_choices_do_nothing():
    for body in (
        b"",
        b"resetOption=1",
        b"resetOption=2",
        b"resetOption=3&confirm=1",
        b"resetOption=",
        b"resetOption=0&resetOption=2",
        b"confirm=1",
        b"\xff\x00=%",
    ):
        status, text, answer = ask("/reset.html", "POST", body)
        assert status == 400 and answer.after is None, body


class FakeHeap:
    relieve = None


def test_local_settings_are_removed():
    store = Store("57i")
    store.set_local("http port", "8080", "lcd")
    phone = FakePhone(store)
    status, text, answer = ask("/reset.html", "POST", b"resetOption=2&confirm=1", phone, secure=False)
    assert status == 400 and answer.after is None, "over HTTPS only"
    status, text, answer = ask("/reset.html", "POST", b"resetOption=2&confirm=1", phone)
    assert status == 200 and store.get("http port") == "8080"
    phone.supervisor, phone.heap = FakeSupervisor(), FakeHeap()
    answer.after()
    run(phone.supervisor.coroutine)
    assert store.get("http port") == "80" and phone.saves == 1 and phone.restarts == 1


def test_factory_defaults_erase_what_was_set_and_keep_the_phones_own():
    phone = FakePhone(PageStore())
    phone.storage = Storage(tmp_dir())
    gone = ("local.cfg", "local.cfg.old", "server.rows", "fetched.pem", "uploaded.pem", "client.pem", "identity.pem")
    for name in gone + defaults.KEPT + ("slots/record",):
        phone.storage.write_atomic(name, ["x"])
    phone.supervisor = FakeSupervisor()
    assert ask("/reset.html", "POST", b"resetOption=1&confirm=1", phone, secure=False)[0] == 400
    assert "Factory Defaults" not in ask("/reset.html", phone=phone, secure=False)[1]
    status, text, answer = ask("/reset.html", "POST", b"resetOption=1&confirm=1", phone)
    assert status == 200 and phone.storage.exists("local.cfg")
    answer.after()
    run(phone.supervisor.coroutine)
    assert phone.restarts == 1 and "factory defaults" in phone.log.lines[0]
    assert not [name for name in gone if phone.storage.exists(name)]
    assert not [name for name in defaults.KEPT + ("slots/record",) if not phone.storage.exists(name)]
