"""Builds and checks the way from a server's certificate to a trust anchor (RFC 5280 section 6), for the old methods.

Where the platform's TLS speaks, it checks the chain: it knows more algorithms. Here are RSA PKCS #1 v1.5 with SHA-1 or
SHA-256 and ECDSA on P-256.
"""

import hashlib

from dialtone.x509 import certificate as x509
from micropython import const

_LONGEST = const(8)  # intermediate certificates, as mbed TLS allows
_SHORT_KEY = const(1024)  # bits of an RSA modulus: less was factored long ago


def fault(chain, anchors):
    """(what is wrong with ``chain`` (Certificates, the server's first), the anchor): "" when it leads to an anchor.

    ``anchors(issuer)`` gives the Certificates whose subject is that Name. Codes: see ``net.verdict``. Dates and names
    are judged elsewhere.
    """
    found = _leaf_fault(chain[0])
    if found:
        return found, None
    current, left = chain[0], list(chain[1:])
    for anchor in anchors(current.subject):
        if anchor.tbs == current.tbs and anchor.signature == current.signature:
            return "", anchor
    depth = 0  # intermediate certificates so far, without those that bear their issuer's name
    for _ in range(_LONGEST + 1):
        found = "issuer"
        for anchor in anchors(current.issuer):
            found = _link_fault(current, anchor, depth, anchor.ca or anchor.version < 3)
            if not found:
                return "", anchor
        parent = None
        for candidate in left:
            if candidate.subject == current.issuer:
                found = _link_fault(current, candidate, depth, candidate.ca)
                if not found:
                    parent = candidate
                    break
        if not parent:
            return found, None
        left.remove(parent)
        current = parent
        if current.issuer != current.subject:
            depth += 1
    return "long", None


def _leaf_fault(leaf):
    usages = leaf.extended_key_usage
    if usages is not None and x509.SERVER_AUTHENTICATION not in usages and x509.ANY_USAGE not in usages:
        return "usage"
    if leaf.key_usage is not None and not leaf.key_usage & (x509.DIGITAL_SIGNATURE | x509.KEY_ENCIPHERMENT):
        return "usage"
    return "critical" if leaf.unknown_critical else ""


def _link_fault(child, parent, depth, authority):
    """What keeps ``parent`` from being the issuer of ``child``; ``depth`` intermediates lie below ``parent``.

    A certificate of version 1 cannot say that it is an authority: only the owner of the phone can have made it one.
    """
    if parent.unknown_critical:
        return "critical"
    usage = parent.key_usage
    if not authority or usage is not None and not usage & x509.CERTIFICATE_SIGN:
        return "authority"
    if parent.path_length is not None and depth > parent.path_length:
        return "path"
    return _signature_fault(child, parent.public_key)


def _signature_fault(child, key):
    kind, name = child.signature_algorithm
    if name == "md5":
        return "key"
    if name not in ("sha1", "sha256"):
        return "algorithm"
    digest = (hashlib.sha1 if name == "sha1" else hashlib.sha256)(child.tbs).digest()
    if kind == "rsa" and key[0] == "rsa":
        from dialtone.crypto import rsa

        if not key[1] >> _SHORT_KEY - 1:
            return "key"
        good = rsa.verify(key[1], key[2], child.signature, digest, name)
    elif kind == "ecdsa" and key[0] == "p256":
        from dialtone.crypto import p256
        from dialtone.x509.der import read_ecdsa

        r, s = read_ecdsa(child.signature)
        good = p256.verify(key[1], key[2], digest, r, s)
    else:
        return "algorithm" if key[0] == "other" else "signature"
    return "" if good else "signature"
