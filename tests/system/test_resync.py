"""A running phone asks its configuration server again: at its time of day, by its page and by a POST, the same way."""

import contextlib
import hashlib
import re
import socket
import ssl
import threading
import time
from concurrent.futures import ThreadPoolExecutor

import pytest
from config_server import ConfigServer, send
from cryptography.x509.oid import ExtendedKeyUsageOID
from dialtone.config import parameters
from lot import drawn
from pki import Authority
from simulated import ADMIN, wait_for
from test_trust import TimeServer

NAMES = ["security.tuz", "aastra.cfg", "57i.cfg", "00085D123456.cfg", "57i.st"]


def _line(server, name):
    """How often the file was asked for, and how often with the ETag that the phone had kept."""
    asked = [fields for line, fields in server.requests if line.split(" ")[1] == "/" + name]
    return len(asked), len([fields for fields in asked if "if-none-match" in fields])


def _resync(phone, how):
    if how == "page":
        answer = phone.post("/reset.html", {"resetOption": "resync"})
        assert answer.status == 200 and "asks its configuration server" in answer.text
    else:
        answer = phone.request("POST", "/api/resync", b"", ADMIN)
        assert answer.status == 202 and "begins" in answer.text


def _rounds(phone):
    return phone.log().count("values changed")


def test_one_round_after_the_other(runtime, phones, server, tmp_path):
    """On its way the log goes to a syslog server, and no password with it."""
    receiver = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    receiver.bind(("127.0.0.1", 0))
    receiver.settimeout(10)
    config = b"softkey1 type: xml\nsoftkey1 label: %s\nhttps block http post xml: 0\nhttp digest password: Hush4711\n"
    config += b"log server ip: 127.0.0.1\nlog server port: %d\n" % receiver.getsockname()[1]
    config += b"user password: Hush4712\nftp password: Hush4713\nadmin pasword: Hush4714\n"
    server.files["/aastra.cfg"] = config % b"Before"
    phone = phones(runtime, server.url, state=tmp_path / "s")
    assert "Before" in phone.lcd()
    assert phone.get("/api/resync").status == 405
    saved = phone.post("/provis.html", {"https_block_http_post_xml": "1"})
    assert "Provisioning complete" in saved.text

    # Nothing has changed: one 304 for the file that is there, a 404 for each other, nothing parsed
    server.requests.clear()
    _resync(phone, "api")
    wait_for(lambda: _rounds(phone), lambda count: count == 1, 30, "first round")
    assert server.paths() == ["/" + name for name in NAMES]
    assert _line(server, "aastra.cfg") == (1, 1)
    assert "unchanged, 0 values changed" in phone.log()
    assert phone.status()["configuration"]["result"] == "unchanged"

    # What has changed is in force at once, and what was set here stays
    server.files["/aastra.cfg"] = config % b"After" + b"https redirect http get: 0\n"
    _resync(phone, "page")
    phone.wait_lcd("After", 30)
    status = wait_for(phone.status, lambda seen: seen["configuration"]["result"] == "applied", 15, "applied")
    assert status["https"] == {"method": "TLS", "redirect": False, "block": True}
    assert phone.log().count("restart for") == 0

    # Somebody in a menu is not disturbed
    server.files["/aastra.cfg"] = config % b"Later" + b"https redirect http get: 0\n"
    phone.press("options")
    server.requests.clear()
    _resync(phone, "api")
    wait_for(phone.log, lambda log: "waits until nobody is in a menu" in log, 15, "it waits")
    assert server.requests == [] and "1.Status" in phone.lcd()
    phone.press("goodbye")
    phone.wait_lcd("Later", 30)

    # Another server is a matter of a restart
    server.files["/aastra.cfg"] = config % b"Moved" + b"https server: 127.0.0.1\nhttps port: %d\n" % server.port
    wait_for(lambda: _rounds(phone), lambda count: count == 3, 30, "third round")
    _resync(phone, "api")
    wait_for(phone.log, lambda log: "restart for https " in log, 30, "it restarts")
    phone.wait_lcd("Moved", 60)
    assert "Traceback" not in phone.log() and "emory" not in phone.log()
    told = b""
    while b"1 values changed" not in told:  # of the third round
        told += receiver.recv(2000) + b"\n"
    assert b"<134>1 20" in told and b" dialtone - resync - applied" in told
    assert b" dialtone - web - resync asked" in told
    assert b"Hush" not in told and b"22222" not in told


def test_two_browsers_and_a_resync_save_at_once(phones, server, tmp_path):
    """What browsers save while the files are on their way is neither lost to them nor to flash, nor the other way."""
    asked, go_on = threading.Event(), threading.Event()
    config = [b"change confirm timeout: 0\nsoftkey1 type: xml\nsoftkey1 label: Round%d\n^softkey2 label: Server%d\n"]

    def slowly(link):
        asked.set()
        go_on.wait(20)
        send(link, config[0])

    text = config[0]
    config[0] = text % (0, 0)
    go_on.set()
    server.files["/aastra.cfg"] = slowly
    phone = phones("micropython", server.url, state=tmp_path / "s")
    with ThreadPoolExecutor(2) as browsers:
        for turn in range(1, 3):
            config[0] = text % (turn, turn)
            asked.clear()
            go_on.clear()
            _resync(phone, "api")
            assert asked.wait(20)
            saves = [
                browsers.submit(phone.post, "/configurationServer.html", {"postList": "10.0.0.%d" % turn}),
                browsers.submit(phone.post, "/provis.html", {"https_block_http_post_xml": str(turn % 2)}),
            ]
            assert ["Provisioning complete" in save.result(30).text for save in saves] == [True, True]
            saves = [browsers.submit(phone.post, "/softkeys.html", {"label2": "Mine"})]
            go_on.set()  # and one at the very moment
            assert saves[0].result(30).status == 200
            wait_for(lambda: _rounds(phone), lambda count, turn=turn: count == turn, 30, "round %d" % turn)
            _all_there(phone, turn)
    phone.stop()
    server.files["/aastra.cfg"] = config[0]
    _all_there(phones("micropython", server.url, state=tmp_path / "s"), 2)


def _all_there(phone, turn):
    assert 'value="10.0.0.%d"' % turn in phone.get("/configurationServer.html").text
    assert phone.status()["https"]["block"] is bool(turn % 2)
    assert "Round%d" % turn in phone.lcd()
    label = re.search(r'name="label2"[^>]* value="([^"]*)"', phone.get("/softkeys.html").text).group(1)
    assert label in ("Mine", "Server%d" % turn), "reset by the file, or set after it"


RECONNECTS = b"""
time server1: 127.0.0.2
time server2: 127.0.0.3
time server3: 127.0.0.4
http digest username: fleet
http digest password: Hush4715
https user certificates: roots.pem
https client certificate: client.pem
https server certificate: server.pem
firmware server: https://127.0.0.1:%d/fw
"""
LIVE = b"""
time server disabled: 1
https client method: TLSv1.3
hostname: desk-9
log server ip: 127.0.0.1
log server port: %d
"""


def _der(path):
    with open(path, encoding="ascii") as file:
        return ssl.PEM_cert_to_DER_cert(file.read().partition("-----BEGIN PRIVATE")[0])


def _log_in(server, proofs):
    """A file that only who logs in gets, from the third request on; ``proofs`` takes whether the answer is right."""
    asked = []

    def answer(link):
        asked.append(1)
        proof = server.requests[-1][1].get("authorization")
        if len(asked) < 3:
            return send(link, b"")
        if not proof:
            head = b'HTTP/1.1 401 Unauthorized\r\nWWW-Authenticate: Digest realm="r", nonce="n", qop="auth"\r\n'
            return link.sendall(head + b"Content-Length: 0\r\n\r\n")
        told = dict(re.findall(r'(\w+)="?([^",]*)', proof))
        ha1, ha2 = [hashlib.md5(text.encode()).hexdigest() for text in ("fleet:r:Hush4715", "GET:" + told["uri"])]
        text = "%s:n:%s:%s:auth:%s" % (ha1, told["nc"], told["cnonce"], ha2)
        proofs.append(told["response"] == hashlib.md5(text.encode()).hexdigest())
        send(link, b"")

    return answer


@pytest.mark.slow
def test_what_says_so_connects_anew_and_nothing_restarts(runtime, phones, server, authority, tmp_path):
    """Each row of the table with the effect "reconnect", and some that are live: the running phone obeys them."""
    (tmp_path / "b").mkdir()
    other = Authority(str(tmp_path / "b"), "Other CA")
    firmware = ConfigServer(other.leaf(), {})  # whom only the file of roots makes trusted
    clocks = [TimeServer(0, "127.0.0.2")]  # says a time that has passed
    clocks += [TimeServer(0, "127.0.0.3", clocks[0].port), TimeServer(time.time(), "127.0.0.4", clocks[0].port)]
    client, served = authority.leaf(usage=ExtendedKeyUsageOID.CLIENT_AUTH), authority.leaf()
    server.ask_for_certificates(authority.pem)
    proofs = []
    option = b"dhcp config option override: 160\n"
    server.files.update({"/a/aastra.cfg": b"softkey1 label: A\n", "/b/aastra.cfg": option, "/c/aastra.cfg": option})
    server.files["/c/00085D123456.cfg"] = _log_in(server, proofs)
    for name, path in (("roots", other.pem), ("client", client), ("server", served)):
        with open(path, "rb") as file:
            server.files["/c/%s.pem" % name] = file.read()
    extra = ["--time-port", str(clocks[0].port)]
    for code, folder in (("66", "a"), ("160", "b")):
        extra += ["--dhcp-option", code + "=" + server.url + folder]
    phone = phones(runtime, None, state=tmp_path / "s", extra=extra)

    def rounds(count):
        _resync(phone, "api")
        wait_for(lambda: _rounds(phone), lambda seen: seen == count, 30, "%d rounds" % count)

    def before_and_after():
        return {
            "dhcp config option override": "/b/aastra.cfg" in server.paths(),
            "time server1": clocks[0].asked > 0,
            "time server2": clocks[1].asked > 0,
            "time server3": clocks[2].asked > 0,
            "http digest username": proofs == [True],
            "http digest password": proofs == [True],
            "firmware server": "/fw/57i.st" in firmware.paths(),
            "https user certificates": "/fw/57i.st" in firmware.paths(),
            "https client certificate": _der(client) in server.certificates,
            "https server certificate": phone.fingerprint() == hashlib.sha256(_der(served)).hexdigest(),
        }

    with contextlib.ExitStack() as stack:
        for peer in (firmware, *clocks):
            stack.callback(peer.close)
        assert True not in before_and_after().values()
        server.files["/a/aastra.cfg"] += option
        rounds(2)
        assert phone.post("/configurationServer.html", {"httpsserv": "127.0.0.1", "httpsport": str(server.port),
                                                        "httpspath": "c"}).status == 200  # fmt: skip
        rounds(3)  # of a server that an administrator has named
        server.files["/c/aastra.cfg"] += RECONNECTS % firmware.port
        rounds(5)
        seen = before_and_after()
        assert False not in seen.values(), seen
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as receiver:
            receiver.bind(("127.0.0.1", 0))
            receiver.settimeout(10)
            server.files["/c/aastra.cfg"] += LIVE % receiver.getsockname()[1]
            rounds(7)
            assert b" dialtone - " in receiver.recv(2000)
        server.limit(ssl.TLSVersion.TLSv1_2)
        rounds(8)
        assert "TLSv1.3" in phone.status()["configuration"]["error"]
    assert [clock.asked for clock in clocks] == [2, 2, 2], "no more by the round after the one that has disabled them"
    rows = {row.name for row in parameters.rows() if row.effect == "reconnect"}
    assert rows == set(seen) | {"time server disabled"}, "a row that nobody looks at"
    assert phone.get("/sysinfo.html", headers={**ADMIN, "Host": "desk-9"}).status == 200
    assert "restart" not in phone.log() and "Traceback" not in phone.log()


def test_the_smallest_phone_does_it_live_too(phones, server, tmp_path):
    """With a file of ordinary length, and a heap that pages have worn. A restart would be the way without memory."""
    config = "https block http post xml: 0\nuser password: 1234\nsip proxy ip: 10.0.0.1\nsoftkey9 label: %s\n"
    config += "".join(["softkey%d type: xml\nsoftkey%d label: Key %d\n" % (key, key, key) for key in range(2, 10)])
    config += "".join(["softkey%d value: https://apps.example/%d.php\n" % (key, key) for key in range(2, 10)])
    config += "softkey1 type: xml\nsoftkey1 label: %s\n"
    server.files["/aastra.cfg"] = (config % ("Before", "Before")).encode()
    phone = phones("micropython32", server.url, state=tmp_path / "s")
    assert "Provisioning complete" in phone.post("/provis.html", {"https_block_http_post_xml": "1"}).text
    for turn in ("After", "Later", "Last"):
        for page in drawn(turn, ("sysinfo", "softkeys", "certificates", "troubleshooting", "actionURI"), 2):
            assert phone.get("/%s.html" % page).status == 200
        server.files["/aastra.cfg"] = (config % (turn, turn)).encode()
        _resync(phone, "api")
        phone.wait_lcd(turn, 45)
        assert phone.status()["https"] == {"method": "TLS", "redirect": True, "block": True}
    assert "restart for" not in phone.log(), phone.log()
    assert "Traceback" not in phone.log() and "MemoryError" not in phone.log()


@pytest.mark.long
def test_by_the_clock(phones, server, tmp_path):
    """The phone's minute comes: a round by itself, in local time."""
    moment = time.gmtime(time.time() + 3600 + 61)  # the zone is an hour ahead
    config = "auto resync mode: 1\nauto resync max delay: 0\nauto resync time: %02d:%02d\ntime zone name: Custom\n"
    config += "time zone minutes: -60\n"
    server.files["/aastra.cfg"] = (config % (moment.tm_hour, moment.tm_min)).encode()
    phone = phones("micropython32", server.url, state=tmp_path / "s")
    server.requests.clear()
    wait_for(lambda: _rounds(phone), lambda count: count == 1, 75, "a round by itself")
    assert server.paths() == ["/" + name for name in NAMES[:-1]], "mode 1 leaves firmware alone"
    assert _line(server, "aastra.cfg") == (1, 1)
