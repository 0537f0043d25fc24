"""One phone, many objects: the XML applications of real phones, as a person at the keys and a server see them."""

import http.client
import ssl

from simulated import wait_for
from test_bad_input import lives
from test_push import RAW

LOGIN = """<AastraIPPhoneInputScreen type="string" destroyOnExit="yes"><Title>Log in</Title>
<URL>login.xml?from=lcd</URL>
<InputField><Prompt>Name</Prompt><Parameter>user</Parameter></InputField>
<InputField type="number" password="yes"><Prompt>PIN</Prompt><Parameter>pin</Parameter></InputField>
</AastraIPPhoneInputScreen>"""
HELLO = """<AastraIPPhoneTextMenu odd="1" scrollConstrain="yes"><Title>Hello $$LOCALIP$$</Title>
<MenuItem base="sub/"><Prompt>Clock</Prompt><URI>clock.xml?ip=$$LOCALIP$$</URI></MenuItem>
<MenuItem><Prompt>Call</Prompt><URI>Dial:123</URI></MenuItem>
<SoftKey index="2"><Label>Pick</Label><URI>SoftKey:Select</URI></SoftKey>
<SoftKey index="3"><Label>Out</Label><URI>SoftKey:Exit</URI></SoftKey></AastraIPPhoneTextMenu>"""
CLOCK = """<AastraIPPhoneFormattedTextScreen destroyOnExit="yes" LockIn="yes">
<Line Size="double" Align="center">%s</Line>
<SoftKey index="1"><Label>Leave</Label><URI>SoftKey:Exit</URI></SoftKey></AastraIPPhoneFormattedTextScreen>"""
STATUS = """<AastraIPPhoneStatus><Session>s</Session><Message index="0">%s</Message></AastraIPPhoneStatus>"""
IMAGE = '<AastraIPPhoneImageScreen><Image height="8" width="3">FF81FF</Image></AastraIPPhoneImageScreen>'


class Clock:
    """A script that is newer each time and asks to be fetched again."""

    def __init__(self):
        self.count = 0

    def __call__(self, link):
        self.count += 1
        body = (CLOCK % ("Tick %d" % self.count)).encode()
        head = "HTTP/1.1 200 OK\r\nContent-Type: text/xml\r\nRefresh: 1; url=clock.xml\r\nContent-Length: %d\r\n\r\n"
        link.sendall((head % len(body)).encode() + body)


def _push(phone, xml):
    assert phone.request("POST", "/", xml.encode(), RAW).status == 200


def test_an_application_from_key_to_goodbye(runtime, phones, server):
    config = (
        "xml application post list: 127.0.0.1\nsoftkey1 type: xml\nsoftkey1 label: App\nsoftkey1 value: %sapp/in.xml\n"
    )
    server.files["/aastra.cfg"] = (config % server.url).encode()
    server.files["/app/in.xml"] = LOGIN.encode()
    server.files["/app/login.xml"] = HELLO.encode()
    clock = server.files["/app/sub/clock.xml"] = Clock()
    phone = phones(runtime, server.url)
    phone.press("softkey1")
    phone.wait_lcd("Name")
    phone.press("2", "2", "right", "2", "down", "4", "2")
    assert "**_" in phone.lcd() and "42" not in phone.lcd()
    phone.press("select")
    screen = phone.wait_lcd("Hello 127.0.0.1")
    assert server.paths()[-1] == "/app/login.xml?from=lcd&user=ba&pin=42"
    assert "Pick" in screen and "Out" in screen
    phone.press("down", "down", "softkey2")
    phone.wait_lcd("Dialling 123")
    phone.press("left", "up", "softkey2")
    phone.wait_lcd("Tick ")
    assert "/app/sub/clock.xml?ip=127.0.0.1" in server.paths()
    wait_for(lambda: clock.count, lambda count: count > 2, 10, "a third Refresh without a key")
    phone.press("left", "options")
    assert "Tick" in phone.lcd()  # it is locked in
    phone.press("softkey1")
    phone.wait_lcd("Hello")
    phone.press("softkey3")
    assert "Hello" not in phone.lcd() and "App" in phone.lcd()

    _push(phone, STATUS % "Forwarded")
    assert "Forwarded" in phone.wait_lcd("Forwarded")
    _push(phone, IMAGE)
    phone.wait_lcd("[image]")
    _push(phone, "<AastraIPPhoneTextScreen>\n<Text>a & b</Text></AastraIPPhoneTextScreen>")
    phone.wait_lcd("line 2")
    phone.press("left")
    phone.wait_lcd("[image]")
    phone.press("goodbye")
    _push(phone, STATUS % "")
    page = phone.get("/xmllog.html")
    assert page.status == 200
    assert "/app/login.xml, line 1: attribute odd of &lt;AastraIPPhoneTextMenu&gt; means nothing here" in page.text
    assert "push: XML line 2" in page.text and "pin=42" not in page.text
    wait_for(phone.lcd, lambda screen: "Forwarded" not in screen, 10, "no message")


def busy(phone, path):
    """Whether the page came, or a 503 did, or the connection was closed before either: never a wait."""
    try:
        return phone.get(path).status in (200, 503)
    except (http.client.HTTPException, ConnectionError, ssl.SSLError):
        return True


def test_full_menus_leave_the_small_phone_reachable(phones, server):
    item = "<MenuItem><Prompt>Entry %d, which is long</Prompt><URI>http://192.0.2.1/menu.php?entry=%d&amp;more="

    def menu(fill):
        items = "".join([(item + "z" * fill + "</URI></MenuItem>") % (number, number) for number in range(30)])
        return "<AastraIPPhoneTextMenu><Title>Full</Title>%s</AastraIPPhoneTextMenu>" % items

    config = "softkey1 type: xml\nsoftkey1 label: App\nsoftkey1 value: %sapp/menu.xml\n" % server.url
    server.files["/aastra.cfg"] = config.encode()
    server.files["/app/menu.xml"] = menu(120).encode()
    assert 7000 < len(server.files["/app/menu.xml"])
    phone = phones("micropython32", server.url)
    phone.press("softkey1")
    phone.wait_lcd("1.Entry 0, which is")
    phone.press("up")
    phone.wait_lcd("30.Entry 29")
    for path in ("/api/status", "/sysinfo.html", "/xmllog.html"):  # beside the menu: there, or told why not
        assert busy(phone, path), path
    phone.press("up")
    assert ">29.Entry 28" in phone.wait_lcd(">29.")
    phone.press("goodbye")
    assert lives(phone, "/api/status")

    # One of 10,000 bytes shows, or the phone says that it has no room; either way it answers.
    server.files["/app/menu.xml"] = menu(215).encode()
    assert 9500 < len(server.files["/app/menu.xml"]) <= 10000
    phone.press("softkey1")
    wait_for(phone.lcd, lambda screen: "1.Entry" in screen or "No memory" in screen, 20, "the menu or the reason")
    assert busy(phone, "/api/status")
    phone.press("goodbye", "goodbye", "goodbye")  # the reason, and what lies below it
    phone.wait_lcd("Ready")
    assert lives(phone, "/api/status")
