"""The phone's built-in trust anchors: some public roots of the package certifi, as firmware's ``net/anchors.py`` reads.

Made below ``build/``, never committed: they are somebody else's to renew.
"""

import hashlib
import warnings

import certifi
from cryptography import x509
from cryptography.hazmat.primitives import serialization
from cryptography.x509.oid import NameOID

from host.places import ROOT

PATH = ROOT / "build" / "roots.bin"
# By common name: the issuers of nearly all public web servers, and small enough for any flash (19 KB)
CHOSEN = (
    "ISRG Root X1", "ISRG Root X2",
    "DigiCert Global Root G2", "DigiCert Global Root G3",
    "DigiCert TLS RSA4096 Root G5", "DigiCert TLS ECC P384 Root G5",
    "USERTrust RSA Certification Authority", "USERTrust ECC Certification Authority",
    "Sectigo Public Server Authentication Root R46", "Sectigo Public Server Authentication Root E46",
    "GTS Root R1", "GTS Root R4",
    "Amazon Root CA 1", "Amazon Root CA 3",
    "GlobalSign Root R46", "GlobalSign Root E46",
    "Microsoft RSA Root Certificate Authority 2017",
    "Go Daddy Root Certificate Authority - G2",
    "SSL.com TLS RSA Root CA 2022",
)  # fmt: skip


def ensure():
    """Writes the set unless it is there already; returns its path as text."""
    data = b"".join(record(certificate) for certificate in chosen())
    if not PATH.exists() or PATH.read_bytes() != data:
        PATH.parent.mkdir(exist_ok=True)
        fresh = PATH.with_suffix(".tmp")
        fresh.write_bytes(data)
        fresh.replace(PATH)  # another simulator of this checkout may be reading it
    return str(PATH)


def chosen():
    """The certificates of ``CHOSEN``, in that order. Raises ValueError when certifi lacks one."""
    with open(certifi.where(), "rb") as file, warnings.catch_warnings():
        warnings.simplefilter("ignore")  # about roots that are not ours
        found = {}
        for certificate in x509.load_pem_x509_certificates(file.read()):
            for attribute in certificate.subject.get_attributes_for_oid(NameOID.COMMON_NAME):
                found[attribute.value] = certificate
    missing = [name for name in CHOSEN if name not in found]
    if missing:
        raise ValueError("certifi has no root " + ", ".join(missing))
    return [found[name] for name in CHOSEN]


def record(certificate):
    """One certificate as the phone's file has it: beginning of the subject's SHA-256, length, DER."""
    der = certificate.public_bytes(serialization.Encoding.DER)
    mark = hashlib.sha256(certificate.subject.public_bytes()).digest()[:8]
    return mark + len(der).to_bytes(2, "big") + der
