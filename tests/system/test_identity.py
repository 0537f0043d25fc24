"""The phone's own key and certificate, uploads, and what the HTTPS server offers, as browsers and OpenSSL see them."""

import base64
import hashlib
import http.client
import os
import re
import ssl
import subprocess
import time
import urllib.parse

import pytest
from pki import Authority
from simulated import ADMIN, wait_for

PAGE = "/certificates.html"
FILE = {**ADMIN, "Content-Type": "application/x-pem-file"}
FORM = {**ADMIN, "Content-Type": "application/x-www-form-urlencoded"}


def openssl(*words, data=None):
    done = subprocess.run(["openssl", *words], input=data, capture_output=True)
    assert done.returncode == 0, done.stderr.decode()
    return done.stdout.decode() + done.stderr.decode()


def read(path):
    with open(path, "rb") as file:
        return file.read()


def uploaded(phone, data, headers=FILE):
    """What the page says came of an upload; where there is no memory for it, of the next one, as the page advises."""
    for _ in range(5):
        told = uploaded_once(phone, data, headers)
        if "No memory for it now" not in told:
            break
        time.sleep(2)
    return told


def uploaded_once(phone, data, headers):
    answer = phone.request("POST", PAGE, data, headers)
    assert answer.status == 202 and "3;url=/certificates.html" == answer.headers["refresh"], answer.text
    said = 'role="status"><b>(.*?)</b>'

    def outcome():
        try:
            page = phone.get(PAGE)
        except (OSError, http.client.HTTPException):
            return "being looked at"  # a phone with little memory has none left for a page meanwhile
        return re.search(said, page.text).group(1) if page.status == 200 else "being looked at"

    return wait_for(outcome, lambda text: "being looked at" not in text, 20, "an outcome")


def patient(phone, path):
    """GET until a phone with little memory has some."""

    def page():
        try:
            return phone.get(path)
        except (OSError, http.client.HTTPException):
            return None

    return wait_for(page, lambda answer: answer and answer.status == 200, 30, path)


def verified(phone, authority_pem, path="/sysinfo.html"):
    """GET by a client that trusts one authority and checks the name."""
    url = urllib.parse.urlsplit(phone.ready["https"])
    context = ssl.create_default_context(cafile=authority_pem)
    link = http.client.HTTPSConnection(url.hostname, url.port, timeout=15, context=context)
    try:
        link.request("GET", path, headers=ADMIN)
        answer = link.getresponse()
        answer.read()
        return answer
    finally:
        link.close()


def key_forms(der):
    """How a private key could show: its number as hex, bytes, and in PEM and DER that hold it."""
    words = openssl("pkey", "-inform", "DER", "-text", "-noout", data=der)
    number = re.sub(r"[\s:]", "", words.partition("priv:")[2].partition("pub:")[0])[-64:]
    raw = bytes.fromhex(number)
    forms = [number, number.upper(), raw.decode("latin-1"), str(int(number, 16)), "PRIVATE KEY"]
    for start in range(3):  # base64 of it, at any place of a longer text
        forms.append(base64.b64encode(bytes(start) + raw)[4:-4].decode())
    return forms


def test_the_own_certificate_on_every_face(runtime, phones, server, authority):
    phone = phones(runtime, server.url)
    shown = phone.ready["certificate_sha256"]
    der = read(os.path.join(phone.state, "certificate.der"))
    text = openssl("x509", "-inform", "DER", "-noout", "-text", "-fingerprint", "-sha256", data=der)
    assert shown == phone.fingerprint() == phone.status()["certificate_sha256"] == hashlib.sha256(der).hexdigest()
    assert shown.upper() == re.search("Fingerprint=(.*)", text).group(1).replace(":", "")
    for part in ("CA:FALSE", "Digital Signature", "TLS Web Server Authentication", "prime256v1", "ecdsa-with-SHA256",
                 "DNS:57i-123456, DNS:57i-123456.local, DNS:localhost, IP Address:127.0.0.1"):  # fmt: skip
        assert part in text, text
    with open(phone.state + "/own.pem", "w") as out:
        out.write(ssl.DER_cert_to_PEM_cert(der))
    assert verified(phone, out.name).status == 200, "who compares and trusts it gets a whole TLS connection"
    assert phone.get("/sysinfo.html").text.replace("<wbr>", "").count(":".join(re.findall("..", shown.upper()))) == 1
    phone.press("options", "enter")
    rows = phone.press(*["down"] * 4) + phone.press(*["down"] * 4)
    assert shown.upper()[:16] in re.sub(r"[^0-9A-F]", "", rows[rows.find("SHA-256") + 7 :]), rows
    phone.press("goodbye", "goodbye")

    request = phone.get("/certificate.csr")
    told = openssl("req", "-noout", "-text", "-verify", data=request.body)
    assert "verify OK" in told and "DNS:57i-123456.local" in told
    assert "attachment" in request.headers["content-disposition"]
    public = openssl("x509", "-inform", "DER", "-noout", "-pubkey", data=der)
    assert openssl("req", "-noout", "-pubkey", data=request.body) == public
    assert phone.get("/certificate.csr", secure=False).status == 301
    assert phone.request("POST", PAGE, b"-----BEGIN x", FILE, secure=False).status == 403

    # Another name is another certificate for the same key
    key = read(os.path.join(phone.state, "key.der"))
    assert phone.post("/provis.html", {"hostname": "Desk-7.example"}).status == 200
    wait_for(phone.fingerprint, lambda seen: seen != shown, 15, "another certificate")
    text = openssl("x509", "-inform", "DER", "-noout", "-text", data=read(os.path.join(phone.state, "certificate.der")))
    assert "DNS:desk-7.example, DNS:desk-7.local" in text
    assert read(os.path.join(phone.state, "key.der")) == key
    assert phone.status()["certificate_sha256"] == phone.fingerprint()

    # What an authority answers to the request needs no key
    signed = authority.answer(phone.get("/certificate.csr").body, ["127.0.0.1", "localhost"])
    assert "is in use" in uploaded(phone, signed)
    assert verified(phone, authority.pem).status == 200
    strangers = Authority(os.path.dirname(authority.pem), "Another CA")
    with pytest.raises(ssl.SSLCertVerificationError):
        verified(phone, strangers.pem)


@pytest.mark.parametrize("runtime", ["cpython", "micropython", "micropython32"], scope="session")
def test_uploads_are_judged_serve_at_once_and_survive_a_restart(runtime, phones, server, authority, tmp_path):
    server.files["/aastra.cfg"] = b"https redirect http get: 1\n"
    phone = phones(runtime, server.url)
    own = phone.fingerprint()
    good, expired, other = authority.leaf(), authority.leaf(start=-9, end=-2), authority.leaf()
    certificate = read(good).partition(b"-----BEGIN PRIVATE")[0]
    for data, reason in (
        (certificate + key_of(other), "do not belong together"),
        (read(expired), "expired on"),
        (certificate, "not for the phone"),
        (read(good)[:-40], "has no end"),
    ):
        assert reason in uploaded(phone, data)
        assert phone.fingerprint() == own, "the old one keeps serving"
    assert "strict-transport-security" not in patient(phone, "/sysinfo.html").headers
    assert "is in use" in uploaded(phone, read(good) + read(authority.pem))
    with_upload = phone.fingerprint()
    assert with_upload != own and "CN=Dialtone test CA" in patient(phone, PAGE).text
    if runtime != "micropython32":  # whose heap has tests of its own
        assert verified(phone, authority.pem).getheader("strict-transport-security") == "max-age=2592000"
        assert phone.post("/provis.html", {"https_redirect_http_get": "0"}).status == 200
        assert verified(phone, authority.pem).getheader("strict-transport-security") == "max-age=0"
        no_key_is_shown(phone, good)
    phone.stop()
    phone.start()
    assert phone.ready["certificate_sha256"] == with_upload == phone.status()["certificate_sha256"]
    assert verified(phone, authority.pem, "/api/status").status == 200
    assert "is in use" in uploaded(phone, b"action=own", FORM)
    assert phone.fingerprint() == own and not os.path.exists(os.path.join(phone.state, "identity.pem"))
    if runtime != "micropython32":
        an_rsa_key_serves(phone, tmp_path)
    for path in (good, other):
        assert base64_of_key(path) not in phone.log()
    assert "MemoryError" not in phone.log()


test_uploads_are_judged_serve_at_once_and_survive_a_restart.own_runtimes = True


def an_rsa_key_serves(phone, folder):
    pem, key = folder / "rsa.pem", folder / "rsa.key"
    openssl("req", "-x509", "-newkey", "rsa:2048", "-nodes", "-subj", "/CN=phone", "-days", "9", "-out", str(pem),
            "-keyout", str(key), "-addext", "subjectAltName=IP:127.0.0.1")  # fmt: skip
    assert "is in use" in uploaded(phone, read(pem) + read(key))
    assert verified(phone, str(pem)).status == 200
    assert "RSA, 2048 bits" in phone.get(PAGE).text


def no_key_is_shown(phone, leaf):
    """Neither the phone's own nor the uploaded one, on any page, file, screen or line of the log."""
    forms = key_forms(read(os.path.join(phone.state, "key.der")))
    text = openssl("pkey", "-in", leaf, "-text", "-noout")
    number = re.sub(r"[\s:]", "", text.partition("priv:")[2].partition("pub:")[0])[-64:]
    forms += [number, number.upper(), base64_of_key(leaf), str(int(number, 16))]
    seen = phone.log() + str(phone.ready) + phone.lcd()
    paths = set(re.findall(r'href="(/[^"?]*)', phone.get("/sysinfo.html").text))
    paths |= {PAGE, "/", "/api/status", "/certificate.csr", "/style.css", "/reset.html"}
    assert len(paths) >= 8
    for path in sorted(paths) + ["/key.der", "/identity.pem", "/../key.der", "/phone/key.der"]:
        answer = phone.get(path)
        assert answer.status in (200, 400, 404), (path, answer.status)
        seen += answer.body.decode("latin-1") + str(answer.headers)
    seen += phone.press("options") + phone.press("enter") + phone.press(*["down"] * 6) + phone.press("goodbye")
    for form in forms:
        assert form not in seen, form


def test_a_certificate_comes_as_a_file_over_verified_https(runtime, phones, server, authority):
    server.files["/aastra.cfg"] = b"https server certificate: server.pem\n"
    server.files["/server.pem"] = leaf = read(authority.leaf())
    phone = phones(runtime, server.url)
    assert verified(phone, authority.pem).status == 200
    assert "configuration file, " in phone.get(PAGE).text
    server.files["/server.pem"] = read(authority.leaf(start=-9, end=-2))
    phone.stop()
    phone.start()
    assert "expired on" in phone.lcd() or "expired on" in phone.log()
    assert phone.ready["certificate_sha256"] == sha256_of(leaf), "the old one keeps serving"


def sha256_of(pem):
    return hashlib.sha256(ssl.PEM_cert_to_DER_cert(pem.decode().partition("-----BEGIN PRIVATE")[0])).hexdigest()


def key_of(path):
    return b"-----BEGIN PRIVATE" + read(path).partition(b"-----BEGIN PRIVATE")[2]


def base64_of_key(path):
    return key_of(path).decode().splitlines()[2]
