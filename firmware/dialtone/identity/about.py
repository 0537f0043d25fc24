"""A certificate in words, for people."""

from dialtone.log import clean
from dialtone.x509 import dates
from micropython import const

_LONGEST = const(600)  # characters of a row: a certificate of the public web may have a hundred names


def lines(one):
    """Yields "Label: text" lines about a ``Certificate``."""
    names = one.dns + [".".join([str(byte) for byte in ip]) for ip in one.ip if len(ip) == 4]
    kind, size = one.public_key[:2]
    bits = 0
    while kind == "rsa" and size >> bits:
        bits += 8
    for label, text in (
        ("Subject", one.subject_text()),
        ("Issued by", "itself" if one.issuer == one.subject else one.issuer_text()),
        ("Names", ", ".join(names)),
        ("Valid", "%s to %s" % (dates.text(one.not_before), dates.text(one.not_after))),
        ("Key", "RSA, %d bits" % bits if kind == "rsa" else "P-256"),
    ):
        yield "%s: %s\n" % (label, clean(text, _LONGEST) or "-")
