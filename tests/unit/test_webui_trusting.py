"""The page of trusted issuers and of the phone's own certificate as a client."""

from binascii import a2b_base64, b2a_base64

import net_chains as chains
import net_identity as ids
from dialtone.net import anchors
from dialtone.storage.files import Storage
from fake_phone import FakePhone
from support import tmp_dir
from webui_support import PageStore, ask

HEAP = "320k"  # whole pages as text beside uploads of several certificates
KEY = b"-----BEGIN PRIVATE KEY-----\n" + b2a_base64(ids.KEY) + b"-----END PRIVATE KEY-----\n"


def _pem(names):
    return b"".join([ids.pem(a2b_base64(getattr(chains, name))) for name in names.split()])


def _phone():
    phone = FakePhone(PageStore())
    phone.platform.storage = phone.storage = Storage(tmp_dir())
    phone.platform.trust_anchor = "anchors.pem"
    phone.platform.roots = ""
    return phone


def _sent(kind, file, remove=False):
    """A body as a browser sends it."""
    parts = [b'Content-Disposition: form-data; name="kind"\r\n\r\n' + kind]
    parts.append(b'Content-Disposition: form-data; name="file"; filename="x.pem"\r\n\r\n' + file)
    if remove:
        parts.append(b'Content-Disposition: form-data; name="remove"\r\n\r\n1')
    return b"".join([b"------Boundary\r\n" + part + b"\r\n" for part in parts]) + b"------Boundary--\r\n"


def _post(phone, *arguments, **options):
    return ask("/trust.html", "POST", _sent(*arguments), phone, **options)[:2]


def test_what_is_trusted_is_shown():
    phone = _phone()
    assert "HTTPS downloads are refused" in ask("/trust.html", phone=phone)[1]
    phone.storage.write_atomic("anchors.pem", [_pem("ROOT")])
    phone.storage.write_atomic(anchors.FETCHED, [_pem("OTHER_ROOT ROOT_RSA")])
    phone.platform.roots = "/roots.bin"
    text = ask("/trust.html", phone=phone)[1]
    for words in ("Root, until 2100-01-01", "Other Root, until", "Root RSA, until", "Built in", "get none"):
        assert words in text, words


def test_roots_are_uploaded_and_removed():
    phone = _phone()
    status, text = _post(phone, b"roots", _pem("ROOT OTHER_ROOT"))
    assert status == 200 and "Provisioning complete" in text and "Other Root until 2100-01-01" in text
    assert [bytes(der) for der in anchors.own(phone.platform)] == [
        a2b_base64(chains.ROOT),
        a2b_base64(chains.OTHER_ROOT),
    ]
    assert "the same as before" in _post(phone, b"roots", _pem("ROOT OTHER_ROOT"))[1]
    assert "removed" in _post(phone, b"roots", b"", True)[1] and not phone.storage.exists(anchors.UPLOADED)


def test_a_client_certificate_is_proved_and_its_key_never_shown():
    phone = _phone()
    text = _post(phone, b"client", KEY + _pem("LEAF_CLIENT INTER"))[1]
    assert "Provisioning complete" in text and "leaf, until 2100-01-01" in text and "PRIVATE" not in text
    assert phone.storage.exists(anchors.IDENTITIES[0]) and "PRIVATE" not in " ".join(phone.log.lines)
    text = _post(phone, b"client", KEY + _pem("INTER"))[1]
    assert "Nothing was changed" in text and "does not belong" in text
    assert phone.storage.exists(anchors.IDENTITIES[0])


def test_what_is_refused_changes_nothing():
    phone = _phone()
    for kind, file, words in (
        (b"roots", b"", "holds 0 certificates"),
        (b"roots", b"-----BEGIN CERTIFICATE-----\r\nAAAA\r\n-----END CERTIFICATE-----\r\n", "cannot be read"),
        (b"client", _pem("LEAF_CLIENT"), "no private key"),
        (b"other", _pem("ROOT"), "Neither"),
        (b"roots", b"#" * 9300, "longer than 8192"),
    ):
        status, text = _post(phone, kind, file)
        assert status == 200 and "Nothing was changed" in text and words in text, (words, text[-900:])
    assert not list(anchors.own(phone.platform)) and not phone.storage.exists("incoming.pem")


def test_over_plain_http_nothing_can_be_changed():
    phone = _phone()
    assert _post(phone, b"roots", _pem("ROOT"), secure=False)[0] == 403
    assert not list(anchors.own(phone.platform))
    text = ask("/trust.html", phone=phone, secure=False)[1]
    assert "<form" not in text and "Over HTTPS only" in text
