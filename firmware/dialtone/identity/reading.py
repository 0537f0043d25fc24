"""Reads an upload and judges all that can be read from it. What must be computed is left to upload.py as plain values.

Only what browsers would accept is taken. Keys: P-256, or RSA of 2048 to 4096 bits, which the platform's TLS serves as
well. All text is PEM, with anything around the blocks, so a multipart form needs no parsing.
"""

from hashlib import sha256

from dialtone.errors import CallerError, PeerError
from dialtone.identity import about, stored
from dialtone.x509 import certificate, dates, keys, pem
from dialtone.x509.der import read_ecdsa
from micropython import const

_CHAIN = const(4)  # certificates: authorities of the public web need two or three
_DAY_S = const(86400)
_SHORT = const(2048)  # bits of an RSA key: less is called weak since 2014
_LONG = const(4096)  # more would take a board many seconds a handshake
_AGAIN = "Ask for another certificate"
_LEAF = "The certificate "


class Found:
    """``signed``: by an authority. ``chain``: DER, the own one first. ``key``: (label, DER), None for the phone's own.

    ``rows``: lines about the first. ``pair``: (private key, public key) as of keys.py and certificate.py. ``proofs``:
    (subject, issuer's public key, SHA-256 digest, signature) of each signature that can be checked.
    """


def read(data, now, own):
    """A ``Found`` of PEM text. ``now``: seconds since 1970; ``own``: DER of the phone's key. CallerError: refused."""
    found = Found()
    found.chain, found.key = _blocks(data)
    parsed = [_parsed(der, number) for number, der in enumerate(found.chain, 1)]
    leaf = parsed[0]
    _suits(leaf)
    for one in parsed:
        _in_time(one, now)
        _strong(one, one is leaf)
    for at in range(1, len(parsed)):
        _issued(parsed[at - 1], parsed[at])
    if not found.key and not own:
        raise CallerError("There is no private key in it", "Give its key together with it")
    try:
        found.pair = keys.read_private(found.key[1] if found.key else own), leaf.public_key
    except PeerError:
        raise CallerError("The key is damaged")
    found.signed = leaf.issuer != leaf.subject
    found.rows = list(about.lines(leaf))
    found.proofs = []
    for at, one in enumerate(parsed):
        _proof(one, parsed[min(at + 1, len(parsed) - 1)], found.proofs)
    return found


def _blocks(data):
    if len(data) > stored.UPLOADED_BYTES:
        raise CallerError("This is longer than %d bytes" % stored.UPLOADED_BYTES, "Leave the root certificate out")
    if data.find(b"ENCRYPTED") >= 0:
        raise CallerError("The key is locked by a passphrase", "Unlock it first: openssl pkey -in KEY -out UNLOCKED")
    chain = []
    key = None
    for label, der in pem.blocks(data):
        if label == "CERTIFICATE":
            chain.append(der)
        elif label.endswith("PRIVATE KEY"):
            if key and key[1] != der:
                raise CallerError("There are two keys in it", "Upload one")
            key = label, der
    if not chain:
        raise CallerError("There is no certificate in it", "Upload PEM text: -----BEGIN CERTIFICATE----- ...")
    if len(chain) > _CHAIN:
        raise CallerError("There are more than %d certificates in it" % _CHAIN, "Leave the root certificate out")
    return chain, key


def _parsed(der, number):
    try:
        return certificate.parse(der)
    except PeerError:
        raise CallerError("Certificate %d is damaged" % number, "Upload it again")


def _suits(leaf):
    """Whether a TLS server can use it."""
    kind, size = leaf.public_key[:2]
    if kind == "rsa":
        if size >> _LONG:
            raise CallerError(_LEAF + "has an RSA key of more than 4096 bits", _AGAIN)
    elif kind != "p256":
        raise CallerError(_LEAF + "has a key that is neither P-256 nor RSA", _AGAIN)
    usage = leaf.extended_key_usage
    if usage is not None and certificate.SERVER_AUTHENTICATION not in usage and certificate.ANY_USAGE not in usage:
        raise CallerError(_LEAF + "is not for servers (extended key usage)", _AGAIN)
    if leaf.key_usage is not None and not leaf.key_usage & certificate.DIGITAL_SIGNATURE:
        raise CallerError(_LEAF + "may not sign (key usage)", _AGAIN)
    if leaf.unknown_critical:
        raise CallerError(_LEAF + "has the unknown critical extension " + leaf.unknown_critical, _AGAIN)
    if not leaf.has_names:
        raise CallerError(_LEAF + "names no host (subject alternative name): browsers refuse that", _AGAIN)


def _strong(one, is_leaf):
    """Refuses what can be forged. A root's own signature does not count: nobody trusts it for that."""
    kind, size = one.public_key[:2]
    if kind == "rsa" and not size >> _SHORT - 1:
        raise CallerError(_who(one) + " is weak: its RSA key has less than 2048 bits", _AGAIN)
    name = one.signature_algorithm[1]
    if name in ("md5", "sha1") and (is_leaf or one.issuer != one.subject):
        raise CallerError("%s is weak: signed with %s" % (_who(one), name.upper()), _AGAIN)


def _in_time(one, now):
    if one.not_after < now:
        raise CallerError("%s expired on %s" % (_who(one), dates.text(one.not_after)), _AGAIN)
    if one.not_before > now + _DAY_S:
        raise CallerError(
            "%s begins on %s" % (_who(one), dates.text(one.not_before)), "The phone's clock says " + dates.text(now)
        )


def _issued(child, parent):
    """Refuses a ``parent`` that cannot stand behind ``child``."""
    if child.issuer != parent.subject:
        raise CallerError("%s was not issued by %s" % (_who(child), _who(parent)), "Put issuers behind their own")
    if not parent.ca or parent.key_usage is not None and not parent.key_usage & certificate.CERTIFICATE_SIGN:
        raise CallerError(_who(parent) + " is no authority", _AGAIN)


def _proof(child, parent, proofs):
    """Adds what proves that ``parent`` signed ``child``; nothing when it did not, or by means that we cannot check."""
    key = parent.public_key
    kind, name = child.signature_algorithm
    if name == "sha256" and child.issuer == parent.subject and (kind, key[0]) in (("ecdsa", "p256"), ("rsa", "rsa")):
        signature = bytes(child.signature)
        if kind == "ecdsa":
            try:
                signature = read_ecdsa(signature)
            except PeerError:
                signature = 0, 0  # which no check accepts
        proofs.append((_who(child), key, sha256(child.tbs).digest(), signature))


def _who(one):
    return one.subject_text()[:60] or "The certificate"
