"""How mbed TLS tells about a certificate chain, got from OpenSSL: all certificates and all that is wrong at once.

CPython ends a handshake at the first error and hands no chain over, so OpenSSL's own hooks are used (ctypes, as in
tls.py). Its SSL_CTX is the first field of CPython's context object.
"""

import _ssl
import ctypes
import itertools
import weakref

AVAILABLE = True
_DEPTH = 9  # intermediate certificates and an anchor: mbed TLS takes 8 of them
_PURPOSE = 26  # X509_V_ERR_INVALID_PURPOSE: what an issuer is not for, mbed TLS does not take for an issuer
_OTHER = "The certificate is not correctly signed by the trusted CA\n"
_WORDS = {  # X509_V_ERR_* of OpenSSL
    9: "The certificate validity starts in the future\n",
    10: "The certificate validity has expired\n",
    23: "The certificate has been revoked (is on a CRL)\n",
    _PURPOSE: "Usage does not match the extendedKeyUsage extension\n",
    62: "The certificate Common Name (CN) does not match with the expected CN\n",
    64: "The certificate Common Name (CN) does not match with the expected CN\n",
    66: "The certificate is signed with an unacceptable key (eg bad curve, RSA too short).\n",
    67: "The certificate is signed with an unacceptable key (eg bad curve, RSA too short).\n",
    68: "The certificate is signed with an unacceptable hash.\n",
}
_pointer = ctypes.c_void_p
_ON_ERROR = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.c_int, _pointer)
_ON_CHAIN = ctypes.CFUNCTYPE(ctypes.c_int, _pointer, _pointer)


def words(errors):
    """mbed TLS's lines for OpenSSL's error numbers, each once."""
    lines = []
    for error in errors:
        line = _WORDS.get(error, _OTHER)
        if line not in lines:
            lines.append(line)
    return sorted(lines)


class Verdict:
    """What one handshake found: ``errors`` of OpenSSL; ``refused``: the callback did not want this chain.

    A second handshake on the connection, which mbed TLS does not do by itself, is refused.
    """

    def __init__(self, required, callback):
        self.errors = []
        self.refused = False
        self._required = required
        self._callback = callback
        self._given = False

    def judge(self, store):
        """Whether the handshake may go on; ``store``: OpenSSL's X509_STORE_CTX with the server's certificates."""
        callback, self._callback = self._callback, None  # it is no circle with who holds the session afterwards
        self.refused, self._given = self._given, True
        _library.X509_STORE_CTX_set_verify_cb(store, _error)
        _at_work[store] = self
        try:
            if _library.X509_verify_cert(store) != 1 and not self.errors:
                self.errors.append(1)  # out of memory, or something that nobody named
        finally:
            del _at_work[store]
        for depth, certificate in _certificates(store):
            if callback and callback(memoryview(certificate), depth) != 0:
                self.refused = True
                break
        bad = self.refused or self._required and self.errors
        _library.X509_STORE_CTX_set_error(store, (self.errors or [1])[0] if bad else 0)
        return not bad


# OpenSSL keeps only addresses of functions, so these two are there for ever; which Verdict a call is for is looked up.
# (Functions of each Verdict would be circles: with them sessions would wait for CPython's collector.)
_verdicts = weakref.WeakValueDictionary()  # by the number that OpenSSL hands back
_numbers = itertools.count(1)
_at_work = {}  # X509_STORE_CTX -> Verdict, while a chain is verified


@_ON_CHAIN
def _chain(store, number):
    verdict = _verdicts.get(number)
    return 1 if verdict and verdict.judge(store) else 0


@_ON_ERROR
def _error(good, store):
    if not good:
        error = _library.X509_STORE_CTX_get_error(store)
        issuer = error == _PURPOSE and _library.X509_STORE_CTX_get_error_depth(store)
        _at_work[store].errors.append(1 if issuer else error)
    return 1


def install(context, required, callback):
    """Lets a Verdict decide the next handshakes of an ``ssl.SSLContext``. It lives as long as somebody holds it."""
    verdict = Verdict(required, callback)
    pointer = _pointer.from_address(id(context) + object.__basicsize__)
    number = next(_numbers)
    _verdicts[number] = verdict
    _library.SSL_CTX_set_cert_verify_callback(pointer, _chain, number)
    _library.SSL_CTX_set_verify_depth(pointer, _DEPTH)
    return verdict


def _certificates(store):
    chain = _library.X509_STORE_CTX_get0_chain(store)
    for depth in range(_library.OPENSSL_sk_num(chain) - 1, -1, -1):
        certificate = _library.OPENSSL_sk_value(chain, depth)
        data = ctypes.create_string_buffer(_library.i2d_X509(certificate, None))
        _library.i2d_X509(certificate, ctypes.byref(_pointer(ctypes.addressof(data))))
        yield depth, data.raw


def _load():
    library = ctypes.CDLL(_ssl.__file__)
    for name, result, *arguments in (
        ("SSL_CTX_set_cert_verify_callback", None, _pointer, _ON_CHAIN, _pointer),
        ("SSL_CTX_set_verify_depth", None, _pointer, ctypes.c_int),
        ("X509_STORE_CTX_set_verify_cb", None, _pointer, _ON_ERROR),
        ("X509_verify_cert", ctypes.c_int, _pointer),
        ("X509_STORE_CTX_get_error", ctypes.c_int, _pointer),
        ("X509_STORE_CTX_get_error_depth", ctypes.c_int, _pointer),
        ("X509_STORE_CTX_set_error", None, _pointer, ctypes.c_int),
        ("X509_STORE_CTX_get0_chain", _pointer, _pointer),
        ("OPENSSL_sk_num", ctypes.c_int, _pointer),
        ("OPENSSL_sk_value", _pointer, _pointer, ctypes.c_int),
        ("i2d_X509", ctypes.c_int, _pointer, _pointer),
    ):
        function = getattr(library, name)
        function.restype, function.argtypes = result, arguments
    return library


try:
    _library = _load()
except (AttributeError, OSError):
    AVAILABLE = False
