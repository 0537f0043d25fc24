"""A phone from the box, set up at its own access point: by a browser on CPython, by hand in the 112 KB heap."""

import http.client
import json
import os
import re
import socket
import subprocess
import urllib.parse

import dns.message
import pytest
from axe_playwright_python.sync_playwright import Axe
from simulated import ROOT, SimPhone, wait_for
from test_browser import GRAVE, WIDTHS, shoot

PASSWORD = "correct horse"
READY_SECONDS = 60


class NewPhone(SimPhone):
    """One whose ready line is not waited for: it comes when the phone has been set up."""

    def switch_on(self):
        with open(self.log_path, "ab") as log:
            self.process = subprocess.Popen(self.command, stdout=subprocess.PIPE, stderr=log, cwd=ROOT)
        return self

    def wait_ready(self):
        line = self._stdout_line(READY_SECONDS)
        assert line, "no ready line; log:\n" + self.log()
        self.ready = json.loads(line)

    def screen(self):
        """The LCD, "" while the simulator is not up."""
        try:
            return self.lcd()
        except AssertionError:
            return ""


def free_port(kind=socket.SOCK_DGRAM):
    with socket.socket(socket.AF_INET, kind) as sock:
        sock.bind(("127.0.0.1", 0))
        return sock.getsockname()[1]


def ask(place, path, host=None, form=None, **fields):
    """(status, Location, text) of a request to the set-up."""
    link = http.client.HTTPConnection(place, timeout=10)
    headers = {"Host": host or place, **fields}
    if form:
        headers["Content-Type"] = "application/x-www-form-urlencoded"
    link.request("POST" if form else "GET", path, urllib.parse.urlencode(form) if form else None, headers)
    answer = link.getresponse()
    found = answer.status, answer.getheader("Location"), answer.read().decode()
    link.close()
    return found


def fill_in(browser, place):
    """What a telephone's browser does with the captive page. Looks at it, too."""
    width, height = WIDTHS["phone"]
    context = browser.new_context(viewport={"width": width, "height": height}, java_script_enabled=False)
    page = context.new_page()
    page.set_default_timeout(20_000)
    page.goto("http://%s/" % place)
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme)
        shoot(page, "setup-form-" + scheme)
    seen = browser.new_context(viewport={"width": width, "height": height})
    look = seen.new_page()
    look.goto("http://%s/" % place)
    assert look.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth") <= 0
    found = [row for row in Axe().run(look).response["violations"] if row["impact"] in GRAVE]
    assert not found, found
    seen.close()
    page.get_by_label("Network").fill("Home")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Join").click()
    page.get_by_text("The phone joins Home now").or_(page.get_by_text("has joined Home")).wait_for()
    shoot(page, "setup-joining")
    page.get_by_text("has joined Home").wait_for()
    shoot(page, "setup-joined")
    text = page.content()
    context.close()
    return text


def by_hand(place):
    form = {"ssid": "Home", "password": PASSWORD, "server": ""}
    assert ask(place, "/", form=form, Origin="http://evil.example")[0] == 403
    assert ask(place, "/", form=form, Origin="http://" + place)[:2] == (303, "/")
    return wait_for(lambda: ask(place, "/")[2], lambda text: "has joined Home" in text, 20, "joined")


@pytest.mark.parametrize("kind", ["cpython", "micropython32"])
def test_a_phone_from_the_box(kind, tmp_path, browser, server, authority):
    names = free_port()
    more = ("--setup", "--dns-port", str(names))
    ports = 0, free_port(socket.SOCK_STREAM)
    phone = NewPhone(kind, tmp_path / "phone", server.url, authority.pem, ports=ports, extra=more).switch_on()
    try:
        rows = wait_for(phone.screen, lambda text: "2. Open" in text, 60, "set-up")
        place = re.search(r"Open ([\d.:]+)", rows).group(1)
        secret = re.search(r"password (\w{10})\b", rows).group(1)
        assert "dialtone-123456" in rows and "Closes in 10 min" in rows
        assert ask(place, "/generate_204", "connectivitycheck.gstatic.com")[:2] == (302, "http://%s/" % place)
        assert ask(place, "/provis.html")[0] == 302, "nothing of the phone's own pages"
        with socket.socket() as other, pytest.raises(OSError, match="in use"):
            other.bind(("127.0.0.1", ports[1]))  # where it will be once it is set up
        with pytest.raises(ConnectionRefusedError):
            socket.create_connection(("127.0.0.1", ports[1])).close()
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
            sock.settimeout(10)
            sock.sendto(dns.message.make_query("captive.apple.com", "A").to_wire(), ("127.0.0.1", names))
            assert dns.message.from_wire(sock.recv(512)).answer[0][0].address == "127.0.0.1"
        text = fill_in(browser, place) if kind == "cpython" else by_hand(place)
        phone.wait_ready()
        assert 'href="%s"' % phone.ready["https"] in text and PASSWORD not in text
        assert phone.status()["configuration"]["result"] == "applied"
        kept = os.path.join(phone.state, "network.json")
        with open(kept, encoding="utf-8") as file:
            assert json.load(file) == {"ssid": "Home", "password": PASSWORD, "set_up": True}
        assert os.stat(kept).st_mode & 0o777 == 0o600
        assert phone.get("/local.cfg").status == 200 and PASSWORD not in phone.get("/support.txt").text
        if kind == "micropython32":  # without its network, and all the same no access point
            phone.stop()
            phone.command[phone.command.index("--setup")] = "--setup=Elsewhere:another one"
            phone.switch_on()
            phone.wait_ready()
        log = phone.log()
        assert log.count("is open for 600 s") == 1 and log.count("access point is closed") == 1
        assert PASSWORD not in log and secret not in log and "Traceback" not in log and "MemoryError" not in log
    finally:
        if phone.process and phone.process.poll() is None:
            phone.stop()
