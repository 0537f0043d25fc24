"""``dialtone xml lint`` and ``dialtone push``: what people who write XML applications learn from them."""

import hashlib
import http.server
import json
import ssl
import threading

import pytest
from host import cli, identity
from host.xmltool import lint, push

MENU = "<AastraIPPhoneTextMenu>%s<MenuItem><Prompt>A</Prompt><URI>%s</URI></MenuItem></AastraIPPhoneTextMenu>"


def found(text, **more):
    data = text if isinstance(text, bytes) else text.encode()
    return [(each.line, each.column, each.level, each.reason, each.known) for each in lint.lint("x.xml", data, **more)]


def only(text, **more):
    (one,) = found(text, **more)
    return one


def test_every_spelling_is_in_the_phones_own_table():
    known = set()
    for kind in lint.kinds.KINDS:
        row = lint.kinds.find(kind.lower())
        known |= set((row[2] + " " + row[3]).replace(".", " ").split())
    known |= {"softkey", "label", "icon", "iconlist", "index", "uri", "scroll", "height", "urilist", "base"}
    assert {name for name in lint._SPELLED if name not in known} == set()
    assert {name for _, name in lint.GATES if name and name not in known} == set()
    assert {kind for kind, _ in lint.GATES if kind and not lint.kinds.find(kind)} == set()
    assert {name for name in lint._YES if name not in known} == set()
    # and nothing that the table has is without its spelling
    assert {name for name in known if not name.isdigit() and name not in lint._SPELLED} == set()


def test_good_objects_have_nothing_to_tell():
    assert found(MENU % ('<Title wrap="yes">T</Title>', "http://a/$$LOCALIP$$?x=1")) == []
    assert found("<AastraIPPhoneExecute><ExecuteItem URI='Key:NavUp'/></AastraIPPhoneExecute>") == []
    assert found("<AastraIPPhoneStatus><Session>a</Session><Message index='0'>x</Message></AastraIPPhoneStatus>") == []


def test_lamps_of_no_key_are_errors():
    form = "<AastraIPPhoneExecute><ExecuteItem URI='Led: %s'/></AastraIPPhoneExecute>"
    for lamp in ("softkey1=on", "Expmod2 Key20=slowflash", "expmod1softkey3=off", "prgkey6=on:green"):
        assert found(form % lamp) == [], lamp
    for lamp in ("sofkey1=on", "softkey0=on", "softkey=on", "expmod4 key1=on", "message=on"):
        ((_, _, level, reason, _),) = found(form % lamp)
        assert level == "error" and "no key has this name" in reason, lamp


def test_all_problems_at_once_with_place_and_nearest_name():
    text = """<AastraIPPhoneTextMenu defaultIdex="2" Timeout="soon">
  <Titel>T</Titel>
  <MenuItem><Prompt>A</Prompt><URI>ftp://x/</URI></MenuItem>
  <MenuItem Base="http://a/"><Prompt>B</Prompt><URI>Key:Explode</URI></MenuItem>
  <SoftKey index="9"><Label>L</Label><URI>Comand: Reset</URI></SoftKey>
  <Nonsense/>
</AastraIPPhoneTextMenu>"""
    told = found(text)
    assert [(line, column, level) for line, column, level, _, _ in told] == [
        (1, 1, "error"), (1, 1, "warning"), (2, 3, "error"), (3, 31, "error"), (4, 3, "warning"), (4, 48, "error"),
        (5, 3, "error"), (5, 38, "error"), (6, 3, "warning"),
    ]  # fmt: skip
    assert [known for _, _, _, _, known in told] == [
        "defaultIndex", "", "<Title>", "", "", "", "", "Command:", ""
    ]  # fmt: skip
    assert "real phones want base" in told[4][3] and "index from 1 to 6" in told[6][3]


def test_what_a_phone_refuses_is_an_error():
    assert only("<AastraIPPhoneTextScren><Text>x</Text></AastraIPPhoneTextScren>")[2:] == (
        "error", "<AastraIPPhoneTextScren> is not an object for phones", "AastraIPPhoneTextScreen"
    )  # fmt: skip
    assert only("<AastraIPPhoneTextScreen><Text>a & b</Text></AastraIPPhoneTextScreen>")[3].startswith(
        "not well-formed"
    )
    assert "document type" in only("<!DOCTYPE a><AastraIPPhoneTextScreen><Text>x</Text></AastraIPPhoneTextScreen>")[3]
    assert "no entry" in only("<AastraIPPhoneTextMenu></AastraIPPhoneTextMenu>")[3]
    long = "<AastraIPPhoneTextScreen><Text>%s</Text></AastraIPPhoneTextScreen>" % ("x" * 10000)
    assert "longer than 10000 bytes" in only(long)[3]
    items = "<MenuItem><Prompt>A</Prompt><URI>a</URI></MenuItem>\n" * 32
    line, _, level, reason, _ = only("<AastraIPPhoneTextMenu>\n%s</AastraIPPhoneTextMenu>" % items)
    assert (line, level) == (32, "error") and "more than 30 <MenuItem>" in reason


def test_configuration_items_are_checked_as_the_phone_checks_them():
    item = "<ConfigurationItem><Parameter%s>%s</Parameter><Value>%s</Value></ConfigurationItem>"

    def one(name, value, attributes=""):
        text = "<AastraIPPhoneConfiguration>%s</AastraIPPhoneConfiguration>" % (item % (attributes, name, value))
        return [(level, reason, known) for _, _, level, reason, known in found(text)]

    assert one("softkey# type", "xml", ' firstItem="1" lastItem="6"') == []
    assert one("http pord", "1")[0][0::2] == ("error", "http port")
    assert "number from 1" in one("http port", "x")[0][1]
    assert "not set by XML" in one("admin password", "1")[0][1]
    assert one("softkey# type", "xml")[0][0] == "error"
    assert one("https client method", "TLS")[0][0] == "note"
    text = '<AastraIPPhoneConfiguration setType="locale"></AastraIPPhoneConfiguration>'
    assert [(level, known) for _, _, level, _, known in found(text)] == [("error", "local")]


def test_version_gates():
    text = MENU.replace("<AastraIPPhoneTextMenu>", '<AastraIPPhoneTextMenu LockIn="yes" wrapList="yes">') % ("", "a")
    assert found(text) == []
    reasons = [reason for _, _, level, reason, _ in found(text, firmware=lint.release("2.0.1")) if level == "warning"]
    assert reasons == ["wrapList needs firmware 2.2.0"]
    assert found(text, firmware=lint.release("2.2")) == []
    image = '<AastraIPPhoneImageScreen><Image height="8" width="8">00</Image></AastraIPPhoneImageScreen>'
    assert "needs firmware 2.2.0" in found(image, firmware=lint.release("2.1"))[0][3]


def test_exit_status_and_json(tmp_path, capsys):
    good, bad = tmp_path / "good.xml", tmp_path / "bad.xml"
    good.write_text(MENU % ("", "a"))
    bad.write_text(MENU % ("<Titel/>", "a"))
    assert cli.main(["xml", "lint", str(good)]) == 0
    assert "1 file: 0 errors" in capsys.readouterr().out
    assert cli.main(["xml", "lint", "--json", str(good), str(bad)]) == 1
    (one,) = json.loads(capsys.readouterr().out)
    assert (one["file"], one["line"], one["nearest"]) == (str(bad), 1, "<Title>")
    assert cli.main(["xml", "lint", str(tmp_path / "none.xml")]) == 2
    with pytest.raises(SystemExit):
        cli.main(["xml", "lint", "--firmware", "new", str(good)])


class _Phone(http.server.BaseHTTPRequestHandler):
    status, text = 200, b""
    taken = []

    def do_POST(self):
        self.taken.append((self.headers["Content-Type"], self.rfile.read(int(self.headers["Content-Length"]))))
        self.send_response(self.status)
        self.send_header("Content-Length", str(len(self.text)))
        self.end_headers()
        self.wfile.write(self.text)

    def log_message(self, *_):
        pass


@pytest.fixture
def phone(tmp_path):
    """A function (secure) -> (address, handler class, fingerprint) of a server that answers as a phone would."""
    servers = []

    def start(secure=True):
        handler = type("Handler", (_Phone,), {"taken": []})
        server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler)
        digest = ""
        if secure:
            certificate, key = identity.ensure_authority(str(tmp_path))
            leaf = str(tmp_path / "leaf.pem")
            identity.make_leaf(certificate, key, leaf)
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(leaf)
            server.socket = context.wrap_socket(server.socket, server_side=True)
            with open(leaf) as file:
                pem = "-----BEGIN CERTIFICATE-----" + file.read().split("-----BEGIN CERTIFICATE-----")[1]
            digest = hashlib.sha256(
                ssl.PEM_cert_to_DER_cert(pem.split("-----END CERTIFICATE-----")[0] + "-----END CERTIFICATE-----")
            ).hexdigest()
        threading.Thread(target=server.serve_forever, daemon=True).start()
        servers.append(server)
        return "127.0.0.1:%d" % server.server_address[1], handler, digest

    yield start
    for server in servers:
        server.shutdown()
        server.server_close()


@pytest.fixture
def document(tmp_path):
    path = tmp_path / "hello.xml"
    path.write_text("<AastraIPPhoneTextScreen><Title>H</Title><Text>a</Text></AastraIPPhoneTextScreen>")
    return str(path)


def test_push_verifies_the_phone_before_it_sends(phone, document, capsys, tmp_path):
    address, handler, digest = phone()
    assert cli.main(["push", address, document]) == 2
    told = capsys.readouterr().err
    assert "--fingerprint " + digest in told and handler.taken == []
    assert cli.main(["push", address, document, "--fingerprint", "0" * 64]) == 2
    assert "not the phone that was meant" in capsys.readouterr().err and handler.taken == []
    spelled = ":".join([digest[at : at + 2].upper() for at in range(0, 64, 2)])
    assert cli.main(["push", "https://%s/" % address, document, "--fingerprint", "SHA256:" + spelled]) == 0
    assert "over TLSv1.3" in capsys.readouterr().out
    assert cli.main(["push", address, document, "--ca", str(tmp_path / "demo-ca.pem")]) == 0
    with open(document, "rb") as file:
        assert handler.taken == [("text/xml", b"xml=" + file.read())] * 2


def test_push_in_the_clear_and_what_the_phone_says(phone, document, capsys):
    address, handler, _ = phone(secure=False)
    assert cli.main(["push", "http://" + address, document]) == 0
    handler.status, handler.text = 403, b"this sender is not in xml application post list\n"
    assert cli.main(["push", "http://" + address, document]) == 1
    told = capsys.readouterr().err
    assert "403" in told and "xml application post list: 127.0.0.1" in told


def test_push_does_not_send_what_a_phone_would_not_show(phone, tmp_path, capsys):
    address, handler, _ = phone(secure=False)
    path = tmp_path / "bad.xml"
    path.write_text("<AastraIPPhoneTextScreen><Txt>a</Txt></AastraIPPhoneTextScreen>")
    assert cli.main(["push", "http://" + address, str(path)]) == 1
    assert "bad.xml:1:26" in capsys.readouterr().err and handler.taken == []
    assert cli.main(["push", "http://" + address, str(path), "--force"]) == 0


def test_push_says_what_is_wrong_with_the_way(document, capsys):
    for target, words in (
        ("127.0.0.1:1", "cannot be reached"),
        ("no-such-host.invalid", "no address"),
        ("ftp://a", "is no phone"),
        ("127.0.0.1:99999", "is no phone"),
    ):
        assert cli.main(["push", target, document]) == 2, target
        assert words in capsys.readouterr().err, target
    assert cli.main(["push", "127.0.0.1", "none.xml"]) == 2
    assert cli.main(["push", "127.0.0.1", document, "--fingerprint", "12"]) == 2


def test_a_push_error_has_its_exit_status():
    assert push.PushError("x").status == 2
