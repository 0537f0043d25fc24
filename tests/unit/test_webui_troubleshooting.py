from dialtone.log import Log
from dialtone.platform import Platform
from fake_phone import FakePhone
from support import tmp_dir
from webui_support import PageStore, ask

HEAP = "768k"  # holds whole pages as text, which the phone never does: test_webui_heap has the phone's own


class Clock:
    def uptime_s(self):
        return 7


def phone(keep):
    made = FakePhone(PageStore())
    made.log = Log(lambda line: None, Clock(), keep)
    for number in range(300):
        made.log.info("test", "line <%d>" % number)
    return made


def test_the_log_says_how_much_of_it_there_is():
    text = ask("/troubleshooting.html", phone=phone(16))[1]
    assert "The last 16 lines" in text and "memory for no more" in text
    assert "7 test: line &lt;299&gt;\n" in text and "line &lt;283&gt;" not in text and "line &lt;284&gt;" in text
    text = ask("/troubleshooting.html", phone=phone(200))[1]
    assert "The last 200 lines" in text and "memory for no more" not in text and "line &lt;100&gt;" in text


def test_a_phone_with_much_memory_keeps_200_lines():
    settings = {"state": tmp_dir(), "model": "57i", "mac": "00085D123456", "http_port": 0, "https_port": 0, "bind": ""}

    class Large(Platform):
        def heap_free(self):
            return self.free

    for free, lines in ((-1, 200), (2000000, 200), (90000, 16)):
        Large.free = free
        assert Large(settings, print).log.keep == lines


def test_files_to_take_home():
    text = ask("/troubleshooting.html", phone=phone(16))[1]
    for path in ("/local.cfg", "/server.cfg", "/support.txt"):
        assert 'href="%s"' % path in text
