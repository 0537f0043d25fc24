"""ECDSA on the curve P-256 (FIPS 186-5, SEC 1 version 2), in whole numbers; hashes are SHA-256 as MicroPython has it.

What depends on a secret number takes the same steps for each value (``_regular``), but Python's integers do not take
the same time for each step: docs/security.md says what that leaves. ``pause`` is called some 60 times in a
multiplication, which takes about a second on a board: it may feed a watchdog.
"""

import hashlib
from array import array

P = 2**256 - 2**224 + 2**192 + 2**96 - 1
N = P - 0x4319055358E8617B0C46353D039CDAAE  # of points; P - N is the trace of Frobenius less one
B = 0x5AC635D8AA3A93E7B3EBBD55769886BC651D06B0CC53B0F63BCE3C3E27D2604B
X = 0x6B17D1F2E12C4247F8BCE6E563A440F277037D812DEB33A0F4A13945D898C296
Y = 0x4FE342E2FE1A7F9B8EE7EB4A7C0F9E162BCE33576B315ECECBB6406837BF51F5


def private_key(random):
    """A private number of 40 or more random bytes (FIPS 186-5 appendix A.2.1: 64 bits more than the number has)."""
    return int.from_bytes(random, "big") % (N - 1) + 1


def public_key(private, pause=None):
    """The point (x, y) of a private number."""
    return _affine(_multiply(((_regular(private), X, Y),), pause))


def on_curve(x, y):
    """Whether (x, y) is a point of the curve; each such point but infinity, which has no x and y, is a public key."""
    return 0 <= x < P and 0 <= y < P and (y * y - (x * x - 3) * x - B) % P == 0


def sign(private, digest, pause=None):
    """(r, s) over a SHA-256 ``digest`` (32 bytes), with the nonce of RFC 6979 section 3.2."""
    e = int.from_bytes(digest, "big") % N
    seed = private.to_bytes(32, "big") + e.to_bytes(32, "big")
    v = b"\1" * 32
    key = _hmac(bytes(32), v + b"\0" + seed)
    v = _hmac(key, v)
    key = _hmac(key, v + b"\1" + seed)
    v = _hmac(key, v)
    while True:
        v = _hmac(key, v)
        k = int.from_bytes(v, "big")
        if 0 < k < N:
            r = _affine(_multiply(((_regular(k), X, Y),), pause))[0] % N
            s = pow(k, N - 2, N) * (e + r * private) % N
            if r and s:
                return r, s
        key = _hmac(key, v + b"\0")
        v = _hmac(key, v)


def verify(x, y, digest, r, s, pause=None):
    """Whether (r, s) is a signature over ``digest`` (its first 32 bytes count) by the owner of public key (x, y)."""
    if not (0 < r < N and 0 < s < N and on_curve(x, y)):
        return False
    w = pow(s, N - 2, N)
    u = int.from_bytes(digest[:32], "big") * w % N
    x, y, z = _multiply(((_sparse(u), X, Y), (_sparse(r * w % N), x, y)), pause, 2)
    z = z * z % P
    if not z:
        return False
    return (x - r * z) % P == 0 or r + N < P and (x - (r + N) * z) % P == 0


def _hmac(key, data):
    inner = hashlib.sha256(bytes([byte ^ 0x36 for byte in key]) + b"6" * 32)
    inner.update(data)
    outer = hashlib.sha256(bytes([byte ^ 0x5C for byte in key]) + b"\\" * 32)
    outer.update(inner.digest())
    return outer.digest()


def _regular(k):
    """257 bits as 65 odd digits from -15 to 15, each with three zeros behind it: the same pattern for all ``k``."""
    k += N if k & 1 == 0 else 2 * N  # the same point, and always odd
    digits = array("b", bytes(261))
    for at in range(0, 260, 4):
        digit = (k & 31) - 16
        digits[at] = digit
        k = k - digit >> 4
    digits[260] = k
    return digits


def _sparse(k):
    """The digits of ``k`` in width-3 non-adjacent form: 0, 1 or 3 with either sign, and of three in a row two are zero.

    Width 5 would be an eighth faster and take 3.5 KB more, which a phone has not that is sent its firmware.
    """
    digits = array("b", bytes(261))
    at = 0
    while k:
        if k & 1:
            digit = k & 7
            if digit > 4:
                digit -= 8
            digits[at] = digit
            k -= digit
        k >>= 1
        at += 1
    return digits


def _multiply(terms, pause, count=8):
    """The sum of k times (x, y) over all ``terms`` (digits of k, x, y), in Jacobian coordinates. ``count``: of the odd
    numbers from 1 that are digits."""
    tables = [(digits, _odd_multiples(x, y, count)) for digits, x, y in terms]
    x = y = 1
    z = 0
    for at in range(260, -1, -1):
        x, y, z = _double(x, y, z)
        for digits, table in tables:
            digit = digits[at]
            if digit > 0:
                x, y, z = _add(x, y, z, table[digit >> 1])
            elif digit:
                other = table[-digit >> 1]
                x, y, z = _add(x, y, z, (other[0], -other[1], other[2], other[3], other[4]))
        if pause and not at & 3:
            pause()
    return x, y, z


def _odd_multiples(x, y, count):
    """1, 3, 5 ... times a point, as (x, y, z, z squared, z cubed)."""
    two = _double(x, y, 1)
    point = (x, y, 1, 1, 1)
    table = [point]
    for _ in range(count - 1):
        x, y, z = _add(two[0], two[1], two[2], point)
        zz = z * z % P
        point = (x, y, z, zz, z * zz % P)
        table.append(point)
    return table


def _double(x, y, z):
    zz = z * z % P
    yy = y * y % P
    b = x * yy % P
    a = (x - zz) * (x + zz) * 3 % P
    x = (a * a - 8 * b) % P
    return x, (a * (4 * b - x) - 8 * yy * yy) % P, 2 * y * z % P


def _add(x, y, z, other):
    """The sum of two Jacobian points, whichever they are; ``other`` is a row of ``_odd_multiples``."""
    ox, oy, oz, ozz, ozzz = other
    if not z:
        return ox, oy, oz
    zz = z * z % P
    x = x * ozz % P
    h = (ox * zz - x) % P
    y = y * ozzz % P
    d = (oy * zz * z - y) % P
    if not h:
        return (1, 1, 0) if d else _double(ox, oy, oz)
    hh = h * h % P
    v = x * hh % P
    hhh = h * hh % P
    x = (d * d - hhh - 2 * v) % P
    return x, (d * (v - x) - y * hhh) % P, z * oz * h % P


def _affine(point):
    x, y, z = point
    z = pow(z, P - 2, P)
    zz = z * z % P
    return x * zz % P, y * z * zz % P
