"""Rows 6 to 8 as a person does them: Chromium logs in, changes each setting, sees it take effect; pictures are kept."""

import os
import re
import urllib.parse

import pytest
from axe_playwright_python.sync_playwright import Axe
from simulated import ADMIN, ROOT

pytestmark = pytest.mark.slow

SHOTS = os.path.join(ROOT, "build", "screenshots")
PAGES = "sysinfo provis configurationServer certificates reset softkeys topsoftkey expmodule1page1 preferences upgrade "
PAGES = (PAGES + "troubleshooting files actionURI trust tlsEvents xmllog password confirm").split()
GRAVE = ("serious", "critical")
WIDTHS = {"phone": (360, 740), "desktop": (1280, 900)}


def save(page):
    """Presses the button and waits for the whole answer."""
    with page.expect_navigation(wait_until="load"):
        page.get_by_role("button", name="Save Settings").click()


def open_page(browser, phone, path="/sysinfo.html", size="desktop", script=False, **options):
    width, height = WIDTHS[size]
    context = browser.new_context(
        ignore_https_errors=True,
        extra_http_headers=ADMIN,
        viewport={"width": width, "height": height},
        java_script_enabled=script,
        **options,
    )
    page = context.new_page()
    page.set_default_timeout(20_000)
    answer = page.goto(phone.ready["https"].rstrip("/") + path)
    assert answer.status == 200
    return page


def shoot(page, name):
    os.makedirs(SHOTS, exist_ok=True)
    page.screenshot(path=os.path.join(SHOTS, name + ".png"), full_page=True)


def test_a_browser_logs_in_on_a_page(runtime, phones, server, browser):
    """Over HTTPS it is shown a page, not the browser's own question; the cookie is out of scripts' reach."""
    phone = phones(runtime, server.url)
    base = phone.ready["https"].rstrip("/")
    context = browser.new_context(ignore_https_errors=True, viewport={"width": 1280, "height": 900})
    page = context.new_page()
    page.set_default_timeout(20_000)
    answer = page.goto(base + "/provis.html?x=1")
    assert answer.status == 401 and "00085D" not in page.content() and page.url.endswith("/provis.html?x=1")
    for size, (width, height) in WIDTHS.items():
        for scheme in ("light", "dark"):
            page.set_viewport_size({"width": width, "height": height})
            page.emulate_media(color_scheme=scheme)
            shoot(page, "%s-login-%s-%s" % (runtime, size, scheme))
            assert page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth") <= 0
    page.get_by_label("Name").fill("admin")
    page.get_by_label("Password").fill("22223")
    page.get_by_role("button", name="Log In").click()
    page.get_by_text("do not open anything").wait_for()
    shoot(page, "%s-login-wrong" % runtime)
    assert not context.cookies()
    page.get_by_label("Password").fill("22222")
    with page.expect_navigation(url="**/provis.html?x=1"):
        page.get_by_role("button", name="Log In").click()
    (cookie,) = context.cookies()
    assert cookie["secure"] and cookie["httpOnly"] and cookie["sameSite"] == "Strict" and cookie["path"] == "/"
    page.get_by_label("Block XML HTTP POSTs").check()
    save(page)
    assert "Provisioning complete" in page.content() and phone.status()["https"]["block"] is True
    page.set_viewport_size({"width": 360, "height": 740})
    shoot(page, "%s-session" % runtime)
    assert page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth") <= 0
    theirs = {"Cookie": "%s=%s" % (cookie["name"], cookie["value"])}
    assert phone.get("/api/status", headers=theirs).status == 200
    for fields in ({"Origin": "https://evil.example"}, {"Sec-Fetch-Site": "cross-site"}):
        assert phone.post("/provis.html", {"hostname": "x"}, headers={**theirs, **fields}).status == 403
    page.get_by_role("button", name="Log out").click()
    page.get_by_text("You are logged out").wait_for()
    assert not context.cookies() and phone.get("/api/status", headers=theirs).status == 401
    refused = phone.get("/api/status", headers={"Sec-Fetch-Mode": "cors"})
    assert refused.status == 401 and refused.headers["www-authenticate"].startswith("Basic ")
    context.close()


def test_each_setting_from_the_page_takes_effect(runtime, phones, server, browser):
    phone = phones(runtime, server.url)
    page = open_page(browser, phone, "/provis.html")
    page.get_by_label("HTTPS Client Method").select_option("TLS 1.3 only")
    page.get_by_label("Redirect HTTP to HTTPS").uncheck()
    page.get_by_label("Block XML HTTP POSTs").check()
    save(page)
    assert "Provisioning complete" in page.content()
    shoot(page, "%s-provis-saved" % runtime)
    assert phone.status()["https"] == {"method": "TLSv1.3", "redirect": False, "block": True}
    plain = page.goto(phone.ready["http"].rstrip("/") + "/sysinfo.html")
    assert plain.status == 200 and page.url.startswith("http://")
    shoot(page, "%s-sysinfo-plain" % runtime)
    refused = phone.request("POST", "/", b"xml=<a/>", {"Content-Type": "text/xml"}, secure=False)
    assert refused.status == 403
    page.goto(phone.ready["https"].rstrip("/") + "/provis.html")
    page.get_by_label("Redirect HTTP to HTTPS").check()
    save(page)
    page.goto(phone.ready["http"].rstrip("/") + "/sysinfo.html?x=1")
    https = urllib.parse.urlsplit(phone.ready["https"])
    assert page.url == "https://127.0.0.1:%d/sysinfo.html?x=1" % https.port


def test_a_refused_value_keeps_what_was_typed_and_says_why(runtime, phones, server, browser):
    phone = phones(runtime, server.url)
    page = open_page(browser, phone, "/configurationServer.html")
    page.fill("input[name=httpsserv]", "config.example")
    page.fill("input[name=httpsport]", "99999")
    save(page)
    assert "Provisioning complete" not in page.content()
    assert page.input_value("input[name=httpsserv]") == "config.example"
    assert page.input_value("input[name=httpsport]") == "99999"
    shoot(page, "%s-refused" % runtime)
    page.fill("input[name=httpsport]", "8443")
    save(page)
    assert "Provisioning complete" in page.content()
    assert page.input_value("input[name=httpsserv]") == "config.example"


@pytest.mark.parametrize("size", sorted(WIDTHS))
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_page_fits_its_window(phones, server, browser, size, scheme):
    server.files["/aastra.cfg"] = b"!https block http post xml: 1\nsoftkey1 label: x\nno colon here\n"
    phone = phones("cpython", server.url)
    page = open_page(browser, phone, size=size, color_scheme=scheme)
    scripted = browser.new_context(  # which measures, where the page itself has no scripts
        ignore_https_errors=True,
        viewport=page.viewport_size,
        extra_http_headers=ADMIN,
    )
    probe = scripted.new_page()
    for number, path in enumerate(PAGES[scheme == "dark" :: 2]):  # each page at both widths, in one of the schemes
        page.goto(phone.ready["https"].rstrip("/") + "/%s.html" % path)
        shoot(page, "%s-%s-%s" % (path, size, scheme))
        probe.goto(page.url)
        wide = probe.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        assert wide <= 0, "%s scrolls sideways by %d px at %s" % (path, wide, size)
        unlabelled = probe.evaluate(
            "[...document.querySelectorAll('input:not([type=hidden]),select,textarea')]"
            ".filter(e => !e.labels.length).length"
        )
        assert unlabelled == 0
        if number % 2 == (size == "phone"):  # each page once
            judged = Axe().run(probe).response["violations"]
            judged = [(rule["id"], rule["nodes"][0]["html"]) for rule in judged if rule["impact"] in GRAVE]
            assert not judged, (path, judged)
    scripted.close()


def test_restart_from_the_page(runtime, phones, server, browser):
    phone = phones(runtime, server.url)
    page = open_page(browser, phone, "/reset.html")
    shoot(page, "%s-reset" % runtime)
    count = server.paths().count("/aastra.cfg")
    page.get_by_label("Yes, restart this phone").check()
    page.get_by_role("button", name="Restart").click()
    assert page.get_by_role("status").is_visible()
    page.wait_for_load_state("load")  # with its stylesheet, or without hope of it
    assert page.locator(".skip").bounding_box()["x"] < 0, "the page has lost its stylesheet"
    shoot(page, "%s-restarting" % runtime)
    assert re.search("restart", page.content(), re.I)
    for _ in range(100):
        if server.paths().count("/aastra.cfg") > count:
            break
        page.wait_for_timeout(200)
    assert server.paths().count("/aastra.cfg") > count
