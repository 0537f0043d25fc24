"""docs/web-pages.md walked as admin, as user and as nobody: what it says of a page is what a running phone does."""

import os
import re

from host.places import allow_firmware_imports
from simulated import ADMIN, ROOT

allow_firmware_imports()
import dialtone_shims  # noqa: E402, F401  importing it installs MicroPython's names
from dialtone.http.credentials import basic_value  # noqa: E402
from dialtone.webui.pages import ROUTES  # noqa: E402

USER = {"Authorization": basic_value("user", "4711")}
NOBODY = {}
LACKS = "/prgkeys.html"  # a 57i has none


def rows():
    """{path: (methods, roles, fields)} as the page tells."""
    with open(os.path.join(ROOT, "docs", "web-pages.md"), encoding="utf-8") as file:
        found = re.findall(r"^\| `(/[^`]*)` \|[^|]*\| ([^|]*) \| ([^|]*) \|([^|]*)\|$", file.read(), re.MULTILINE)
    return {
        path: (set(how.split(", ")), set(who.split(", ")), set(re.findall("`(.*?)`", f))) for path, how, who, f in found
    }


def shown(text):
    """The names of all fields below a page's top; numbers of keys as N."""
    names = re.findall(r'name="([^"]+)"', text[text.find("<main") :])
    keys = re.compile(r"(type|label|value|line|states)\d+$")
    return {keys.sub(r"\1N", name) for name in names}


def test_every_page_field_and_role(runtime, phones, server):
    server.files["/aastra.cfg"] = b"user password: 4711\nadmin password: 22222\n"
    phone = phones(runtime, server.url)
    table = rows()
    assert set(table) == set(ROUTES), set(table) ^ set(ROUTES)
    for path, (methods, roles, fields) in table.items():
        assert {role or "anybody" for role in ROUTES[path][1]} == roles, path
        everybody = "anybody" in roles
        for who, name in ((ADMIN, "admin"), (USER, "user"), (NOBODY, "")):
            answer = phone.get(path, headers=who)
            if not name and not everybody:
                expected = 401
            elif name and name not in roles:
                expected = 403 if "GET" in methods else 405
            else:
                expected = 405 if "GET" not in methods else 404 if path == LACKS else 200
            assert answer.status == expected, (path, name, answer.status)
            if expected == 200 and name == "admin":
                assert shown(answer.text) == fields, (path, shown(answer.text) ^ fields)
        if path != "/login.html":  # where it would count as a wrong log-in
            assert phone.post(path, {}, NOBODY).status == (405 if everybody else 401), path
        if roles == {"admin"}:
            assert phone.post(path, {}, USER).status == (403 if "POST" in methods else 405), path
        if "POST" not in methods:
            assert phone.post(path, {}).status == 405, path


def test_each_form_takes_its_own_fields(runtime, phones, server):
    """Sending back what a page shows changes nothing and is told in the real phone's words."""
    phone = phones(runtime, server.url)
    for path in rows():
        text = phone.get(path).text if path.endswith("html") else ""
        if "Save Settings" in text:
            fields = {}
            form = text[text.find('autocomplete="off">') :]
            for name, value in re.findall(r'<input [^>]*name="([^"]+)"[^>]*? value="([^"]*)" spellcheck', form):
                fields[name] = value
            answer = phone.post(path, fields)
            assert answer.status == 200 and "Provisioning complete" in answer.text, (path, answer.status)
            assert "Nothing was different" in answer.text, path
