import json

from dialtone.webui.status import fingerprint, uptime
from fake_phone import FakePhone
from webui_support import PageStore, ask

HEAP = "128k"  # whole pages lie there as one text, beside eleven tests; a phone sends them in pieces


def test_the_status_as_json():
    phone = FakePhone(PageStore())
    status, text, answer = ask("/api/status", phone=phone)
    assert status == 200 and answer.kind == "application/json" and answer.fresh
    assert json.loads(text) == phone.status()


def test_the_page_shows_what_a_person_looks_for():
    text = ask("/sysinfo.html")[1]
    words = ("Aastra 57i", "1.0.0.1-SIP", "00:08:5D:12:34:56", "192.0.2.7", "1 d 2 h", "40 KB", "aastra.cfg", "loaded")
    for word in words + ("Updated", "https://config.example/phones/", "not on the server"):
        assert word in text, word
    assert "AB:<wbr>AB" in text
    assert "On" in text and "Off" in text


def test_a_phone_that_knows_little():
    phone = FakePhone(PageStore())
    phone.status = dict
    text = ask("/sysinfo.html", phone=phone)[1]
    assert "not limited" in text and "No configuration server" in text and "None was loaded" in text


def test_the_system_heap_of_a_board():
    phone = FakePhone(PageStore())
    assert "System memory" not in ask("/sysinfo.html", phone=phone)[1]
    phone.heap.figures = 98304, 65536
    assert "96 KB, largest piece 64 KB" in ask("/sysinfo.html", phone=phone)[1]


def test_a_server_that_the_network_has_named_is_kept_with_a_button():
    phone = FakePhone(PageStore())
    assert "The network has named" not in ask("/sysinfo.html", phone=phone)[1]
    phone.platform.found = "https://pbx.example:8443/phones/", "tftp://10.0.0.8:6969/"
    assert "The network has named" not in ask("/sysinfo.html", phone=phone, role="user")[1]
    text = ask("/sysinfo.html", phone=phone)[1]
    assert "nobody vouches" in text and text.count("Keep This Server") == 1, "there is no parameter for that TFTP port"
    form = text[text.find('action="/configurationServer.html"') : text.find("Keep This Server")]
    text = "&".join([part.replace('" value="', "=").partition('"')[0] for part in form.split('name="')[1:]])
    assert text == "download_protocol=HTTPS&https_server=pbx.example&https_path=phones/&https_port=8443"


def test_what_went_wrong_stands_first():
    phone = FakePhone(PageStore())
    status = phone.status()
    status["configuration"]["error"] = "Bad Certificate: <expired>. Set the clock"
    status["firmware"] = {"error": "57i.st is for another model", "pending": "1.0.0.2-SIP"}
    phone.status = lambda: status
    text = ask("/sysinfo.html", phone=phone)[1]
    assert "Bad Certificate: &lt;expired&gt;. Set the clock" in text and "another model" in text
    assert "1.0.0.2-SIP is stored" in text


def test_diagnostics_and_log_are_escaped():
    phone = FakePhone(PageStore())
    phone.log.lines = ["1 web: <img src=x>"]
    phone.store.diagnostics = [("a<b.cfg", 3, 7, "no parameter <i>", "https & server")]
    phone.store.more_diagnostics = 4
    text = ask("/sysinfo.html", phone=phone)[1]
    assert "<img" not in text and "&lt;img src=x&gt;" in text
    assert "a&lt;b.cfg line 3" in text and "no parameter &lt;i&gt;" in text and "https &amp; server" in text
    assert "and 4 more" in text


def test_long_lists_are_cut():
    phone = FakePhone(PageStore())
    phone.log.lines = ["line %d." % number for number in range(40)]
    phone.store.diagnostics = [("aastra.cfg", number, 1, "wrong", "") for number in range(1, 31)]
    text = ask("/sysinfo.html", phone=phone)[1]
    assert "line 39." in text and "line 10." not in text
    assert "line 20," in text and "line 21," not in text and "and 10 more" in text


def test_what_tls_of_this_build_lacks_is_said():
    phone = FakePhone(PageStore())
    status = phone.status()
    text = ask("/sysinfo.html", phone=phone)[1]
    assert "TLS 1.2 only" in text and ">TLS 1.3</td>" in text
    status["tls_lacks"] = "TLS-ECDHE-RSA-WITH-CHACHA20-POLY1305-SHA256"
    phone.status = lambda: status
    text = ask("/sysinfo.html", phone=phone)[1]
    assert "TLS 1.3 and 1.2" in text and "CHACHA20" in text
    status["tls_lacks"] = ""
    assert "build lacks" in text and "build lacks" not in ask("/sysinfo.html", phone=phone)[1]


def test_uptime_in_words():
    for seconds, words in ((0, "0 s"), (59, "59 s"), (60, "1 min 0 s"), (3600, "1 h 0 min"), (93784, "1 d 2 h")):
        assert uptime(seconds) == words


def test_fingerprints_in_any_spelling():
    assert fingerprint("abcd") == fingerprint("AB:CD") == "AB:<wbr>CD"
    assert fingerprint(None) == fingerprint("") == "none"
