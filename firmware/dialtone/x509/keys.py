"""Private keys in DER: PKCS #8 (RFC 5208), SEC 1 (RFC 5915) and PKCS #1 (RFC 8017 appendix A.1.2)."""

from dialtone.x509.der import EC_KEY, INTEGER, OCTET_STRING, OID, P256, RSA_KEY, SEQUENCE, Reader, bad, oid_text


def read_private(data):
    """("p256", number), ("rsa", n, e, d, p, q) or ("other", OID text). PeerError when damaged."""
    outer = Reader(data)
    reader = outer.take(SEQUENCE)
    outer.done()
    reader.integer()  # the version
    kind = reader.peek()
    if kind == INTEGER:
        return _rsa(reader)
    if kind == OCTET_STRING:
        return _ec(reader, None)
    algorithm = reader.take(SEQUENCE)
    oid = algorithm.oid()
    inner = Reader(reader.take(OCTET_STRING).view())
    if oid == RSA_KEY or oid == EC_KEY:
        curve = algorithm.oid() if algorithm.peek() == OID else None
        reader = inner.take(SEQUENCE)
        inner.done()
        reader.integer()
        return _rsa(reader) if oid == RSA_KEY else _ec(reader, curve)
    return "other", oid_text(oid)


def _rsa(reader):
    n, e, d, p, q = [reader.integer() for _ in range(5)]
    if p < 3 or q < 3:
        raise bad()
    return "rsa", n, e, d, p, q


def _ec(reader, curve):
    d = int.from_bytes(reader.take(OCTET_STRING).view(), "big")
    named = reader.optional(0xA0)
    if named:
        curve = named.oid()
    if curve == P256:
        return "p256", d
    return "other", oid_text(curve) if curve else "unknown curve"
