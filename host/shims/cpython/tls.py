"""MicroPython's module ``tls`` on top of CPython's ``ssl``: non-blocking, None where a call would block.

Errors have MicroPython's shape: ValueError with mbed TLS's words for a certificate that was not accepted, OSError with
a reason as its last argument for everything else.

``verify_callback(certificate, depth)`` gets the chain that was built, from its top down, as mbed TLS hands it over;
another answer than 0 ends the handshake. It is there where OpenSSL can be reached (tls_verifying.py).
"""

import _ssl
import ctypes
import os
import ssl
import tempfile

import tls_verifying

PROTOCOL_TLS_CLIENT = 0
PROTOCOL_TLS_SERVER = 1
CERT_NONE = 0
CERT_OPTIONAL = 1
CERT_REQUIRED = 2
MBEDTLS_VERSION = "none: " + ssl.OPENSSL_VERSION

_SET_GROUPS_LIST = 92  # SSL_CTRL_SET_GROUPS_LIST of ssl.h
_REFUSED = -0x3000  # mbed TLS's number for a chain that the callback did not want
_TLS_ERROR = -1  # errno of an OSError that is TLS's own


class SSLContext:
    def __init__(self, protocol):
        self._is_server = protocol == PROTOCOL_TLS_SERVER
        self._context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER if self._is_server else ssl.PROTOCOL_TLS_CLIENT)
        self._context.minimum_version = ssl.TLSVersion.TLSv1_2
        if self._is_server:
            self._context.options |= ssl.OP_NO_RENEGOTIATION  # mbed TLS's default
            _limit_groups(self._context)
        self._mode = CERT_NONE if self._is_server else CERT_REQUIRED  # as ssl begins
        # mbed TLS takes any certificate of the anchor file as an anchor, not only self-signed ones
        self._context.verify_flags |= ssl.VERIFY_X509_PARTIAL_CHAIN
        if tls_verifying.AVAILABLE:
            self.verify_callback = None

    @property
    def verify_mode(self):
        return self._mode

    @verify_mode.setter
    def verify_mode(self, mode):
        if mode == self._mode:
            return
        self._mode = mode
        self._context.check_hostname = False
        self._context.verify_mode = ssl.VerifyMode(mode)
        self._context.check_hostname = mode != CERT_NONE and not self._is_server

    def load_cert_chain(self, certificate, key):
        """Both as DER or PEM bytes. ValueError when they are damaged or do not belong together."""
        text = _pem(certificate, "CERTIFICATE") + _pem(key, _key_label(key))
        try:
            _load_without_trace(self._context, text)
        except ssl.SSLError as error:
            raise ValueError("invalid key") from error

    def load_verify_locations(self, cadata):
        try:
            self._context.load_verify_locations(cadata=cadata.decode() if b"-----BEGIN " in cadata else cadata)
        except (ssl.SSLError, UnicodeDecodeError) as error:
            raise ValueError("invalid cert") from error

    def get_ciphers(self):
        return [suite["name"] for suite in self._context.get_ciphers()]

    def set_ciphers(self, names):
        """mbed TLS names. As CPython cannot choose among TLS 1.3 suites, only their presence counts."""
        new = [name for name in names if name.startswith("TLS1-3-")]
        old = [_openssl_name(name) for name in names if not name.startswith("TLS1-3-")]
        if not new and not old:
            raise OSError(_TLS_ERROR, "BAD_CONFIG")
        self._context.minimum_version = ssl.TLSVersion.TLSv1_2 if old else ssl.TLSVersion.TLSv1_3
        self._context.maximum_version = ssl.TLSVersion.TLSv1_3 if new else ssl.TLSVersion.TLSv1_2
        if old:
            try:
                self._context.set_ciphers(":".join(old))
            except ssl.SSLError as error:
                raise OSError(_TLS_ERROR, "BAD_CONFIG") from error

    def wrap_socket(self, raw, *, server_side=False, do_handshake_on_connect=True, server_hostname=None):
        """``raw``: a Raw of the seam. Only ``do_handshake_on_connect=False``: a handshake here would block the loop."""
        if do_handshake_on_connect:
            raise ValueError("do_handshake_on_connect must be False")
        mode = self._mode
        if mode == CERT_REQUIRED and not server_side and server_hostname is None:
            raise ValueError("CERT_REQUIRED requires server_hostname")
        verdict = None
        if not server_side and mode != CERT_NONE and tls_verifying.AVAILABLE:
            verdict = tls_verifying.install(self._context, mode == CERT_REQUIRED, self.verify_callback)
        try:
            raw.sock = self._context.wrap_socket(
                raw.sock, server_side=server_side, do_handshake_on_connect=False, server_hostname=server_hostname
            )
        except OSError as error:  # CPython looks whether the peer is still there; mbed TLS finds out when it reads
            return _Gone(error)
        return SSLSocket(raw, verdict)


class _Gone:
    """The session of a connection that was lost before it began."""

    def __init__(self, error):
        self._error = OSError(*error.args)

    def readinto(self, view):
        raise self._error

    def write(self, data):
        raise self._error

    def getpeercert(self, binary_form):
        return None

    def close(self):
        pass

    shutdown = close


class SSLSocket:
    def __init__(self, raw, verdict=None):
        self._raw = raw
        self._sock = raw.sock
        self._verdict = verdict

    def readinto(self, view):
        try:
            return self._sock.read(len(view), view)
        except (ssl.SSLWantReadError, ssl.SSLWantWriteError):
            return None
        except (ssl.SSLError, ValueError) as error:
            raise self._translated(error) from None

    def write(self, data):
        try:
            return self._sock.write(data)
        except (ssl.SSLWantReadError, ssl.SSLWantWriteError):
            return None
        except (ssl.SSLError, ValueError) as error:
            raise self._translated(error) from None

    def _translated(self, error):
        if isinstance(error, ssl.SSLCertVerificationError):
            if self._verdict and self._verdict.refused:
                return OSError(_REFUSED, "X509 - A fatal error occurred, eg the chain is too long or the vrfy callback")
            errors = self._verdict.errors if self._verdict else [error.verify_code]
            return ValueError("".join(tls_verifying.words(errors)))
        return OSError(_TLS_ERROR, getattr(error, "reason", None) or str(error))

    def getpeercert(self, binary_form):
        try:
            return self._sock.getpeercert(binary_form)
        except (OSError, ValueError):
            return None  # the handshake is not done

    def cipher(self):
        """(suite, version) after the handshake."""
        return self._sock.cipher()[0], self._sock.version()

    def shutdown(self):
        """Sends close_notify if it can be sent now, and does not wait for the peer's."""
        try:
            self._sock.unwrap()
        except (OSError, ValueError):
            pass

    def close(self):
        self._raw.close()


def _limit_groups(context):
    """Key exchange by X25519 and P-256 only. Before 3.15 CPython can name one group, so OpenSSL is asked itself.

    Its SSL_CTX is the first field of CPython's object. Where libssl is out of reach it is P-256 alone.
    """
    if hasattr(context, "set_groups"):
        return context.set_groups("X25519:P-256")
    try:
        control = ctypes.CDLL(_ssl.__file__).SSL_CTX_ctrl
    except (AttributeError, OSError):
        return context.set_ecdh_curve("prime256v1")
    control.argtypes = ctypes.c_void_p, ctypes.c_int, ctypes.c_long, ctypes.c_char_p
    control.restype = ctypes.c_long
    pointer = ctypes.c_void_p.from_address(id(context) + object.__basicsize__).value
    if control(pointer, _SET_GROUPS_LIST, 0, b"X25519:P-256") != 1:
        context.set_ecdh_curve("prime256v1")


def _openssl_name(name):
    exchange, found, cipher = name.removeprefix("TLS-").partition("-WITH-")
    if not found:
        raise OSError(_TLS_ERROR, "BAD_CONFIG")
    if cipher.startswith("CHACHA20-POLY1305"):
        cipher = "CHACHA20-POLY1305"
    for bits in ("128", "256"):
        cipher = cipher.replace("AES-" + bits, "AES" + bits).replace("CAMELLIA-" + bits, "CAMELLIA" + bits)
    cipher = cipher.replace("3DES-EDE-CBC", "DES-CBC3").replace("-CBC-", "-")
    return cipher if exchange == "RSA" else exchange + "-" + cipher


def _pem(data, label):
    if b"-----BEGIN " in data:
        return data.decode()
    return ssl.DER_cert_to_PEM_cert(bytes(data)).replace(" CERTIFICATE-", " " + label + "-")


def _key_label(der):
    """PKCS #8 has a SEQUENCE behind its version, SEC 1 an OCTET STRING, PKCS #1 an INTEGER."""
    at = 2 + (der[1] & 0x7F if len(der) > 1 and der[1] & 0x80 else 0)
    kind = der[at + 3] if len(der) > at + 3 else 0
    return {0x04: "EC PRIVATE KEY", 0x02: "RSA PRIVATE KEY"}.get(kind, "PRIVATE KEY")


def _load_without_trace(context, text):
    """``ssl`` reads keys from files only: gives it one that has no name, or loses it at once."""
    if hasattr(os, "memfd_create"):
        fd = os.memfd_create("identity", os.MFD_CLOEXEC)
        path = "/proc/self/fd/%d" % fd
    else:
        fd, path = tempfile.mkstemp()  # 0600
    try:
        os.write(fd, text.encode())
        context.load_cert_chain(path)
    finally:
        os.close(fd)
        if not hasattr(os, "memfd_create"):
            os.unlink(path)
