"""Writes tests/unit/net_chains.py: certificates and chains that are good or wrong in one named way.

Run it when a case is added: `.venv/bin/python tests/host/chains.py`. All leaves have the key of net_identity.KEY.
"""

import base64
import datetime
import ipaddress
import sys
import textwrap
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.x509.oid import ExtendedKeyUsageOID as Eku
from cryptography.x509.oid import NameOID

UNIT = Path(__file__).resolve().parent.parent / "unit"
sys.path.insert(0, str(UNIT))
import net_identity  # noqa: E402  the path above comes first

KEY = serialization.load_der_private_key(net_identity.KEY, None)
_CERTIFICATE_SIGN = x509.KeyUsage(False, False, False, False, False, True, True, False, False)
_SIGN_ONLY = x509.KeyUsage(True, False, False, False, False, False, False, False, False)
made = {}


def name(text):
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, text)])


class Maker:
    """Who issues: a key and the name that its certificate bears."""

    def __init__(self, key, issuer):
        self.key, self.issuer = key, issuer


def key():
    return ec.generate_private_key(ec.SECP256R1())


def make(label, subject, issuer, own, years=(2020, 2100), extensions=(), digest=None, signer=None, spoil=False):
    builder = x509.CertificateBuilder(name(issuer.issuer), name(subject), own.public_key())
    builder = builder.serial_number(x509.random_serial_number())
    builder = builder.not_valid_before(datetime.datetime(years[0], 1, 1))
    builder = builder.not_valid_after(datetime.datetime(years[1], 1, 1))
    for extension, critical in extensions:
        builder = builder.add_extension(extension, critical)
    certificate = builder.sign(signer or issuer.key, digest or hashes.SHA256())
    der = certificate.public_bytes(serialization.Encoding.DER)
    made[label] = der[:-1] + bytes([der[-1] ^ 1]) if spoil else der
    return Maker(own, subject)


def authority(label, subject, issuer=None, length=None, ca=True, usage=_CERTIFICATE_SIGN, own=None, **more):
    own = own or key()
    extensions = [(x509.BasicConstraints(ca, length if ca else None), True)]
    if usage:
        extensions.append((usage, True))
    return make(label, subject, issuer or Maker(own, subject), own, extensions=extensions, **more)


def general(text):
    if text[0].isdigit():
        return x509.IPAddress(ipaddress.ip_address(text))
    return x509.DNSName(text)


def leaf(label, issuer, names=("localhost", "127.0.0.1"), common="leaf", more=(), **rest):
    extensions = list(more)
    if names:
        extensions.append((x509.SubjectAlternativeName([general(each) for each in names]), False))
    return make(label, common, issuer, KEY, extensions=extensions, **rest)


def sign_with_sha1(label, issuer_key):
    """Signs a certificate anew: the library does not make such signatures for certificates any more."""
    sha256, sha1 = bytes.fromhex("2a864886f70d01010b"), bytes.fromhex("2a864886f70d010105")
    der = made[label].replace(sha256, sha1)
    certificate = x509.load_der_x509_certificate(der)
    signature = issuer_key.sign(certificate.tbs_certificate_bytes, padding.PKCS1v15(), hashes.SHA1())
    made[label] = der[: -len(signature)] + signature


def main():
    root = authority("ROOT", "Root")
    inter = authority("INTER", "Inter", root)
    leaf("LEAF", inter)
    leaf("LEAF_EXPIRED", inter, years=(2020, 2021))
    leaf("LEAF_FUTURE", inter, years=(2090, 2100))
    leaf("LEAF_OLD_OTHER", inter, names=("other.example",), years=(2020, 2021))
    leaf("LEAF_WILD", inter, names=("*.phone.example", "*.com", "f*.partial.example"))
    leaf("LEAF_ADDRESSES", inter, names=("127.0.0.1", "2001:db8::7"), common="localhost")
    leaf("LEAF_COMMON", inter, names=(), common="localhost")
    leaf("LEAF_COMMON_ADDRESS", inter, names=(), common="127.0.0.1")
    leaf("LEAF_SAN_BESIDE_COMMON", inter, names=("other.example",), common="localhost")
    leaf("LEAF_CLIENT", inter, more=[(x509.ExtendedKeyUsage([Eku.CLIENT_AUTH]), False)])
    leaf("LEAF_SERVER", inter, more=[(x509.ExtendedKeyUsage([Eku.SERVER_AUTH]), False), (_SIGN_ONLY, True)])
    unknown = x509.UnrecognizedExtension(x509.ObjectIdentifier("1.3.6.1.4.1.99999.1"), b"\x05\x00")
    leaf("LEAF_CRITICAL", inter, more=[(unknown, True)])
    leaf("LEAF_SPOILT", inter, spoil=True)
    leaf("LEAF_FORGED", inter, signer=key())
    leaf("LEAF_SELF_SIGNED", Maker(KEY, "leaf"))
    authority("INTER_EXPIRED", "Inter", root, own=inter.key, years=(2020, 2021))
    authority("INTER_SPOILT", "Inter", root, own=inter.key, spoil=True)
    authority("INTER_NO_CA", "Inter", root, own=inter.key, ca=False, usage=None)
    authority("INTER_NO_SIGN", "Inter", root, own=inter.key, usage=_SIGN_ONLY)
    short = authority("INTER_SHORT", "Short", root, length=0)
    below = authority("INTER_BELOW", "Below", short)
    leaf("LEAF_BELOW", below)
    leaf("LEAF_SHORT", short)
    other = authority("OTHER_ROOT", "Other Root")
    authority("ROOT_CROSS", "Root", other, own=root.key)
    authority("ROOT_TWIN", "Root")
    old = authority("ROOT_EXPIRED", "Old Root", years=(2020, 2021))
    leaf("LEAF_OF_OLD_ROOT", old)
    large = authority("ROOT_384", "Root 384", own=ec.generate_private_key(ec.SECP384R1()), digest=hashes.SHA384())
    leaf("LEAF_OF_384", large, digest=hashes.SHA384())
    strong = authority("ROOT_RSA", "Root RSA", own=rsa.generate_private_key(65537, 2048))
    leaf("LEAF_OF_RSA", strong)
    leaf("LEAF_OF_RSA_SHA1", strong)
    sign_with_sha1("LEAF_OF_RSA_SHA1", strong.key)
    leaf("LEAF_OF_RSA_SHA384", strong, digest=hashes.SHA384())
    above = root
    for number in range(1, 11):
        above = authority("LONG_%d" % number, "Long %d" % number, above)
        if number == 8:
            leaf("LEAF_LONG_ENOUGH", above)
    leaf("LEAF_LONG", above)
    write()


def write():
    lines = ['"""Written by tests/host/chains.py, which says what is what; base64 of DER."""\n']
    for label, der in made.items():
        text = base64.b64encode(der).decode()
        lines.append("%s = (" % label)
        lines += ['    b"%s"' % piece for piece in textwrap.wrap(text, 108)]
        lines.append(")")
    (UNIT / "net_chains.py").write_text("\n".join(lines) + "\n", encoding="ascii")
    print(len(made), "certificates,", sum(map(len, made.values())), "bytes")


if __name__ == "__main__":
    main()
