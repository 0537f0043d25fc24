"""Rows 6 to 8 as a person does them: Chromium logs in, changes each setting, sees it take effect; pictures are kept."""

import os
import re
import urllib.parse

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Error
from simulated import ROOT

SHOTS = os.path.join(ROOT, "build", "screenshots")
PAGES = "sysinfo provis configurationServer certificates reset softkeys topsoftkey expmodule1page1 preferences upgrade "
PAGES = (PAGES + "troubleshooting actionURI trust tlsEvents xmllog password confirm").split()
GRAVE = ("serious", "critical")
WIDTHS = {"phone": (360, 740), "desktop": (1280, 900)}


def save(page):
    """Presses the button and waits for the whole answer."""
    with page.expect_navigation(wait_until="load"):
        page.get_by_role("button", name="Save Settings").click()


def open_page(browser, phone, path="/sysinfo.html", size="desktop", **options):
    width, height = WIDTHS[size]
    context = browser.new_context(
        ignore_https_errors=True,
        http_credentials={"username": "admin", "password": "22222"},
        viewport={"width": width, "height": height},
        java_script_enabled=False,
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


def test_without_the_password_there_is_nothing_to_see(runtime, phones, server, browser):
    phone = phones(runtime, server.url)
    url = phone.ready["https"].rstrip("/") + "/sysinfo.html"
    page = browser.new_context(ignore_https_errors=True).new_page()
    answers = []
    page.on("response", lambda answer: answers.append(answer.status))
    with pytest.raises(Error, match="ERR_INVALID_AUTH_CREDENTIALS"):  # nobody answers its question
        page.goto(url)
    assert answers == [401]
    wrong = {"username": "admin", "password": "22223"}
    page = browser.new_context(ignore_https_errors=True, http_credentials=wrong).new_page()
    answer = page.goto(url)
    assert answer.status == 401 and "Log in" in page.content() and "00085D" not in page.content()
    shoot(page, "%s-wrong-password" % runtime)


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
    for number, path in enumerate(PAGES[scheme == "dark" :: 2]):  # each page at both widths, in one of the schemes
        page.goto(phone.ready["https"].rstrip("/") + "/%s.html" % path)
        shoot(page, "%s-%s-%s" % (path, size, scheme))
        context = page.context.browser.new_context(
            ignore_https_errors=True,
            viewport=page.viewport_size,
            http_credentials={"username": "admin", "password": "22222"},
        )
        probe = context.new_page()
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
        context.close()


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
