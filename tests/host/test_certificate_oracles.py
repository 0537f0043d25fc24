"""Keys, signatures and certificates beside the `cryptography` package and OpenSSL, on all three interpreters."""

import datetime
import hashlib
import ipaddress
import os
import random
import subprocess
import sys
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.asymmetric.utils import Prehashed, decode_dss_signature, encode_dss_signature
from cryptography.hazmat.primitives.serialization import Encoding

from pip._vendor import certifi

from dialtone.crypto.p256 import N
from dialtone.x509 import certificate

ROOT = Path(__file__).resolve().parents[2]
TARGETS = ("cpython", "micropython", "micropython32")
KEYS = 300
LONG_KEYS = 10000
ECDSA = ec.ECDSA(Prehashed(hashes.SHA256()))


def asked(target, lines):
    """The answers of p256_worker.py, run by one interpreter."""
    command = [sys.executable] if target == "cpython" else [str(ROOT / "build/bin" / target), "-X", "heapsize=112k"]
    environment = dict(os.environ, PYTHONPATH=str(ROOT / "firmware"), MICROPYPATH="%s/firmware:.frozen" % ROOT)
    text = "".join(line + "\n" for line in lines)
    run = subprocess.run(
        [*command, str(ROOT / "tests/host/p256_worker.py")],
        input=text, stdout=subprocess.PIPE, text=True, env=environment, timeout=1200, check=True,
    )  # fmt: skip
    answers = [[int(word, 16) for word in line.split()] for line in run.stdout.splitlines()]
    assert len(answers) == len(lines)
    return answers


def cross_check(target, count):
    seed = int(os.environ.get("DIALTONE_SEED") or random.randrange(1 << 29))
    print(f"DIALTONE_SEED={seed}")
    lot = random.Random(seed)
    edges = [1, 2, 3, 16, 17, N - 1, N - 2, N // 2, 1 << 255]
    digests = [bytes(32), b"\xff" * 32, N.to_bytes(32, "big"), (N - 1).to_bytes(32, "big")]
    digests += [lot.randbytes(32) for _ in range(count - len(digests))]
    randoms = [edge - 1 for edge in edges] + [lot.getrandbits(320) for _ in range(count - len(edges))]
    keys = asked(target, ["K %x" % number for number in randoms])
    assert [key[0] for key in keys[: len(edges)]] == edges
    lines, theirs = [], []
    for (d, x, y), digest in zip(keys, digests, strict=True):
        key = ec.derive_private_key(d, ec.SECP256R1())
        public = key.public_key().public_numbers()
        assert (public.x, public.y) == (x, y)
        theirs.append(key)
        r, s = decode_dss_signature(key.sign(digest, ECDSA))
        lines += ["S %x %s" % (d, digest.hex()), "V %x %x %s %x %x" % (x, y, digest.hex(), r, s)]
    for _ in range(count // 10):  # and what must not hold: one bit of one number is another
        numbers = lot.choice(lines[1::2]).split()[1:]
        at = lot.randrange(5)
        numbers[at] = "%x" % (int(numbers[at], 16) ^ 1 << lot.randrange(256))
        lines.append("V " + " ".join(numbers))
    answers = asked(target, lines)
    for number, (key, digest) in enumerate(zip(theirs, digests, strict=True)):
        key.public_key().verify(encode_dss_signature(*answers[2 * number]), digest, ECDSA)
        assert answers[2 * number + 1] == [1], lines[2 * number + 1]
    for line, answer in zip(lines[2 * count :], answers[2 * count :], strict=True):
        assert answer == [0], line


@pytest.mark.parametrize("target", TARGETS)
def test_keys_and_signatures_beside_openssl(target):
    cross_check(target, KEYS)


@pytest.mark.long
@pytest.mark.parametrize("target", TARGETS)
def test_keys_and_signatures_beside_openssl_long(target):
    cross_check(target, LONG_KEYS)


@pytest.mark.filterwarnings("ignore:Parsed a serial number")
def test_the_roots_of_the_public_web_are_read_alike():
    """The set that pip brings along: 120 authorities with all their oddities."""
    compared = 0
    pem = Path(certifi.where()).read_bytes()
    for theirs in x509.load_pem_x509_certificates(pem):
        ours = certificate.parse(theirs.public_bytes(Encoding.DER))
        compare(ours, theirs)
        compared += 1
    assert compared > 20


def compare(ours, theirs):
    assert ours.not_before == theirs.not_valid_before_utc.timestamp()
    assert ours.not_after == theirs.not_valid_after_utc.timestamp()
    assert bytes(ours.tbs) == theirs.tbs_certificate_bytes and bytes(ours.signature) == theirs.signature
    assert bytes(ours.subject) == theirs.subject.public_bytes() and bytes(ours.issuer) == theirs.issuer.public_bytes()
    assert ours.version == theirs.version.value + 1
    key = theirs.public_key()
    if isinstance(key, rsa.RSAPublicKey):
        assert ours.public_key == ("rsa", key.public_numbers().n, key.public_numbers().e)
    elif isinstance(key.curve, ec.SECP256R1):
        assert ours.public_key == ("p256", key.public_numbers().x, key.public_numbers().y)
    else:
        assert ours.public_key[0] == "other"
    if ours.signature_algorithm[0] != "other":
        assert ours.signature_algorithm[1] == theirs.signature_hash_algorithm.name
    extensions = {one.oid.dotted_string: one for one in theirs.extensions}
    basic = extensions.get("2.5.29.19")
    assert ours.ca == bool(basic and basic.value.ca)
    assert ours.path_length == (basic.value.path_length if basic else None)
    usage = extensions.get("2.5.29.15")
    assert (ours.key_usage is None) == (usage is None)
    if usage:
        assert bool(ours.key_usage & certificate.CERTIFICATE_SIGN) == usage.value.key_cert_sign
        assert bool(ours.key_usage & certificate.DIGITAL_SIGNATURE) == usage.value.digital_signature
        assert bool(ours.key_usage & certificate.KEY_ENCIPHERMENT) == usage.value.key_encipherment
    names = extensions.get("2.5.29.17")
    assert ours.has_names == bool(names)
    if names:
        assert ours.dns == names.value.get_values_for_type(x509.DNSName)
        assert ours.ip == [one.packed for one in names.value.get_values_for_type(x509.IPAddress)]


def test_every_extension_is_read_as_it_was_written():
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([
        x509.NameAttribute(x509.oid.NameOID.COUNTRY_NAME, "SE"),
        x509.NameAttribute(x509.oid.NameOID.ORGANIZATION_NAME, "Große Firma"),
        x509.NameAttribute(x509.oid.NameOID.COMMON_NAME, "phone"),
    ])  # fmt: skip
    names = [x509.DNSName("a.example"), x509.IPAddress(ipaddress.ip_address("2001:db8::1"))]
    usages = [x509.oid.ExtendedKeyUsageOID.SERVER_AUTH, x509.oid.ExtendedKeyUsageOID.CLIENT_AUTH]
    flags = dict.fromkeys(
        "content_commitment data_encipherment key_agreement key_cert_sign crl_sign encipher_only decipher_only".split(),
        False,
    )
    moment = datetime.datetime(2051, 2, 3, 4, 5, 6, tzinfo=datetime.timezone.utc)
    builder = x509.CertificateBuilder(name, name, key.public_key(), 77, moment, moment)
    builder = (
        builder.add_extension(x509.SubjectAlternativeName(names), False)
        .add_extension(x509.ExtendedKeyUsage(usages), True)
        .add_extension(x509.KeyUsage(digital_signature=True, key_encipherment=True, **flags), True)
        .add_extension(x509.BasicConstraints(True, 3), True)
    )
    ours = certificate.parse(builder.sign(key, hashes.SHA384()).public_bytes(Encoding.DER))
    assert ours.subject_text() == "CN=phone, O=Gro??e Firma, C=SE"
    assert ours.dns == ["a.example"] and ours.ip == [names[1].value.packed]
    assert ours.extended_key_usage == (certificate.SERVER_AUTHENTICATION, b"+\x06\x01\x05\x05\x07\x03\x02")
    assert ours.key_usage == certificate.DIGITAL_SIGNATURE | certificate.KEY_ENCIPHERMENT
    assert ours.ca and ours.path_length == 3 and ours.serial == 77 and ours.unknown_critical == ""
    assert ours.not_before == ours.not_after == moment.timestamp()
    assert ours.signature_algorithm == ("ecdsa", "sha384")
    strange = x509.UnrecognizedExtension(x509.ObjectIdentifier("1.2.3.4"), b"\5\0")
    signed = builder.add_extension(strange, True).sign(key, hashes.SHA256())
    ours = certificate.parse(signed.public_bytes(Encoding.DER))
    assert ours.unknown_critical == "1.2.3.4"
    signed = builder.add_extension(strange, False).sign(key, hashes.SHA512())
    ours = certificate.parse(signed.public_bytes(Encoding.DER))
    assert ours.unknown_critical == "" and ours.signature_algorithm == ("ecdsa", "sha512")


def test_a_signature_by_us_over_a_certificate_holds_for_openssl():
    """The hash of the signed part, as the verifier will take it."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.oid.NameOID.COMMON_NAME, "x")])
    now = datetime.datetime.now(datetime.timezone.utc)
    theirs = x509.CertificateBuilder(name, name, key.public_key(), 1, now, now).sign(key, hashes.SHA256())
    ours = certificate.parse(theirs.public_bytes(Encoding.DER))
    key.public_key().verify(bytes(ours.signature), hashlib.sha256(ours.tbs).digest(), ECDSA)
