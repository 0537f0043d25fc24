"""The demo server's own authority and its certificate. The phone makes its own (firmware/dialtone/identity/)."""

import datetime
import ipaddress
import os

from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

_AUTHORITY_DAYS = 10 * 365
_LEAF_DAYS = 365  # made anew with each start of the demo server
_BACKDATE = datetime.timedelta(days=1)  # a clock that is a little slow must not find it "not yet valid"


def write_private(path, data):
    """Writes ``data`` with mode 0600 from the first byte; a reader sees the old file or the whole new one."""
    fresh = str(path) + ".tmp"
    handle = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(handle, "wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    os.replace(fresh, path)


def ensure_authority(folder):
    """Makes a certificate authority ``demo-ca.pem`` and ``demo-ca.key`` in ``folder`` unless it is there already.

    Returns (certificate, key) objects. A damaged or expired authority is replaced.
    """
    paths = os.path.join(folder, "demo-ca.key"), os.path.join(folder, "demo-ca.pem")
    try:
        key = serialization.load_pem_private_key(_read(paths[0]), None)
        certificate = x509.load_pem_x509_certificate(_read(paths[1]))
        if key.public_key() == certificate.public_key() and _now() < certificate.not_valid_after_utc - 2 * _BACKDATE:
            return certificate, key
    except (OSError, ValueError, TypeError, UnsupportedAlgorithm):
        pass  # none yet, or damaged: a new one costs the user nothing, since only this simulator trusts it
    key = ec.generate_private_key(ec.SECP256R1())
    name = _name("Dialtone demo CA")
    builder = _builder(name, name, key, _AUTHORITY_DAYS)
    builder = builder.add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
    usage = dict.fromkeys(
        "digital_signature content_commitment key_encipherment data_encipherment key_agreement "
        "encipher_only decipher_only".split(),
        False,
    )
    builder = builder.add_extension(x509.KeyUsage(key_cert_sign=True, crl_sign=True, **usage), critical=True)
    certificate = builder.sign(key, hashes.SHA256())
    write_private(paths[0], _key_bytes(key, serialization.Encoding.PEM))
    write_private(paths[1], certificate.public_bytes(serialization.Encoding.PEM))
    return certificate, key


def make_leaf(authority, authority_key, path):
    """Writes key and certificate of a server on this machine, signed by the authority, as one PEM file at ``path``."""
    key = ec.generate_private_key(ec.SECP256R1())
    names = [x509.DNSName("localhost")]
    builder = _builder(_name("localhost"), authority.subject, key, _LEAF_DAYS, names)
    builder = builder.add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
    issuer = x509.AuthorityKeyIdentifier.from_issuer_public_key(authority_key.public_key())
    certificate = builder.add_extension(issuer, critical=False).sign(authority_key, hashes.SHA256())
    pem = serialization.Encoding.PEM
    write_private(path, _key_bytes(key, pem) + certificate.public_bytes(pem))


def count_certificates(pem):
    """How many certificates the PEM bytes hold; raises ValueError when they hold none or a damaged one."""
    return len(x509.load_pem_x509_certificates(pem))


def _builder(subject, issuer, key, days, names=None):
    builder = x509.CertificateBuilder().subject_name(subject).issuer_name(issuer).public_key(key.public_key())
    builder = builder.serial_number(x509.random_serial_number())
    builder = builder.not_valid_before(_now() - _BACKDATE).not_valid_after(_now() + datetime.timedelta(days=days))
    identifier = x509.SubjectKeyIdentifier.from_public_key(key.public_key())
    builder = builder.add_extension(identifier, critical=False)
    if names is not None:
        names = [*names, x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]
        builder = builder.add_extension(x509.SubjectAlternativeName(names), critical=False)
        server = x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH])
        builder = builder.add_extension(server, critical=False)
    return builder


def _name(common_name):
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, common_name)])


def _key_bytes(key, encoding):
    return key.private_bytes(encoding, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())


def _now():
    return datetime.datetime.now(datetime.timezone.utc)


def _read(path):
    with open(path, "rb") as file:
        return file.read()
