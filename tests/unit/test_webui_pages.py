import os

from dialtone.server.answer import Answer
from dialtone.version import VERSION
from dialtone.webui import assets
from dialtone.webui.pages import ROUTES
from fake_phone import FakePhone
from support import run
from webui_support import ask, context, text_of

HEAP = "768k"  # holds whole pages as text, which the phone never does: test_webui_heap has the phone's own


def test_every_route_answers_its_get():
    for path in ROUTES:
        if "GET" in ROUTES[path][0]:
            status, text, _ = ask(path)
            assert (status == 404 if path == "/prgkeys.html" else status == 200) and text, path


OF_USERS = ("/", "/sysinfo.html", "/api/status", "/style.css", "/icon.svg", "/password.html", "/upgrade.js")
OF_USERS += ("/login.html", "/logout.html")


def test_users_see_the_status_only():
    for path in ROUTES:
        roles = ROUTES[path][1]
        assert ("user" in roles) == (path in OF_USERS), path
        assert "admin" in roles


PAGES = ("/sysinfo.html", "/provis.html")
PAGES += ("/preferences.html", "/upgrade.html", "/troubleshooting.html")
PAGES += (
    "/softkeys.html",
    "/expmodule1page1.html",
    "/configurationServer.html",
    "/certificates.html",
    "/xmllog.html",
    "/reset.html",
    "/password.html",
)
FORMS = ("/files.html", "/trust.html", "/provis.html", "/configurationServer.html", "/actionURI.html", "/reset.html")
FORMS += ("/softkeys.html", "/topsoftkey.html", "/prgkeys.html", "/expmodule1page1.html")
FORMS += ("/certificates.html", "/password.html", "/api/resync", "/api/firmware")
FORMS += ("/confirm.html", "/login.html", "/logout.html")


FORMS += ("/preferences.html", "/upgrade.html", "/troubleshooting.html")


def test_only_forms_take_posts():
    for path in ROUTES:
        assert ("POST" in ROUTES[path][0]) == (path in FORMS)


def test_the_menu_leads_to_pages_that_exist_and_marks_the_one_shown():
    from dialtone.webui.frame import entries

    for path, title, seen in entries():
        if path:
            assert ROUTES[path][1] == (("admin", "user") if seen else ("admin",)), path
            if path == "/prgkeys.html":
                continue  # the 57i has none: test_webui_keypages
            text = ask(path)[1]
            assert '<a href="%s" aria-current="page">%s</a>' % (path, title) in text
            assert text[: text.find("<main")].count("aria-current") == 1 and "<h1>%s</h1>" % title in text


def test_a_user_is_shown_no_administrator_pages():
    text = ask("/sysinfo.html", role="user")[1]
    assert "provis.html" not in text and "/reset.html" not in text and "<h2>Log</h2>" not in text


def test_pages_are_whole_and_need_no_script():
    for path in PAGES:
        text = ask(path)[1]
        assert text.startswith("<!DOCTYPE html>") and text.endswith("</html>\n")
        assert ("<script" in text) == (path == "/upgrade.html"), "whose form works without it, too"
        assert "<script>" not in text and " style=" not in text and " on" + "click" not in text
        assert 'id="content"' in text and 'id="sidebar"' in text and 'id="header"' in text
        for tag in ("section", "form", "div", "p", "table", "select", "ul", "details", "main", "nav"):
            opened = text.count("<" + tag + " ") + text.count("<" + tag + ">")
            assert opened == text.count("</" + tag + ">"), (path, tag)


def test_pieces_are_short():
    for path in PAGES:
        answer = ROUTES[path][2](context(path))
        answer = answer if isinstance(answer, Answer) else run(answer)
        for piece in answer.body:
            assert len(piece) < 1024, (path, len(piece))


def test_plain_http_is_warned_of():
    text = ask("/provis.html", secure=False)[1]
    assert "readable on this network" in text and 'href="https://phone/provis.html"' in text
    assert "readable on this network" not in ask("/provis.html")[1]
    phone = FakePhone()
    phone.https_port = 0
    assert "Use HTTPS instead" not in text_of(phone, "/sysinfo.html", secure=False)


def test_unsafe_settings_are_warned_of():
    text = ask("/sysinfo.html", https_validate_certificates="0")[1]
    assert "Certificate validation is off" in text
    assert "Certificate validation is off" not in ask("/sysinfo.html")[1]
    assert "admin password" in ask("/sysinfo.html")[1]
    assert "comes with" not in ask("/sysinfo.html", admin_password="4711")[1]


def test_an_old_method_is_warned_of_on_every_page():
    for method in ("SSLv3", "TLSv1"):
        for path in ("/sysinfo.html", "/provis.html"):
            text = ask(path, https_client_method=method)[1]
            assert "Insecure method in use" in text and "downloads over " + method in text
    for method in ("TLS", "TLSv1.2", "TLSv1.3"):
        assert "nsecure method" not in ask("/sysinfo.html", https_client_method=method)[1]


def test_the_stylesheet():
    status, text, answer = ask("/style.css")
    assert status == 200 and "prefers-color-scheme:dark" in text and answer.kind == "text/css"
    assert len(text) <= 7000, "the sheet outgrows its budget"
    fields = dict(answer.fields)
    tag = fields["ETag"]
    assert "/style.css?" + VERSION in ask("/sysinfo.html")[1]
    assert "must-revalidate" in fields["Cache-Control"] and not answer.fresh
    for known in (tag, "*", '"x", ' + tag, "W/" + tag):
        assert ask("/style.css", fields={"if-none-match": known})[0] == 304, known
    assert ask("/style.css", fields={"if-none-match": '"other"'})[0] == 200
    assert ("Vary", "Accept-Encoding") in answer.fields and "Content-Encoding" not in fields


def test_the_stylesheet_travels_compressed_where_it_was_built_so():
    """Beside the sources there is no such file, and none is missed."""
    try:
        os.stat(assets._path("/style.css.gz"))
        built = True
    except OSError:
        built = False
    tags = set()
    codings = (
        ("gzip, deflate, br", True), ("br;q=1.0, gzip;q=0.8", True), ("gzip;q=1", True),
        ("gzip;q=0", False), ("br, gzip; q=0.0", False), ("identity", False), ("", False),
    )  # fmt: skip
    for coding, takes in codings:
        answer = run(assets.serve(context("/style.css", fields={"accept-encoding": coding})))
        fields = dict(answer.fields)
        assert ("Content-Encoding" in fields) == (takes and built), coding
        tags.add(fields["ETag"])
    assert len(tags) == (2 if built else 1), "two bodies, two validators"
