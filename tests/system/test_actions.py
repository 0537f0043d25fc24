"""XML applications on one phone of each runtime: what Execute and Configuration objects do, and what they may not."""

import os
import subprocess
import time

import pytest
from config_server import ConfigServer
from simulated import ROOT, SimPhone, wait_for
from test_push import RAW

TEXT = b"<AastraIPPhoneTextScreen><Title>%s</Title><Text>words</Text></AastraIPPhoneTextScreen>"
ITEM = "<ConfigurationItem%s><Parameter>%s</Parameter><Value>%s</Value></ConfigurationItem>"
CONFIG = """xml application post list: 127.0.0.1
softkey1 type: xml
softkey1 label: Lunch
softkey1 value: {0}page.xml
services script: {0}services.xml
action uri startup: {0}start.xml
action uri poll: {0}poll.xml
action uri poll interval: 10
!http port: 81
"""


@pytest.fixture(scope="module")
def shared(runtime, authority, leaf, tmp_path_factory):
    """(phone, server): shared by the tests of this file, each of which leaves the idle screen behind."""
    server = ConfigServer(leaf)
    server.files = {
        "/aastra.cfg": CONFIG.format(server.url).encode(),
        "/page.xml": TEXT % b"Page",
        "/services.xml": TEXT % b"Our services",
        "/loop.xml": b'<AastraIPPhoneExecute><ExecuteItem URI="loop.xml"/></AastraIPPhoneExecute>',
        "/start.xml": configuration(("softkey2 type", "dnd"), ("softkey2 label", "Started")),
        "/poll.xml": b'<AastraIPPhoneExecute><ExecuteItem URI=""/></AastraIPPhoneExecute>',
    }
    phone = SimPhone(runtime, tmp_path_factory.mktemp("actions") / "phone", server.url, ca=authority.pem).start()
    yield phone, server
    phone.stop()
    server.close()
    assert "Traceback" not in phone.log(), phone.log()


def configuration(*items, level=""):
    items = [ITEM % ("", name, value) for name, value in items]
    root = "AastraIPPhoneConfiguration"
    return ('<%s setType="%s">%s</%s>' % (root, level or "remote", "".join(items), root)).encode()


def execute(*uris):
    items = "".join('<ExecuteItem URI="%s"/>' % uri for uri in uris)
    return ("<AastraIPPhoneExecute>%s</AastraIPPhoneExecute>" % items).encode()


def push(phone, document):
    assert phone.request("POST", "/", document, RAW).status == 200


def idle(phone):
    for _ in range(3):
        phone.press("goodbye")
    phone.wait_lcd("Ready")


def test_the_startup_uri_has_set_a_key(shared):
    phone, server = shared
    phone.wait_lcd("[2:Started]")
    assert "/start.xml" in server.paths()


def test_execute_fetches_a_page_over_verified_https(shared):
    phone, server = shared
    push(phone, execute(server.url + "page.xml"))
    phone.wait_lcd("Page")
    idle(phone)


def test_an_object_leaves_after_its_timeout(shared):
    phone, _ = shared
    push(phone, TEXT.replace(b"Screen>", b"Screen Timeout='1'>", 1) % b"Soon gone")
    phone.wait_lcd("Soon gone")
    phone.wait_lcd("Ready", 5)
    assert "Soon gone" not in phone.lcd()


def test_curl_pushes_in_every_form_that_it_has(shared, tmp_path):
    """What people type: a form with --data-urlencode or -d, a file as it is, over HTTP and HTTPS."""
    phone, _ = shared
    file = tmp_path / "object.xml"
    for number, (how, scheme) in enumerate(
        [
            (["--data-urlencode", "xml@{file}"], "https"),
            (["--data-binary", "@{file}", "-H", "Content-Type: text/xml"], "https"),
            (["-d", "xml={text}"], "http"),
            (["-d", "xml={text}", "-H", "Content-Type: text/xml", "-H", "Expect: 100-continue"], "https"),
            (["--data-urlencode", "xml@{file}", "-H", "Transfer-Encoding: chunked"], "http"),
        ]
    ):
        text = (TEXT % (b"Curl %d & more" % number)).replace(b"&", b"&amp;")
        file.write_bytes(text)
        command = [os.path.join(ROOT, "build/bin/curl"), "-sS", "-k", "-w", "%{http_code}", phone.ready[scheme]]
        command += [word.format(file=file, text=text.decode()) for word in how]
        done = subprocess.run(command, capture_output=True, text=True, timeout=20)
        assert (done.returncode, done.stdout, done.stderr) == (0, "200", ""), how
        phone.wait_lcd("Curl %d & more" % number)
    idle(phone)


def test_a_key_with_a_name_opens_its_script(shared):
    phone, _ = shared
    phone.press("services")
    phone.wait_lcd("Our services")
    idle(phone)


def test_a_key_of_an_expansion_module_opens_its_script_and_has_a_lamp(shared):
    phone, server = shared
    where = server.url + "page.xml"
    items = ("expmod2 key60 type", "xml"), ("expmod2 key60 label", "Far"), ("expmod2 key60 value", where)
    push(phone, configuration(*items, ("expmod2 key61 type", "xml")))
    wait_for(phone.log, lambda text: "expmod2 key61 type: unknown parameter" in text, 10, "the key beyond the last")
    for press in (lambda: phone.press("expmod2 key60"), lambda: push(phone, execute("Key:ExpMod2SoftKey60"))):
        before = len(server.requests)
        press()
        phone.wait_lcd("Page")
        fields = server.requests[before][1]
        assert fields["x-aastra-expmod2"] == "560M" and "x-aastra-expmod1" not in fields
        idle(phone)
    push(phone, execute("Led: expmod2 key60=on"))
    push(phone, execute("Led: expmod1 key1=on"))
    phone.wait_lcd("No such key")  # of the first not a word
    idle(phone)


def test_a_circle_of_scripts_ends(shared):
    phone, server = shared
    push(phone, execute(server.url + "loop.xml"))
    phone.wait_lcd("Too many pages")
    assert server.paths().count("/loop.xml") == 5
    idle(phone)


def test_scripts_do_not_lead_the_phone_to_itself_not_even_by_a_redirect(shared):
    phone, server = shared
    place = phone.ready["https"].encode()
    server.files["/away.xml"] = moved(place + b"api/status")
    for uri in (phone.ready["http"], phone.ready["https"], server.url + "away.xml"):
        push(phone, execute(uri))
        phone.wait_lcd("Scripts may not lead to")
        idle(phone)
    server.files["/away.xml"] = moved(b"file:///etc/passwd")
    push(phone, execute(server.url + "away.xml"))
    phone.wait_lcd("something that is no URL")
    idle(phone)


def moved(place):
    def answer(link):
        link.sendall(
            b"HTTP/1.1 302 Found\r\nLocation: " + place + b"\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
        )

    return answer


def test_simulated_keys_stop_at_the_menus(shared):
    phone, _ = shared
    push(phone, execute("Key:Softkey1"))
    phone.wait_lcd("Page")
    idle(phone)
    push(phone, execute("Key:Options", "Key:KeyPad2", "Key:KeyPad2"))
    phone.wait_lcd("Administrator Menu")
    time.sleep(0.5)
    assert "1.Status" in phone.lcd()
    phone.press("2")
    push(phone, execute(*["Key:KeyPad2"] * 5 + ["Key:Enter"]))
    time.sleep(0.5)
    assert "Password\n_\n" in phone.lcd(), "nothing was entered"
    push(phone, TEXT % b"Above all")
    time.sleep(0.5)
    assert "Password" in phone.lcd(), "a push does not cover a password"
    phone.press("goodbye")
    phone.wait_lcd("Above all")
    idle(phone)


def test_locked_rows_trust_and_what_guards_the_phone_stay(shared):
    phone, _ = shared
    names = ("http port", "https validate certificates", "admin password", "xml application post list")
    for level in ("remote", "local", "override", "oneBoot"):
        push(phone, configuration(*[(name, "0") for name in names], level=level))
    end = time.monotonic() + 10
    while phone.log().count("xml application post list: not set by XML objects") < 4 and time.monotonic() < end:
        time.sleep(0.1)
    log = phone.log()
    assert log.count("http port: locked") == log.count("admin password: not set by XML objects") == 4
    assert log.count("https validate certificates: ") == 4
    assert phone.get("/provis.html").status == 200, "the password is the old one"


def test_the_lock(shared):
    phone, _ = shared
    push(phone, execute("Command: Lock"))
    phone.wait_lcd("Phone locked")
    phone.press("softkey2")
    assert "Unlock" in phone.lcd()
    push(phone, execute("Command: Unlock"))
    wait_for(phone.lcd, lambda screen: "Phone locked" not in screen, 10, "unlocked")
    idle(phone)


def test_levels_and_restarts(shared):
    """The last one: it restarts the phone, which another script may not do again for ten minutes."""
    phone, server = shared
    push(phone, configuration(("softkey1 label", "Remote")))
    phone.wait_lcd("[1:Remote]")
    push(phone, configuration(("softkey3 type", "dnd"), ("softkey3 label", "Local"), level="local"))
    phone.wait_lcd("[3:Local]")
    push(phone, configuration(("softkey4 type", "dnd"), ("softkey4 label", "Once"), level="oneBoot"))
    screen = phone.wait_lcd("[4:Once]", 30)
    assert "[1:Lunch]" in screen and "[3:Local]" in screen
    phone.wait_lcd("[2:Started]")
    push(phone, execute("Command: Reset"))
    phone.wait_lcd("Not restarted")
    idle(phone)
    assert "[4:Once]" in phone.lcd()
    end = time.monotonic() + 25
    while "/poll.xml" not in server.paths() and time.monotonic() < end:
        time.sleep(0.2)
    assert "/poll.xml" in server.paths()


def test_112_kilobytes_are_enough(phones, server):
    server.files["/aastra.cfg"] = b"xml application post list: 127.0.0.1\n"
    server.files["/page.xml"] = TEXT % b"Page"
    phone = phones("micropython32", server.url)
    for number in range(2):
        push(phone, TEXT % (b"Pushed %d" % number))
        phone.wait_lcd("Pushed %d" % number)
        idle(phone)
        push(phone, configuration(("softkey1 type", "dnd"), ("softkey1 label", "Set %d" % number), level="local"))
        phone.wait_lcd("[1:Set %d]" % number)
        push(phone, execute("Led: softkey1=on", server.url + "page.xml"))
        phone.wait_lcd("Page")
        idle(phone)
    assert "memory" not in phone.log() and "MemoryError" not in phone.log(), phone.log()
    asked = server.paths().count("/57i.st")
    push(phone, execute("Command: FastReboot"))
    wait_for(lambda: server.paths().count("/aastra.cfg"), lambda count: count == 2, 20, "a second start")
    phone.wait_lcd("[1:Set 1]", 30)
    assert asked and server.paths().count("/57i.st") == asked, "a FastReboot looks for no firmware"
