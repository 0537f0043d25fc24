"""Whom the phone trusts, felt by real TLS servers: switches, a pin, anchors, its own certificate, its clock."""

import hashlib
import socket
import struct
import threading
import time

import pytest
from config_server import ConfigServer
from cryptography import x509
from cryptography.hazmat.primitives import serialization
from cryptography.x509.oid import ExtendedKeyUsageOID
from nginx_peer import Nginx
from pki import Authority
from simulated import wait_for

SCRIPT = b"<AastraIPPhoneTextScreen><Title>Opened</Title><Text>The script.</Text></AastraIPPhoneTextScreen>"
KEY = "softkey%d type: xml\nsoftkey%d label: K%d\nsoftkey%d value: %sscript.xml\n"
FILE = "/00085D123456.cfg"
HOME = ("goodbye", "goodbye", "goodbye")
ADMINISTRATOR = (*HOME, "options", "2", "2", "2", "2", "2", "2", "enter")
_SNTP_FROM_1970 = 2208988800


@pytest.fixture
def peers():
    """A factory of ConfigServers that are closed when the test ends."""
    started = []

    def start(leaf, files):
        started.append(ConfigServer(leaf, files))
        return started[-1]

    yield start
    for peer in started:
        peer.close()


def _keys(*servers):
    """Configuration rows of one XML softkey for each server's script."""
    return "".join([KEY % ((n,) * 4 + (server.url,)) for n, server in enumerate(servers, 1)])


def _pressed(phone, number, text):
    """Presses a softkey on the idle screen; the LCD when it shows ``text``."""
    phone.press(*HOME, "softkey%d" % number)
    return phone.wait_lcd(text)


def _words(screen):
    return " ".join(screen.split())


def _by_page(phone, page="provis", **fields):
    answer = phone.post("/%s.html" % page, fields)
    assert answer.status == 200 and "Provisioning complete" in answer.text, answer.text


def _by_keys(phone, label, value):
    """Turns a switch of the HTTPS Settings; all keys at once, since each call of ``dialtone press`` is a process."""
    shown = phone.press(*ADMINISTRATOR, "1", "1", {"Expiration": "3", "Hostnames": "4"}[label])
    assert label in shown and {"On": "Off", "Off": "On"}[value] in shown, shown
    assert value in phone.press("softkey1", "down", "enter")


def test_each_switch_from_page_keys_and_file(runtime, phones, server, authority, peers, tmp_path):
    expired = peers(authority.leaf(start=-30, end=-1), {"/script.xml": SCRIPT})
    other = peers(authority.leaf(names=("other.example",)), {"/script.xml": SCRIPT})
    foreign = peers(Authority(str(tmp_path), "Foreign CA").leaf(), {"/script.xml": SCRIPT})
    client = peers(authority.leaf(usage=ExtendedKeyUsageOID.CLIENT_AUTH), {"/script.xml": SCRIPT})
    server.files[FILE] = _keys(expired, other, foreign, client).encode()
    phone = phones(runtime, server.url, state=tmp_path / "s")
    assert "it has expired" in _words(_pressed(phone, 1, "expired"))
    assert "it names another host" in _words(_pressed(phone, 2, "another"))
    assert "its issuer is not trusted" in _words(_pressed(phone, 3, "issuer"))
    assert "it is not for servers" in _words(_pressed(phone, 4, "servers"))
    assert not expired.requests + other.requests + foreign.requests + client.requests

    _by_page(phone, https_validate_expires="0")
    _pressed(phone, 1, "The script.")
    assert "names another host" in _words(_pressed(phone, 2, "another"))
    _by_keys(phone, "Expiration", "On")
    _by_keys(phone, "Hostnames", "Off")
    assert "it has expired" in _words(_pressed(phone, 1, "expired"))
    _pressed(phone, 2, "The script.")
    assert "its issuer is not trusted" in _words(_pressed(phone, 3, "issuer"))
    _by_page(phone, https_validate_hostname="1")
    assert len(expired.requests) == 1 == len(other.requests)

    page = phone.get("/tlsEvents.html").text
    for words in ("verified", "accepted", "refused", "it has expired", "names another host", "Dialtone test CA"):
        assert words in page, words
    assert phone.get("/tlsEvents.html", headers={}).status == 401
    assert "warning: 127.0.0.1:%d refused: Bad Certificate: it has expired" % expired.port in phone.log()

    server.files[FILE] += b"https validate certificates: 0\n"
    phone.stop()
    phone = phones(runtime, server.url, state=tmp_path / "s")
    for number in (1, 2, 3):
        _pressed(phone, number, "The script.")
    assert "accepts <b>any server</b>" in phone.get("/sysinfo.html").text


def test_trust_on_first_use_and_a_changed_key(runtime, phones, server, tmp_path):
    """Off unless asked for; by the keys, behind the password; then the key is pinned and another one refused."""
    foreign = Authority(str(tmp_path), "Foreign CA")
    leaf = foreign.leaf()
    server.use(leaf)
    server.files[FILE] = b"softkey1 type: xml\nsoftkey1 label: Fetched\n"
    state = tmp_path / "s"
    phone = phones(runtime, server.url, state=state)
    assert "its issuer is not trusted" in _words(phone.lcd()) and not server.requests
    assert "Trust the Server" not in phone.press(*ADMINISTRATOR)
    _by_page(phone, https_trust_first_use="1")
    assert phone.post("/configurationServer.html", {"postList": "127.0.0.1"}).status == 200
    phone.stop()

    phone = phones(runtime, server.url, state=state)
    assert "Compare its fingerprint: Options" in _words(phone.lcd()), phone.lcd()
    shown = phone.press(*ADMINISTRATOR, "1")
    with open(leaf, "rb") as file:
        certificate = x509.load_pem_x509_certificate(file.read())
    der, spki = serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo
    pin = hashlib.sha256(certificate.public_key().public_bytes(der, spki)).hexdigest()
    shown = "".join((shown + phone.press(*["down"] * 5) + phone.press(*["down"] * 5)).split())
    for digits in (hashlib.sha256(certificate.public_bytes(der)).hexdigest(), pin):
        digits = digits.upper()
        assert digits[:4] + digits[4:16] in shown and digits[-8:] in shown
    _pushes_leave_the_question_alone(phone)
    phone.press("softkey1")
    phone.wait_lcd("Fetched", 30)
    assert phone.status()["configuration"]["result"] == "applied"
    assert pin in phone.get("/provis.html").text
    phone.stop()

    asked = len(server.requests)
    server.use(foreign.leaf())  # the same authority, another key
    phone = phones(runtime, server.url, state=state)
    assert "the server's key has changed" in _words(phone.lcd()), phone.lcd()
    assert len(server.requests) == asked and phone.status()["configuration"]["result"] == "kept"
    assert "Trust the Server" not in phone.press(*ADMINISTRATOR)

    phone.post("/reset.html", {"resetOption": "1", "confirm": "1"})
    wait_for((state / "local.cfg").exists, lambda there: not there, 20, "factory defaults")
    phone.stop()
    phone = phones(runtime, server.url, state=state)
    assert "its issuer is not trusted" in _words(phone.lcd()) and "Default settings" in phone.lcd(), phone.lcd()
    assert "Trust the Server" not in phone.press(*ADMINISTRATOR)


def _pushes_leave_the_question_alone(phone):
    """None answers it, covers it, or sets the pin itself: it waits until the person has left."""
    before = phone.lcd()
    pin = "<ConfigurationItem><Parameter>https server pin</Parameter><Value>%s</Value></ConfigurationItem>" % ("0" * 64)
    for text in (
        "<AastraIPPhoneExecute><ExecuteItem URI='Key:SoftKey1'/></AastraIPPhoneExecute>",
        "<AastraIPPhoneConfiguration>%s</AastraIPPhoneConfiguration>" % pin,
        SCRIPT.decode(),
    ):
        answer = phone.request("POST", "/", text.encode(), {"Content-Type": "text/xml"})
        assert answer.status == 200, answer.text
    wait_for(phone.log, lambda log: "not pressed in menus" in log and "https server pin" in log, 10, "refusals")
    assert phone.lcd() == before and "Trust" in before
    assert "0" * 64 not in phone.get("/provis.html").text


def test_user_certificates_and_a_client_certificate(runtime, phones, authority, peers, tmp_path):
    """Fetched after the files, from a verified server; with them another server is verified, and the phone is known."""
    foreign = Authority(str(tmp_path), "Foreign CA")
    script = peers(foreign.leaf(), {"/script.xml": SCRIPT})
    script.ask_for_certificates(authority.pem)
    www = tmp_path / "www"
    www.mkdir()
    client = authority.leaf(names=("phone.example",), usage=ExtendedKeyUsageOID.CLIENT_AUTH)
    (www / "me.pem").write_bytes(open(client, "rb").read())
    (www / "roots.pem").write_bytes(open(foreign.pem, "rb").read())
    rows = _keys(script) + "https user certificates: roots.pem\nhttps client certificate: me.pem\n"
    (www / "aastra.cfg").write_text(rows)
    more = "ssl_client_certificate %s; ssl_verify_client optional;" % authority.pem
    peer = Nginx(tmp_path / "nginx", www, authority.leaf(), more=more)
    state = tmp_path / "s"
    try:
        phone = phones(runtime, peer.url, state=state)
        _pressed(phone, 1, "The script.")
        assert script.certificates == [None]
        assert "Foreign CA until" in phone.log() and "PRIVATE" not in phone.log()
        assert {row[5] for row in peer.access() if "aastra.cfg" in row[0]} == {"-"}
        phone.stop()

        (www / "aastra.cfg").write_text(_keys(script))
        phone = phones(runtime, peer.url, state=state)  # known by its certificate, which is named no more
        assert [row[5] for row in peer.access() if "aastra.cfg" in row[0]][-1] == "CN=leaf"
        assert "issuer is not trusted" in _words(_pressed(phone, 1, "issuer"))
        assert len(script.requests) == 1
        kept = [path.name for path in state.iterdir() if path.suffix == ".pem"]
        assert "fetched.pem" not in kept and "client-fetched.pem" not in kept
    finally:
        peer.stop()


@pytest.mark.long
def test_a_verified_server_lowers_trust_only_if_a_trusted_one_named_it(runtime, phones, server, peers, leaf, tmp_path):
    """Anybody can have a good certificate for a server of his own."""
    rows = b"https validate certificates: 0\nsoftkey1 type: xml\nsoftkey1 label: Other\n"
    other = peers(leaf, {"/aastra.cfg": rows})
    server.files["/aastra.cfg"] = b"xml application post list: 127.0.0.1\n"
    phone = phones(runtime, server.url, state=tmp_path / "s")
    item = "<ConfigurationItem setType='local'><Parameter>%s</Parameter><Value>%s</Value></ConfigurationItem>"
    items = item % ("https server", "127.0.0.1") + item % ("https port", other.port)
    text = "<AastraIPPhoneConfiguration>%s</AastraIPPhoneConfiguration>" % items
    assert phone.request("POST", "/", text.encode(), {"Content-Type": "text/xml"}).status == 200
    wait_for((tmp_path / "s/local.cfg").exists, bool, 10, "local.cfg")
    phone.stop()

    phone = phones(runtime, server.url, state=tmp_path / "s")
    assert phone.status()["configuration"]["source"].endswith(":%d/" % other.port) and "Other" in phone.lcd()
    page = phone.get("/sysinfo.html").text
    assert "is not lowered by a file" in page and "any server" not in page and "has named 127.0.0.1" in phone.log()
    assert phone.post("/configurationServer.html", {"httpsserv": "localhost", "httpsport": "443"}).status == 200
    assert phone.post("/configurationServer.html", {"httpsport": other.port}).status == 200
    phone.stop()
    phone = phones(runtime, server.url, state=tmp_path / "s")
    assert "any server" in phone.get("/sysinfo.html").text


class TimeServer:
    """An SNTP server on loopback that says ``now``; ``asked`` counts."""

    def __init__(self, now, host="127.0.0.1", port=0):
        self.now, self.asked = now, 0
        self._socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self._socket.bind((host, port))
        self.port = self._socket.getsockname()[1]
        threading.Thread(target=self._serve, daemon=True).start()

    def _serve(self):
        while True:
            try:
                data, peer = self._socket.recvfrom(100)
            except OSError:
                return
            self.asked += 1
            head = struct.pack(">BBBb11I", 0x24, 2, 6, -20, *[0] * 11)
            said = struct.pack(">II", (int(self.now) + _SNTP_FROM_1970) & 0xFFFFFFFF, 0)
            self._socket.sendto(head[:24] + data[40:48] + said + said, peer)

    def close(self):
        self._socket.close()


def test_the_clock_comes_from_a_time_server_before_the_first_certificate(runtime, phones, server, tmp_path):
    clock = TimeServer(time.time() + 40 * 86400)  # past the end of the server's certificate
    options = {"state": tmp_path / "s", "extra": ("--time-port", str(clock.port))}
    try:
        phone = phones(runtime, server.url, **options)
        assert clock.asked == 0  # a simulated phone keeps the PC's time unless a server is set
        _by_page(phone, "preferences", timeSrv1="127.0.0.1")
        phone.stop()
        asked = len(server.requests)
        phone = phones(runtime, server.url, **options)
        assert clock.asked == 1 and len(server.requests) == asked
        assert "it has expired" in _words(phone.lcd()), phone.lcd()
        phone.stop()

        clock.now = time.time()  # before the time that was saved: an old certificate could come back to life
        phone = phones(runtime, server.url, **options)
        assert clock.asked == 2 and len(server.requests) == asked
        assert "says a time that has passed" in phone.log() and "it has expired" in _words(phone.lcd())
        _by_page(phone, "preferences", timeSrvDisabled="1")
        _by_page(phone, https_validate_expires="0")
        phone.stop()
        phone = phones(runtime, server.url, **options)
        assert clock.asked == 2 and phone.status()["configuration"]["result"] != "kept"
        assert "no time server has set it" in phone.log()
    finally:
        clock.close()
