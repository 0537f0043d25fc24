"""The front panel as people use it: in Chromium, with mouse and keyboard, and with all going wrong on purpose."""

import asyncio
import json
import os
import re
import socket
import urllib.parse
from concurrent.futures import ThreadPoolExecutor

import aiohttp
import pytest
from axe_playwright_python.sync_playwright import Axe
from simulated import ADMIN, ROOT, SimPhone, wait_for

SHOTS = os.path.join(ROOT, "build", "screenshots")
INK = """() => {  // how much of the display is dark
    const lcd = document.getElementById("lcd");
    const data = lcd.getContext("2d").getImageData(0, 0, lcd.width, lcd.height).data;
    return data.filter((byte, at) => at % 4 == 0 && byte < 90).length / (lcd.width * lcd.height);
}"""
SLOW_MS = 20_000  # a busy machine; what is waited for comes in a fraction of a second


@pytest.fixture(scope="module")
def phone(tmp_path_factory):
    """One phone with the demo server and a front panel, for all tests of this file."""
    phone = SimPhone("cpython", tmp_path_factory.mktemp("panel") / "state", extra=["--panel-port", "0"]).start()
    yield phone
    code, seconds, rest = phone.stop()
    assert code == 0 and seconds < 4 and rest == b"", (code, seconds, rest)
    assert "Traceback" not in phone.log(), phone.log()


@pytest.fixture
def page(browser, phone):
    """A fresh panel over the idle phone."""
    phone.press("goodbye", "goodbye")
    page = open_panel(browser, phone)
    yield page
    page.context.close()


def open_panel(browser, phone, width=1280, height=860, scheme="light"):
    context = browser.new_context(viewport={"width": width, "height": height}, color_scheme=scheme)
    page = context.new_page()
    page.set_default_timeout(SLOW_MS)
    page.wrong = []
    page.on("pageerror", lambda error: page.wrong.append(str(error)))
    page.on("console", lambda message: page.wrong.append(message.text) if message.type == "error" else None)
    assert page.goto(phone.ready["panel"]).status == 200
    page.get_by_role("status").get_by_text("Ready").wait_for()
    return page


def listens(phone):
    try:
        return phone.get("/nowhere", secure=False).status
    except OSError:
        return 0


def shows(page, text):
    """Waits until the display says ``text``."""
    page.locator("#says", has_text=text).wait_for(state="attached")


def picture_file(name):
    """Where a picture goes; those that the README shows are copied from there to docs/pictures/."""
    os.makedirs(SHOTS, exist_ok=True)
    return os.path.join(SHOTS, name + ".png")


def ask(phone, path="", headers=(), host=None):
    """(status, head) of a raw GET: browsers would not send such a Host or Origin."""
    url = urllib.parse.urlsplit(phone.ready["panel"])
    fields = "".join("%s: %s\r\n" % pair for pair in headers)
    request = "GET %s HTTP/1.1\r\nHost: %s\r\n%s\r\n" % (path or url.path, host or url.netloc, fields)
    with socket.create_connection((url.hostname, url.port), 10) as link:
        link.sendall(request.encode())
        head = b""
        while b"\r\n\r\n" not in head:
            piece = link.recv(4096)
            if not piece:
                break
            head += piece
    return int(head.split()[1]), head.decode("latin-1")


def test_only_who_has_the_address_gets_in(phone):
    url = urllib.parse.urlsplit(phone.ready["panel"])
    own = "http://" + url.netloc
    upgrade = [("Upgrade", "websocket"), ("Connection", "Upgrade"), ("Sec-WebSocket-Version", "13")]
    upgrade.append(("Sec-WebSocket-Key", "AAAAAAAAAAAAAAAAAAAAAA=="))
    status, head = ask(phone)
    assert status == 200 and url.hostname == "127.0.0.1" and len(url.path) > 20
    assert "default-src 'none'" in head and "no-referrer" in head and "unsafe" not in head
    assert ask(phone, "/")[0] == 403
    assert ask(phone, "/" + "A" * (len(url.path) - 2) + "/")[0] == 403
    assert ask(phone, url.path + "server.py")[0] == 404
    assert ask(phone, host="evil.example:%d" % url.port)[0] == 403
    assert ask(phone, headers=[("Origin", "http://evil.example")])[0] == 403
    live = url.path + "live"
    assert ask(phone, live, upgrade)[0] == 403
    assert ask(phone, live, [*upgrade, ("Origin", "http://evil.example")])[0] == 403
    assert ask(phone, live, [*upgrade, ("Origin", "null")])[0] == 403
    assert ask(phone, live, [*upgrade, ("Origin", own)])[0] == 101
    assert ask(phone, live.replace(url.path[1:6], "AAAAA"), [*upgrade, ("Origin", own)])[0] == 403


def test_mouse_keyboard_and_the_log(page):
    shows(page, "Ready")
    page.get_by_role("button", name="Softkey 2, Menu").click()
    shows(page, "Demo menu")
    row = page.locator("#log li", has_text="GET /scripts/menu.xml").first
    said = row.inner_text()
    assert re.search(r"200\s*\d\d:\d\d:\d\d · TLSv1\.3 · TLS_AES_\d+_GCM_SHA\d+ · \d+ ms", said), said
    assert "Phone asks" in said
    page.screenshot(path=picture_file("front-panel"), full_page=True)
    page.keyboard.press("Escape")
    shows(page, "Ready")
    page.keyboard.press("o")
    shows(page, "Options")
    page.keyboard.press("ArrowDown")
    page.get_by_role("button", name="Goodbye").click()
    shows(page, "Ready")
    ink = page.evaluate(INK)
    assert 0.005 < ink < 0.5, "the display is blank or black"
    assert page.wrong == []


def test_what_the_phone_is_asked_is_in_the_log_without_secrets(page, phone):
    assert phone.get("/sysinfo.html?password=geheim&x=1").status == 200
    row = page.locator("#log li", has_text="/sysinfo.html").first
    row.wait_for()
    assert "is asked" in row.inner_text() and "TLSv1.3" in row.inner_text() and "password=***&x=1" in row.inner_text()
    assert "geheim" not in page.content() and "geheim" not in phone.log()
    assert phone.get("/nowhere", secure=False).status == 301
    page.locator("#log li", has_text="301").first.get_by_text("no TLS").wait_for()


def test_a_picture_from_the_demo_server(page):
    blank = page.evaluate(INK)
    page.get_by_role("button", name="Top key 2, Picture").click()
    shows(page, "image")
    page.wait_for_timeout(200)
    page.locator("#window").screenshot(path=picture_file("image-screen"))
    assert page.evaluate(INK) > 2 * blank, "mountains are darker than a few words"


def test_an_led_that_a_script_lights(page):
    led = page.locator('[data-led="topsoftkey3"]')
    assert "off" in led.get_attribute("class")
    page.get_by_role("button", name="Top key 3, Queue").click()
    shows(page, "Callers waiting")
    page.get_by_role("button", name=re.compile("Softkey 4, Lamp")).click()
    page.locator('.slowflash[data-led="topsoftkey3"]').wait_for()
    page.get_by_role("button", name="Softkey 5, Lamp off").click()
    page.locator('.off[data-led="topsoftkey3"]').wait_for()
    page.get_by_role("button", name="Softkey 1, To idle").click()
    page.locator('.slowflash[data-led="message"]').wait_for()
    page.get_by_role("button", name="Top key 3, Queue").click()
    page.get_by_role("button", name="Softkey 2, Off idle").click()
    page.locator('.off[data-led="message"]').wait_for()


def test_an_expansion_module_with_its_pages_and_lamps(browser, phone):
    """It stands there while one of its keys is set."""
    page = open_panel(browser, phone, 1600, 980)
    assert page.locator(".module").count() == 0
    values = {"expmod1 key%d label" % n: "Desk %d" % n for n in (*range(1, 13), 25)}
    values.update({name.replace("label", "type"): "speeddial" for name in values})
    values.update({"expmod1 key2 type": "xml", "expmod1 key2 label": "Menu", "expmod1 key2 value": phone_menu(page)})
    push_object(phone, set_values(values))
    page.locator(".module").wait_for()
    push_object(phone, execute("Led: expmod1 key2=on:green", "Led: expmod1 key25=fastflash"))
    page.locator('.green.on[data-led="expmod1 key2"]').wait_for()
    page.screenshot(path=picture_file("expansion-module"), full_page=True)
    module = page.get_by_role("region", name="Expansion module 1")
    module.get_by_role("button", name="Module 1 key 2, Menu").click()
    shows(page, "Demo menu")
    page.keyboard.press("Escape")
    assert "Desk 12" in module.inner_text() and "Desk 25" not in module.inner_text()
    turn = module.get_by_role("button", name="Keys 21 to 40")
    assert "fastflash" in turn.locator(".led").get_attribute("class"), "what flashes on another page"
    turn.click()
    module.get_by_role("button", name="Module 1 key 25, Desk 25").click()
    shows(page, "need calling")
    assert not Axe().run(page).response["violations"]
    page.set_viewport_size({"width": 360, "height": 780})
    assert page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth") <= 0
    push_object(phone, set_values({name: "none" for name in values if name.endswith("type")}))
    module.wait_for(state="detached")
    assert page.wrong == []
    page.context.close()


def phone_menu(page):
    """The address of the demo server's menu, as softkey 2 has it."""
    page.get_by_role("tab", name="Configuration").click()
    row = page.locator("#origins > li", has_text="softkey2 value").first
    row.wait_for()
    address = re.search(r"https://\S+menu\.xml", row.inner_text()).group()
    page.get_by_role("tab", name="Requests").click()
    return address


def set_values(values):
    item = "<ConfigurationItem><Parameter>%s</Parameter><Value>%s</Value></ConfigurationItem>"
    items = "".join(item % pair for pair in values.items())
    return "<AastraIPPhoneConfiguration>%s</AastraIPPhoneConfiguration>" % items


def execute(*uris):
    return "<AastraIPPhoneExecute>%s</AastraIPPhoneExecute>" % "".join('<ExecuteItem URI="%s"/>' % uri for uri in uris)


def push_object(phone, document):
    assert phone.request("POST", "/", document.encode(), {"Content-Type": "text/xml"}).status == 200


def test_two_pages_see_the_same_phone(browser, page, phone):
    other = open_panel(browser, phone)
    page.keyboard.press("c")
    shows(other, "Reception")
    other.keyboard.press("Escape")
    shows(page, "Ready")
    other.context.close()


def test_the_configuration_with_its_origins(page, phone):
    page.get_by_role("tab", name="Configuration").click()
    row = page.locator("#origins > li", has_text="https client method")
    row.get_by_text(re.compile(r"aastra\.cfg line \d+")).wait_for()
    page.get_by_label("Find a parameter").fill("time zone name")
    shown = page.locator("#origins > li:visible")
    assert shown.count() == 1 and "aastra.cfg line" in shown.inner_text()
    assert "22222" not in page.locator("#origins").inner_text()


def test_each_network_fault_is_felt_and_over_again(page):
    page.get_by_role("tab", name="Faults").click()
    for mode in ("Drop", "Cut off", "Corrupt"):
        page.get_by_role("radio", name=mode).check()
        page.get_by_role("tab", name="Faults 1").wait_for()
        page.get_by_role("button", name="Softkey 2").click()
        shows(page, re.compile("reach|handshake|answer", re.DOTALL))
        page.get_by_role("button", name="Goodbye").click()
        shows(page, "Ready")
    page.get_by_role("button", name="Put everything right").click()
    page.locator("#fault-count").wait_for(state="hidden")
    page.get_by_role("button", name="Softkey 2").click()
    shows(page, "Demo menu")


def test_delay_speed_and_silence(page):
    page.get_by_role("tab", name="Faults").click()
    page.get_by_label("Delay, each way").fill("500")
    page.locator("#rate").select_option("4000")
    page.get_by_role("tab", name="Faults 2").wait_for()
    page.get_by_role("button", name="Softkey 2").click()
    shows(page, "Loading")
    shows(page, "Demo menu")
    page.get_by_role("tab", name="Requests").click()
    row = page.locator("#log li", has_text="GET /scripts/menu.xml").first.inner_text()
    assert int(re.search(r"(\d+) ms", row).group(1)) > 900, row
    page.get_by_role("tab", name="Faults").click()
    page.get_by_role("radio", name="Silence").check()
    page.get_by_role("button", name="Goodbye").click()
    page.get_by_role("button", name="Softkey 2").click()
    shows(page, "Loading")
    page.get_by_role("button", name="Goodbye").click()
    shows(page, "Ready")
    page.get_by_role("button", name="Put everything right").click()
    page.locator("#fault-count").wait_for(state="hidden")


def test_faults_inside_the_phone(page, phone):
    page.get_by_role("tab", name="Faults").click()
    page.locator("#clock").select_option("ten years behind")
    page.get_by_role("button", name="Softkey 2").click()
    shows(page, "not valid yet")
    page.locator("#clock").select_option("right")
    page.get_by_role("switch", name="Flash full").check()
    page.get_by_role("tab", name="Faults 1").wait_for()
    refused = phone.post("/provis.html", {"https_client_method": "TLSv1.3"})
    assert "storage is full" in refused.text, refused.text[:2000]
    page.get_by_role("switch", name="Flash full").uncheck()
    page.get_by_role("switch", name="Low heap").check()
    page.get_by_role("tab", name="Faults 1").wait_for()
    assert wait_for(lambda: phone.get("/", secure=False).status, lambda status: status == 503, 10, "turned away")
    page.get_by_role("switch", name="Low heap").uncheck()
    page.locator("#fault-count").wait_for(state="hidden")
    assert phone.get("/sysinfo.html").status == 200


def test_the_demo_phones_own_page_says_where_each_setting_comes_from(browser, phone):
    """The third picture of the README."""
    view = {"width": 1000, "height": 760}
    context = browser.new_context(ignore_https_errors=True, extra_http_headers=ADMIN, viewport=view)
    page = context.new_page()
    page.set_default_timeout(SLOW_MS)
    assert page.goto(phone.ready["https"] + "provis.html").status == 200
    assert page.get_by_text(re.compile(r"^aastra\.cfg line \d+$")).count() > 5
    page.screenshot(path=picture_file("network-page"))
    context.close()


def test_pulling_the_plug(page):
    page.get_by_role("button", name="Restart phone").click()
    page.get_by_role("status").get_by_text("Ready").wait_for()
    page.locator("#log li", has_text="GET /aastra.cfg").first.wait_for()
    shows(page, "Ready")


@pytest.mark.parametrize("width, scheme", [(1280, "dark"), (360, "light")])
def test_every_view_is_for_everybody(browser, phone, width, scheme):
    """axe-core's rules, and nothing sideways."""
    page = open_panel(browser, phone, width, 780, scheme)
    wait_for(lambda: listens(phone), bool, 20, "the phone listens: an earlier test has restarted it")
    for _ in range(24):  # more than its list shows
        phone.get("/nowhere", secure=False)
    page.locator("#log li").nth(24).wait_for(state="attached")
    page.get_by_role("button", name="Softkey 1").click()
    for view in ("Requests", "Configuration", "Faults", "About"):
        page.get_by_role("tab", name=view).click()
        page.wait_for_timeout(100)
        page.screenshot(path=picture_file("panel-%s-%d-%s" % (view.lower(), width, scheme)), full_page=True)
        found = Axe().run(page).response["violations"]
        told = [(rule["id"], [node["target"] for node in rule["nodes"]][:3]) for rule in found]
        assert not told, json.dumps(told, indent=1)
        wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        assert wide <= 0, "%s scrolls sideways by %d px at %d" % (view, wide, width)
        blank = page.evaluate("document.documentElement.scrollHeight - document.body.offsetHeight")
        assert blank <= 0, "%s: %d px of nothing below the page" % (view, blank)
    assert page.wrong == []
    page.context.close()


def test_micropython_behind_the_panel(tmp_path):
    """What differs by runtime: the tap on requests, the detour through the relay, the faults inside."""
    phone = SimPhone("micropython", tmp_path / "state", extra=["--panel-port", "0"]).start()
    try:
        with ThreadPoolExecutor(1) as pool:  # this thread belongs to Playwright's loop
            pool.submit(asyncio.run, use_micropython(phone.ready["panel"])).result()
        assert phone.get("/sysinfo.html").status == 200
    finally:
        phone.stop()


async def use_micropython(url):
    async with aiohttp.ClientSession() as session:
        async with session.ws_connect(url + "live", headers={"Origin": url.rsplit("/", 2)[0]}) as live:
            await hear(live, "screen", lambda message: "Ready" in message["rows"])
            for name, value, words in (
                ("mode", "none", "Demo menu"),
                ("mode", "corrupt", "Check the server"),
                ("clock", -315_360_000, "not valid yet"),
            ):
                await live.send_json({"t": "fault", "name": name, "value": value})
                await live.send_json({"t": "key", "key": "softkey2"})
                await hear(live, "screen", lambda message, words=words: words in " ".join(message["rows"]))
                await live.send_json({"t": "fault", "name": name, "value": "none" if name == "mode" else 0})
                await live.send_json({"t": "key", "key": "goodbye"})
                await live.send_json({"t": "key", "key": "goodbye"})
            for value in (3072, 0):  # held and given back again
                await live.send_json({"t": "fault", "name": "heap", "value": value})
                await hear(live, "faults", lambda message, value=value: message["faults"]["heap"] == value)
            await live.send_json({"t": "key", "key": "softkey2"})
            asked = ("client", "GET /scripts/menu.xml HTTP/1.1", 200)
            row = await hear(live, "log", lambda message: asked in [told(row) for row in message["rows"]])
            assert row["rows"][0]["tls"][0] == "TLSv1.3" and "AES" in row["rows"][0]["tls"][1]
            await live.send_json({"t": "origins"})
            assert (await hear(live, "origins", lambda message: message["rows"]))["diagnostics"] == []


def told(row):
    return row["side"], row.get("line"), row.get("status")


async def hear(live, kind, good):
    while True:
        message = await live.receive_json(timeout=20)
        if message["t"] == kind and good(message):
            return message
