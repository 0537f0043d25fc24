"""Row 9: XML push, who may send it, over which listener, in which form."""

import urllib.parse

import pytest
from simulated import wait_for

XML = "<AastraIPPhoneTextScreen><Title>News</Title><Text>Pushed words</Text></AastraIPPhoneTextScreen>"
FORM = {"Content-Type": "application/x-www-form-urlencoded"}
RAW = {"Content-Type": "text/xml"}


@pytest.fixture
def phone(lasting):
    """One phone for all tests that begin on its idle screen."""
    phone = lasting(b"xml application post list: 127.0.0.1\n")

    def idle():
        return phone.press("goodbye", "goodbye")

    wait_for(idle, lambda screen: "Ready" in screen and "Pushed words" not in screen, 10, "the idle screen")
    return phone


FORMS = {
    "percent-encoded": ("xml=" + urllib.parse.quote(XML), FORM),
    "plus-encoded": ("xml=" + urllib.parse.quote_plus(XML), FORM),
    "raw after xml=": ("xml=" + XML, FORM),
    "raw with text/xml": ("xml=" + XML, RAW),
    "bare document": (XML, RAW),
}


@pytest.mark.parametrize("form", sorted(FORMS))
@pytest.mark.parametrize("secure", [True, False])
def test_accepted_forms_show_on_the_lcd(phone, form, secure):
    body, headers = FORMS[form]
    answer = phone.request("POST", "/", body.encode(), headers, secure=secure)
    assert answer.status == 200 and answer.body == b""
    assert "Pushed words" in phone.wait_lcd("Pushed words", 10)


def test_head_and_body_in_separate_segments(phone):
    body = ("xml=" + XML).encode()
    head = b"POST / HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: text/xml\r\n"
    head += b"Connection: close\r\nContent-Length: %d\r\n\r\n"
    for secure in (True, False):
        answer = phone.raw(head % len(body), secure=secure, pieces=[body[:10], body[10:60], body[60:]])
        assert answer.startswith(b"HTTP/1.1 200")
        phone.wait_lcd("Pushed words")
        assert "Pushed words" not in phone.press("goodbye")


def test_block_refuses_plain_only_and_names_https(runtime, phones, server):
    server.files["/aastra.cfg"] = b"xml application post list: 127.0.0.1\nhttps block http post xml: 1\n"
    phone = phones(runtime, server.url)
    for body, headers in FORMS.values():
        answer = phone.request("POST", "/", body.encode(), headers, secure=False)
        assert answer.status == 403 and answer.headers["content-type"].startswith("text/plain")
        assert phone.ready["https"].rstrip("/") in answer.text
    assert "Pushed words" not in phone.lcd()
    assert phone.request("POST", "/", FORMS["bare document"][0].encode(), RAW, secure=True).status == 200
    phone.wait_lcd("Pushed words")


def test_block_leaves_form_posts_alone(runtime, phones, server):
    server.files["/aastra.cfg"] = b"https block http post xml: 1\nhttps redirect http get: 0\n"
    phone = phones(runtime, server.url)
    saved = phone.post("/provis.html", {"https_redirect_http_get": "0"}, secure=False)
    assert saved.status == 200


def test_sender_not_in_the_list_is_refused_and_logged(runtime, phones, server):
    server.files["/aastra.cfg"] = b"xml application post list: 10.1.2.3, 192.0.2.0/24\n"
    phone = phones(runtime, server.url)
    for secure in (True, False):
        body, headers = FORMS["bare document"]
        login = {**headers, "Authorization": "Basic YWRtaW46MjIyMjI=", "Referer": "http://10.1.2.3/"}
        assert phone.request("POST", "/", body.encode(), login, secure=secure).status == 403
    assert "127.0.0.1" in phone.log() and "Pushed words" not in phone.lcd()


def test_empty_list_means_nobody(runtime, phones, server):
    phone = phones(runtime, server.url)
    body, headers = FORMS["bare document"]
    assert phone.request("POST", "/", body.encode(), headers).status == 403


@pytest.mark.parametrize("extra", [{"Origin": "https://127.0.0.1"}, {"Sec-Fetch-Site": "same-origin"}])
def test_a_push_from_a_web_page_is_refused(phone, extra):
    body, headers = FORMS["percent-encoded"]
    for secure in (True, False):
        assert phone.request("POST", "/", body.encode(), {**headers, **extra}, secure=secure).status == 403
    assert "Pushed words" not in phone.lcd()


def test_malformed_xml_shows_an_error_and_keeps_the_phone_well(phone):
    for text in ("<AastraIPPhoneTextScreen><Text>", "<!DOCTYPE a [<!ENTITY b 'c'>]><a>&b;</a>", "<a" * 500, "\x00\x01"):
        answer = phone.request("POST", "/", b"xml=" + text.encode(), FORM)
        assert answer.status in (200, 400, 403), answer.status
    assert phone.get("/api/status").status == 200


def test_unsupported_pictures_say_so(phone):
    xml = "<AastraIPPhoneImageScreen><Image>http://h/photo.png</Image></AastraIPPhoneImageScreen>"
    assert phone.request("POST", "/", b"xml=" + xml.encode(), FORM).status == 200
    screen = phone.wait_lcd("[image]")
    assert "no PNG" in screen


def test_oversized_push_is_refused(phone):
    body = ("xml=" + XML.replace("Pushed words", "x" * 60_000)).encode()
    assert phone.request("POST", "/", body, RAW).status == 413
