from fake_phone import FakePhone
from support import run
from webui_support import PageStore, ask


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


def test_other_choices_do_nothing():
    for body in (b"", b"resetOption=1", b"resetOption=", b"resetOption=0&resetOption=2", b"confirm=1", b"\xff\x00=%"):
        status, text, answer = ask("/reset.html", "POST", body)
        assert status == 400 and answer.after is None, body
