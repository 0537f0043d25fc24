from support import raises
from webui_support import PageStore, ask

from dialtone.errors import CallerError
from fake_phone import FakePhone

HEAP = "160k"  # whole pages as text, and an upload that is too long
PATH = "/certificates.html"
PEM = b"-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n"


def test_what_is_in_use():
    status, text, answer = ask(PATH)
    assert status == 200 and not answer.fields
    for part in ("Made by this phone", "CN=&lt;desk&gt;", "itself", "AB:<wbr>AB", 'type="file"', "/certificate.csr"):
        assert part in text, part
    assert "Secret" not in text, "the rows end with the empty line"
    assert "Remove the Uploaded One" not in text


def test_an_uploaded_one_can_be_removed():
    phone = FakePhone(PageStore())
    phone.signed = False
    text = ask(PATH, phone=phone)[1]
    assert "<td>Uploaded</td>" in text and "Remove the Uploaded One" in text
    status, text, answer = ask(PATH, "POST", b"action=own", phone=phone)
    assert status == 202 and phone.uploads == []
    answer.after()
    assert phone.uploads == [b""]


def test_an_upload_is_looked_at_after_its_answer():
    phone = FakePhone(PageStore())
    status, text, answer = ask(PATH, "POST", PEM, phone=phone)
    assert status == 202 and "being looked at" in text and answer.fields[0][0] == "Refresh"
    assert answer.fields[0][1].endswith(";url=/certificates.html")
    assert phone.uploads == [] and phone.judgement[0] is None
    assert ask(PATH, phone=phone)[2].fields[0][0] == "Refresh"
    answer.after()
    assert phone.uploads == [PEM]
    assert phone.log.lines == ["identity: admin at 192.0.2.9 uploads a certificate"]


def test_what_came_of_it():
    for good, text, words in (
        (True, "The certificate is in use", ("note ok", "New connections")),
        (False, "CN=<x> expired. Ask for another certificate", ("note bad", "CN=&lt;x&gt; expired", "present")),
    ):
        phone = FakePhone(PageStore())
        phone.judgement = good, text
        status, page, answer = ask(PATH, phone=phone)
        assert status == 200 and not answer.fields
        for word in words:
            assert word in page, word


def test_nothing_goes_over_plain_http():
    phone = FakePhone(PageStore())
    for method, path, body in (("POST", PATH, PEM), ("POST", PATH, b"action=own"), ("GET", "/certificate.csr", b"")):
        status, text, _ = ask(path, method, body, phone=phone, secure=False)
        assert status == 403 and "HTTPS only" in text and "https://phone" + path in text
    assert phone.uploads == [] and not phone.log.lines
    text = ask(PATH, phone=phone, secure=False)[1]
    assert "<form" not in text and "/certificate.csr" not in text and 'href="https://phone/certificates.html"' in text
    assert "AB:<wbr>AB" in text, "what is in use may be seen"


def test_what_is_no_upload_is_refused_at_once():
    none, long = "no PEM text", "longer than 8192"
    for body, reason in ((b"", none), (b"action=other", none), (PEM + b"x" * 9000, long)):
        phone = FakePhone(PageStore())
        with raises(CallerError) as caught:
            ask(PATH, "POST", body, phone=phone)
        assert reason in caught.value.text and phone.uploads == []


def test_the_request_for_an_authority():
    status, text, answer = ask("/certificate.csr")
    assert status == 200 and text.startswith("-----BEGIN CERTIFICATE REQUEST-----\n")
    assert answer.kind == "application/pkcs10"
    assert answer.fields == (("Content-Disposition", 'attachment; filename="57i-123456.csr"'),)
