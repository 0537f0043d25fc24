"""Uploaded certificates of all kinds, made by `cryptography`: which are taken, and why others are not."""

import datetime
import ipaddress
import json
import os
import subprocess
import sys

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
)
from test_certificate_oracles import ROOT, TARGETS

NOW = datetime.datetime(2026, 11, 25, tzinfo=datetime.timezone.utc)
YEAR = datetime.timedelta(days=365)
SERVER = x509.ExtendedKeyUsage([x509.oid.ExtendedKeyUsageOID.SERVER_AUTH])
CLIENT = x509.ExtendedKeyUsage([x509.oid.ExtendedKeyUsageOID.CLIENT_AUTH])
# The worker is compiled in its heap; the phone does it in 112 KB (tests/system/test_identity.py)
HEAPS = {"micropython": "heapsize=512k", "micropython32": "heapsize=192k"}
SAN = x509.SubjectAlternativeName([x509.DNSName("phone"), x509.IPAddress(ipaddress.ip_address("192.0.2.7"))])


def usage(**which):
    names = (
        "digital_signature content_commitment key_encipherment data_encipherment key_agreement key_cert_sign crl_sign"
    )
    flags = dict.fromkeys([*names.split(), "encipher_only", "decipher_only"], False)
    return x509.KeyUsage(**{**flags, **which})


def p256():
    return ec.generate_private_key(ec.SECP256R1())


def name(text):
    return x509.Name([x509.NameAttribute(x509.oid.NameOID.COMMON_NAME, text)])


def made(subject, key, issuer=None, issuer_key=None, ca=False, begin=NOW - YEAR, end=NOW + YEAR, hashed=None, more=()):
    issuer_key = issuer_key or key
    builder = x509.CertificateBuilder(name(issuer or subject), name(subject), key.public_key(), 5, begin, end)
    builder = builder.add_extension(x509.BasicConstraints(ca, None), True)
    for extension in more or (() if ca else (SAN, SERVER)):
        builder = builder.add_extension(extension, False)
    return builder.sign(issuer_key, hashed or hashes.SHA256())


def pem(*parts, form=PrivateFormat.PKCS8):
    out = b""
    for part in parts:
        if isinstance(part, x509.Certificate):
            out += part.public_bytes(Encoding.PEM)
        else:
            out += part.private_bytes(Encoding.PEM, form, NoEncryption())
    return out.decode()


class Cases:
    """What is sent, and what is expected: the number of kept certificates, or a part of the reason."""

    def __init__(self):
        self.own = p256()
        key, root_key, middle_key = p256(), p256(), p256()
        root = made("Root", root_key, ca=True)
        middle = made("Middle", middle_key, "Root", root_key, ca=True)
        leaf = made("phone", key, "Middle", middle_key)
        rsa_key, rsa_root_key = [rsa.generate_private_key(65537, 2048) for _ in range(2)]
        short = rsa.generate_private_key(65537, 1024)
        rsa_leaf = made("phone", rsa_key, "RSA root", rsa_root_key)
        p384 = ec.generate_private_key(ec.SECP384R1())
        later, ago = NOW + 2 * YEAR, NOW - 2 * YEAR
        form = '------WebKitFormBoundaryX\r\nContent-Disposition: form-data; name="chain"\r\n\r\n%s\r\n------Web--\r\n'
        rsa_root = made("RSA root", rsa_root_key, ca=True)
        parameters = "-----BEGIN EC PARAMETERS-----\nBggqhkjOPQMBBw==\n-----END EC PARAMETERS-----\n"
        no_key = "-----BEGIN PRIVATE KEY-----\nMAAC\n-----END PRIVATE KEY-----\n"
        traditional = PrivateFormat.TraditionalOpenSSL
        encrypted = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, BestAvailableEncryption(b"x")).decode()
        self.taken = {
            "self-signed": (pem(made("phone", key), key), 1),
            "with a form around it": (form % pem(made("phone", key), key).replace("\n", "\r\n"), 1),
            "chain": (pem(leaf, middle, key), 2),
            "chain with its root, key first": (pem(key, leaf, middle, root), 3),
            "SEC 1 key": (pem(leaf, key, form=traditional), 1),
            "signed for the phone's own key": (pem(made("phone", self.own, "Root", root_key)), 1),
            "RSA": (pem(rsa_leaf, rsa_key), 1),
            "RSA, PKCS #1, chain": (pem(rsa_leaf, rsa_root, rsa_key, form=traditional), 2),
            "issuer that cannot be checked": (pem(made("phone", key, "R", p384), made("R", p384, ca=True), key), 2),
            "signed with SHA-384": (pem(made("phone", key, "R", p384, hashed=hashes.SHA384()), key), 1),
            "usages": (pem(made("phone", key, more=(SAN, SERVER, usage(digital_signature=True))), key), 1),
            "a CSR's parameters beside it": (parameters + pem(leaf, key), 1),
        }  # fmt: skip
        self.refused = {
            "nothing": ("hello", "no certificate"),
            "only a key": (pem(key), "no certificate"),
            "another key": (pem(leaf, p256()), "do not belong together"),
            "another RSA key": (pem(rsa_leaf, rsa_root_key), "do not belong together"),
            "a key of another kind": (pem(leaf, rsa_key), "do not belong together"),
            "no key, and not for the phone's own": (pem(leaf), "not for the phone's own key"),
            "expired": (pem(made("phone", key, begin=ago, end=NOW - YEAR), key), "expired on 2025-11-25"),
            "expired issuer": (pem(leaf, made("Middle", middle_key, "Root", root_key, True, ago, NOW - YEAR), key),
                               "CN=Middle expired"),
            "not yet": (pem(made("phone", key, begin=later, end=later + YEAR), key), "begins on 2028-11-24"),
            "short RSA": (pem(made("phone", short), short), "less than 2048"),
            "short RSA of the issuer": (pem(made("phone", key, "Short", short), made("Short", short, ca=True), key),
                                        "CN=Short is weak"),
            "P-384": (pem(made("phone", p384), p384), "neither P-256 nor RSA"),
            "not for servers": (pem(made("phone", key, more=(SAN, CLIENT)), key), "not for servers"),
            "may not sign": (pem(made("phone", key, more=(SAN, usage(key_agreement=True))), key), "may not sign"),
            "no names": (pem(made("phone", key, more=(SERVER,)), key), "names no host"),
            "chain in the wrong order": (pem(leaf, root, middle, key), "was not issued by"),
            "issuer that is none": (pem(leaf, made("Middle", middle_key, more=(SAN,)), key), "no authority"),
            "issuer that may not": (pem(leaf, made("Middle", middle_key, ca=True, more=(usage(crl_sign=True),)), key),
                                    "no authority"),
            "issuer of the same name": (pem(leaf, made("Middle", p256(), "Root", root_key, ca=True), key),
                                        "wrong signature"),
            "RSA issuer of the same name": (pem(rsa_leaf, made("RSA root", rsa_key, ca=True), rsa_key),
                                            "wrong signature"),
            "two keys": (pem(leaf, key, p256()), "two keys"),
            "too many": (pem(leaf, middle, root, root, root, key), "more than 4"),
            "too long": ("#" * 8200 + pem(key), "longer than 8192"),
            "passphrase": (pem(leaf) + encrypted, "passphrase"),
            "damaged certificate": (pem(leaf, key).replace("MII", "MIJ", 1), "Certificate 1 is damaged"),
            "damaged key": (pem(leaf) + no_key, "key is damaged"),
            "torn": (pem(leaf, key)[:-20], "no end"),
        }  # fmt: skip
        weak = "tests/host/weak_sha1.pem"
        self.refused["SHA-1"] = ((ROOT / weak).read_text(), "is weak: signed with SHA1")
        self.names = [*self.taken, *self.refused]

    def lines(self):
        own = self.own.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption()).hex()
        for text, _ in [*self.taken.values(), *self.refused.values()]:
            yield json.dumps({"pem": text, "own": own, "now": int(NOW.timestamp())})


@pytest.fixture(scope="module")
def cases():
    return Cases()


def judged(target, lines):
    command = [sys.executable] if target == "cpython" else [str(ROOT / "build/bin" / target), "-X", HEAPS[target]]
    shims = str(ROOT / "host/shims/cpython")
    environment = dict(
        os.environ, PYTHONPATH="%s/firmware:%s" % (ROOT, shims), MICROPYPATH="%s/firmware:.frozen" % ROOT
    )
    run = subprocess.run(
        [*command, str(ROOT / "tests/host/upload_worker.py")], input="\n".join(lines) + "\n",
        stdout=subprocess.PIPE, text=True, env=environment, timeout=120,
    )  # fmt: skip
    assert run.returncode == 0, run.stdout[-500:]
    return [json.loads(line) for line in run.stdout.splitlines()]


@pytest.mark.parametrize("target", TARGETS)
def test_what_is_taken_and_what_is_refused(target, cases):
    answers = dict(zip(cases.names, judged(target, list(cases.lines())), strict=True))
    for case, (_, reason) in cases.refused.items():
        assert reason in answers[case].get("refused", "taken"), (case, answers[case])
    for case, (text, count) in cases.taken.items():
        assert "kept" in answers[case], (case, answers[case])
        kept = answers[case]["kept"]
        sent = x509.load_pem_x509_certificates(text.encode())
        assert x509.load_pem_x509_certificates(kept.encode()) == sent and len(sent) == count, case
        own = sent[0].issuer == sent[0].subject
        assert kept.startswith("self-signed\n" if own else "CA-signed\n")
        at = kept.find("-----BEGIN", kept.rfind("END CERTIFICATE"))
        if at < 0:
            assert "own key" in case
        else:
            assert load_pem_private_key(kept[at:].encode(), None).public_key() == sent[0].public_key()
            assert max(map(len, kept.splitlines())) <= 64


def test_what_is_kept_is_taken_again(cases):
    """A kept text is a legal upload itself, and says the same."""
    own = cases.own.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption()).hex()
    lines = [line for line in cases.lines()][: len(cases.taken)]
    kept = [answer["kept"] for answer in judged("cpython", lines)]
    again = judged("cpython", [json.dumps({"pem": text, "own": own, "now": int(NOW.timestamp())}) for text in kept])
    assert [answer["kept"] for answer in again] == kept
