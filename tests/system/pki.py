"""Certificates for the tests' configuration servers: a CA and leaves that are right or wrong in one named way."""

import datetime
import ipaddress
import os

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

_SERVER = ExtendedKeyUsageOID.SERVER_AUTH
DAY = datetime.timedelta(days=1)


def _name(common_name):
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, common_name)])


class Authority:
    """A P-256 CA in ``folder``; ``.pem`` is the path of its certificate, for ``--ca``."""

    def __init__(self, folder, name="Dialtone test CA"):
        self.folder = folder
        self._key = ec.generate_private_key(ec.SECP256R1())
        now = datetime.datetime.now(datetime.timezone.utc)
        builder = x509.CertificateBuilder(_name(name), _name(name), self._key.public_key(), x509.random_serial_number())
        builder = builder.not_valid_before(now - DAY).not_valid_after(now + 30 * DAY)
        builder = builder.add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        identifier = x509.SubjectKeyIdentifier.from_public_key(self._key.public_key())
        builder = builder.add_extension(identifier, critical=False)
        usage = x509.KeyUsage(False, False, False, False, False, True, True, False, False)
        self._certificate = builder.add_extension(usage, critical=True).sign(self._key, hashes.SHA256())
        self.pem = os.path.join(folder, name.replace(" ", "-") + ".pem")
        with open(self.pem, "wb") as out:
            out.write(self._certificate.public_bytes(serialization.Encoding.PEM))

    def leaf(self, names=("localhost", "127.0.0.1"), start=-1, end=20, rsa_bits=0, usage=_SERVER):
        """Path of a PEM file (certificate and key) for ``names``, valid from ``start`` to ``end`` days from now.

        ``rsa_bits``: size of an RSA key, which the old methods need; 0 = a P-256 key. ``usage``: what it is for.
        """
        key = rsa.generate_private_key(65537, rsa_bits) if rsa_bits else ec.generate_private_key(ec.SECP256R1())
        now = datetime.datetime.now(datetime.timezone.utc)
        builder = x509.CertificateBuilder(self._certificate.subject, _name("leaf"), key.public_key())
        builder = builder.serial_number(x509.random_serial_number())
        builder = builder.not_valid_before(now + start * DAY).not_valid_after(now + end * DAY)
        builder = builder.add_extension(x509.SubjectAlternativeName([_general(n) for n in names]), critical=False)
        builder = builder.add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        builder = builder.add_extension(self._issuer(), critical=False)
        server = x509.ExtendedKeyUsage([usage])
        certificate = builder.add_extension(server, critical=False).sign(self._key, hashes.SHA256())
        path = os.path.join(self.folder, "leaf-%d.pem" % certificate.serial_number)
        with open(path, "wb") as out:
            out.write(certificate.public_bytes(serialization.Encoding.PEM))
            pkcs8 = serialization.PrivateFormat.PKCS8
            out.write(key.private_bytes(serialization.Encoding.PEM, pkcs8, serialization.NoEncryption()))
        return path

    def _issuer(self):
        return x509.AuthorityKeyIdentifier.from_issuer_public_key(self._key.public_key())

    def answer(self, request, names):
        """PEM of the certificate for a request (PEM bytes), whose signature is checked."""
        request = x509.load_pem_x509_csr(request)
        assert request.is_signature_valid
        now = datetime.datetime.now(datetime.timezone.utc)
        builder = x509.CertificateBuilder(self._certificate.subject, request.subject, request.public_key())
        builder = builder.serial_number(x509.random_serial_number())
        builder = builder.not_valid_before(now - DAY).not_valid_after(now + 20 * DAY)
        for extension in request.extensions:
            if extension.oid != x509.oid.ExtensionOID.SUBJECT_ALTERNATIVE_NAME:
                builder = builder.add_extension(extension.value, extension.critical)
        builder = builder.add_extension(x509.SubjectAlternativeName([_general(n) for n in names]), critical=False)
        builder = builder.add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        builder = builder.add_extension(self._issuer(), critical=False)
        return builder.sign(self._key, hashes.SHA256()).public_bytes(serialization.Encoding.PEM)


def _general(name):
    if name[0].isdigit():
        return x509.IPAddress(ipaddress.ip_address(name))
    return x509.DNSName(name)
