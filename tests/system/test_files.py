"""Files taken home and given back: looked at first, in force after a yes, on every runtime and in 112 KB of heap."""

import re

import pytest
from config_server import send
from simulated import ADMIN, wait_for

PAGE = "/files.html"
BOUNDARY = "----a-boundary"


def told(phone):
    """How often the phone has told what a file has come to."""
    return len(re.findall(r" configuration: .*(?:has looked at|has put|No memory for it now)", phone.log()))


def answered(phone, before):
    """The page, once the phone has done what it was asked to; a browser does not ask sooner either."""
    wait_for(lambda: told(phone), lambda count: count > before, 30, "an outcome")

    def page():
        text = phone.get(PAGE).text
        return "" if "is busy" in text else text

    return wait_for(page, bool, 10, "the page")


def give(phone, data, name="local.cfg"):
    """The page that tells what the file would change."""
    body = b'--%s\r\nContent-Disposition: form-data; name="file"; filename="%s"\r\n\r\n%s\r\n--%s--\r\n' % (
        BOUNDARY.encode(), name.encode(), data, BOUNDARY.encode(),
    )  # fmt: skip
    kind = {**ADMIN, "Content-Type": "multipart/form-data; boundary=" + BOUNDARY}
    before = told(phone)
    answer = phone.request("POST", PAGE, body, kind)
    assert answer.status == 202 and "refresh" in answer.headers, answer.text
    return answered(phone, before)


def decide(phone, page, what="apply"):
    number = re.search(r'name="plan" value="([0-9a-f]+)"', page).group(1)
    before = told(phone)
    answer = phone.post(PAGE, {"do": what, "plan": number})
    assert answer.status == (202 if what == "apply" else 303), answer.text
    return answered(phone, before - (what != "apply"))


def there_and_back(phone, server, padding):
    """Both files out, changed, and in again."""
    assert "Provisioning complete" in phone.post("/softkeys.html", {"type2": "xml", "label2": "Mine"}).text
    phone.post("/configurationServer.html", {"httpDigestPass": "Hush4711"})
    ours = phone.get("/local.cfg").text
    theirs = phone.get("/server.cfg").text
    assert "\nhttp digest password: ********\n" in ours and "\nsip proxy ip: 10.0.0.1  # line 4\n" in theirs
    assert "\nsip line1 password: ********  # line 5\n" in theirs and "s3cret" not in theirs
    ours = ours.replace("Mine", "Given back").encode() + b"hostname: other\nno colon\n" + padding
    page = give(phone, ours)
    for part in ("Dry Run of local.cfg", "Mine</td><td>Given back", "no colon behind the name", "hostname is locked"):
        assert part in page, page
    assert "Mine" in phone.lcd() and "Provisioning complete" in decide(phone, page)
    phone.wait_lcd("Given back")
    assert "Given back" in phone.get("/local.cfg").text

    changed = theirs.replace("Theirs", "Uploaded").encode()
    page = give(phone, changed, "server.cfg")
    assert "Dry Run of server.cfg: one setting" not in page and "Theirs</td><td>Uploaded" in page, page
    assert "does not use, and keeps: 2." in page
    decide(phone, page)
    phone.wait_lcd("Uploaded")
    assert "server.cfg line" in phone.get("/softkeys.html").text and "Hush4711" not in phone.log()

    # What would the server's own files change? The phone asks, and changes nothing
    for _ in range(4):
        before = told(phone)
        assert phone.post(PAGE, {"url": server.url}).status == 202
        page = answered(phone, before)
        if "No memory for it now" not in page:  # else again, as the page advises
            break
    assert "Uploaded</td><td>Theirs" in page and "/00085D123456.cfg" in server.paths(), page
    decide(phone, page, "undo")
    assert "Uploaded" in phone.lcd()
    phone.request("POST", "/api/resync", b"", ADMIN)
    phone.wait_lcd("Theirs", 45)
    assert "Given back" in phone.lcd()


CONFIG = b"""!hostname: desk
softkey1 type: xml
softkey1 label: Theirs
sip proxy ip: 10.0.0.1
sip line1 password: s3cret
change confirm timeout: 0
"""


def test_files_go_home_and_come_back(runtime, phones, server):
    server.files["/aastra.cfg"] = CONFIG
    there_and_back(phones(runtime, server.url), server, b"")


def test_in_112_kilobytes(phones, server):
    server.files["/aastra.cfg"] = CONFIG
    phone = phones("micropython32", server.url)
    there_and_back(phone, server, b"# a comment of the usual length\nsip line1 auth name: somebody\n" * 500)
    assert "Traceback" not in phone.log() and "MemoryError" not in phone.log()


def test_a_round_and_a_file_do_not_meet(phones, server):
    """Who comes second is told to wait, and nothing of the round is lost."""
    phone = phones("cpython", server.url)
    held = []

    def slowly(link):
        held.append(1)
        answer = phone.post(PAGE, {"url": "https://192.0.2.1/"})
        held.append(answer.status)
        send(link, b"softkey1 type: xml\nsoftkey1 label: Round\n")

    server.files["/aastra.cfg"] = slowly
    phone.request("POST", "/api/resync", b"", ADMIN)
    phone.wait_lcd("Round", 30)
    assert held == [1, 409]
    assert phone.get(PAGE, secure=False).status in (200, 301)


@pytest.mark.long
def test_many_times_in_112_kilobytes(phones, server):
    server.files["/aastra.cfg"] = CONFIG
    phone = phones("micropython32", server.url)
    for turn in range(12):
        page = give(phone, b"softkey3 type: xml\nsoftkey3 label: Turn %d\n" % turn)
        assert "Provisioning complete" in decide(phone, page)
        phone.wait_lcd("Turn %d" % turn)
    assert "memory" not in phone.log()
