"""Row 4: the script behind a softkey, over verified HTTPS, shown on the LCD and followed."""

from config_server import hangs, status, truncated
from pki import Authority
from simulated import wait_for

MENU = (
    '<?xml version="1.0" encoding="UTF-8"?><AastraIPPhoneTextMenu destroyOnExit="yes"><Title>Lunch</Title>'
    "<MenuItem><Prompt>Soup</Prompt><URI>{0}scripts/soup.xml</URI></MenuItem>"
    "<MenuItem><Prompt>B&#228;cker &amp; Co</Prompt><URI>{0}scripts/bread.xml</URI></MenuItem></AastraIPPhoneTextMenu>"
)
SOUP = "<AastraIPPhoneTextScreen><Title>Soup</Title><Text>Tomato, one bowl</Text></AastraIPPhoneTextScreen>"


def _start(runtime, phones, server, path="scripts/menu.xml"):
    config = "softkey1 type: xml\nsoftkey1 label: Lunch\nsoftkey1 value: %s%s\n" % (server.url, path)
    server.files["/aastra.cfg"] = config.encode()
    server.files.setdefault("/scripts/menu.xml", MENU.format(server.url).encode())
    server.files.setdefault("/scripts/soup.xml", SOUP.encode())
    return phones(runtime, server.url)


def test_softkey_menu_and_item(runtime, phones, server):
    phone = _start(runtime, phones, server)
    assert "Lunch" in phone.lcd()
    phone.press("softkey1")
    screen = phone.wait_lcd("Soup")
    assert "B\u00e4cker & Co" in screen or "Backer & Co" in screen
    phone.press("enter")
    phone.wait_lcd("Tomato, one bowl")
    agents = [fields["user-agent"] for line, fields in server.requests if "/scripts/" in line]
    assert len(agents) == 2 and agents[0].startswith("Aastra57i MAC:00-08-5D-12-34-56 V:")
    phone.press("goodbye")
    phone.press("goodbye")
    assert "Tomato" not in phone.lcd()


def test_faults_are_named_and_the_phone_lives(runtime, phones, server, tmp_path):
    phone = _start(runtime, phones, server)
    server.files["/scripts/menu.xml"] = status("404 Not Found")
    phone.press("softkey1")
    phone.wait_lcd("404")
    phone.press("goodbye")
    server.files["/scripts/menu.xml"] = truncated(b"<AastraIPPhoneTextScreen><Text>half")
    phone.press("softkey1")
    assert "half" not in phone.wait_lcd("ended", 15)
    phone.press("goodbye", "goodbye")
    server.files["/scripts/menu.xml"] = b"<AastraIPPhoneTextScreen><Text>broken</Title></AastraIPPhoneTextScreen>"
    phone.press("softkey1")
    phone.wait_lcd("line 1")
    phone.press("goodbye", "goodbye")
    server.use(Authority(str(tmp_path), "Somebody else").leaf())
    before = len(server.requests)
    phone.press("softkey1")
    phone.wait_lcd("Bad Certificate")
    assert len(server.requests) == before
    assert phone.get("/api/status").status == 200


def test_goodbye_cancels_a_hanging_script(runtime, phones, server):
    phone = _start(runtime, phones, server)
    server.files["/scripts/menu.xml"] = hangs
    phone.press("softkey1")
    phone.wait_lcd("Loading")
    if runtime != "micropython32":  # other things go on meanwhile, where TLS and a script fit into the heap together
        assert phone.get("/api/status").status == 200
    phone.press("goodbye")
    assert "Loading" not in phone.lcd()


def test_oversized_script_is_refused(runtime, phones, server):
    phone = _start(runtime, phones, server)
    big = SOUP.replace("Tomato", "x" * 20_000)
    server.files["/scripts/menu.xml"] = big.encode()
    phone.press("softkey1")
    words = "No memory" if runtime == "micropython32" else "too large"
    screen = wait_for(phone.lcd, lambda text: words in " ".join(text.split()), 15, "the refusal")
    assert "xxxxxxxx" not in screen
