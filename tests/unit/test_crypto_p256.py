import random
from hashlib import sha256

from support import seed

from dialtone.crypto import p256
from dialtone.crypto.p256 import N, P, B, X, Y

# RFC 6979 appendix A.2.5: the key, and (message, r, s) with SHA-256
_D = 0xC9AFA9D845BA75166B5C215767B1D6934E50C3DB36E89B127B8A622B120F6721
_Q = (
    0x60FED4BA255A9D31C961EB74C6356D68C049B8923B61FA6CE669622E60F29FB6,
    0x7903FE1008B8BC99A41AE9E95628BC64F2F1B20C2D7E9F5177A3C294D4462299,
)
_SIGNED = (
    (
        b"sample",
        0xEFD48B2AACB6A8FD1140DD9CD45E81D69D2C877B56AAF991C34D0EA84EAF3716,
        0xF7CB1C942D657C41D436C7A1B6E29F65F3E900DBB9AFF4064DC4AB2F843ACDA8,
    ),
    (
        b"test",
        0xF1ABB023518351CD71D881567B1EA663ED3EFCF6C5132B354F28D3B0B7D38367,
        0x019F4113742A2B14BD25926B49C649155F267E60D3814B4C0CC84250E46F0083,
    ),
)


def times(k):
    """k times the base point, the slow way."""
    x, y, z = 1, 1, 0
    base = X, Y, 1, 1, 1
    for bit in range(k.bit_length() if hasattr(k, "bit_length") else 260, -1, -1):
        x, y, z = p256._double(x, y, z)
        if k >> bit & 1:
            x, y, z = p256._add(x, y, z, base)
    return p256._affine((x, y, z))


def test_the_numbers_of_rfc_6979():
    assert p256.public_key(_D) == _Q
    for message, r, s in _SIGNED:
        digest = sha256(message).digest()
        assert p256.sign(_D, digest) == (r, s)
        assert p256.verify(_Q[0], _Q[1], digest, r, s)


def test_a_changed_signature_message_or_key_is_refused():
    message, r, s = _SIGNED[0]
    digest = sha256(message).digest()
    x, y = _Q
    assert p256.verify(x, y, digest, r, N - s), "the mirrored signature holds by the standard"
    for change in ((x, y, sha256(b"Sample").digest(), r, s), (x, P - y, digest, r, s), (X, Y, digest, r, s)):
        assert not p256.verify(*change)
    for r2, s2 in ((r ^ 1, s), (r, s ^ 1), (s, r), (0, s), (r, 0), (N, s), (r, N), (r + N, s), (r, s + N), (1, 1)):
        assert not p256.verify(x, y, digest, r2, s2), (r2, s2)
    assert not p256.verify(x, y ^ 1, digest, r, s), "not on the curve"


def test_edges_of_the_group():
    assert p256.public_key(1) == (X, Y)
    assert p256.public_key(N - 1) == (X, P - Y)
    for k in (2, 3, 4, 15, 16, 17, 30, 31, 32, 33, 2**255, (N - 1) // 2, (N + 1) // 2):
        assert p256.public_key(k) == times(k), k
        x, y = p256.public_key(N - k)
        assert (x, P - y) == times(k), k
    for d in (1, 2, N - 1, N - 2):
        for digest in (bytes(32), b"\xff" * 32, N.to_bytes(32, "big")):
            r, s = p256.sign(d, digest)
            x, y = p256.public_key(d)
            assert p256.verify(x, y, digest, r, s), (d, digest)


def test_points_that_meet_their_own_multiple_or_its_mirror():
    # u and v times the same or the mirrored base: the addition must notice equal and opposite points
    for d in (1, N - 1, 2, N - 2):
        x, y = p256.public_key(d)
        for k in (1, 2, 3, 5):
            r = p256.public_key(k)[0] % N
            for e in (0, 1, 5, N - 1):
                s = pow(k, N - 2, N) * (e + r * d) % N
                if s:
                    assert p256.verify(x, y, e.to_bytes(32, "big"), r, s), (d, k, e)
    # u G + v Q is infinity: e + r d = 0
    r = 7
    x, y = p256.public_key(N - 3)
    assert not p256.verify(x, y, (21).to_bytes(32, "big"), r, 5)


def test_edges_of_the_field():
    assert p256.on_curve(X, Y) and p256.on_curve(X, P - Y)
    for x, y in ((X, Y + P), (X + P, Y), (X, -Y), (0, 0), (P, P), (X, Y ^ 1), (Y, X), (-1, 0)):
        assert not p256.on_curve(x, y), (x, y)
    root = pow(B, (P + 1) // 4, P)
    assert root * root % P == B and p256.on_curve(0, root) and not p256.on_curve(P, root)


def test_an_x_beyond_the_order_counts_too():
    # The x of the point may be r + N (SEC 1 section 4.1.4): such points are 2^-128 rare, so look one up.
    x = N + 1
    while True:
        square = (x * x * x - 3 * x + B) % P
        y = pow(square, (P + 1) // 4, P)
        if y * y % P == square:
            break
        x += 1
    r = x - N
    # R = (x, y) is the sum u G + v Q for e = 0, s = r: v = 1, so Q = R
    assert p256.verify(x, y, bytes(32), r, r)
    assert not p256.verify(x, y, bytes(32), r + 1, r + 1)


def test_private_numbers_lie_in_the_group():
    assert p256.private_key(bytes(40)) == 1
    assert 1 <= p256.private_key(b"\xff" * 40) < N
    assert p256.private_key((N - 1).to_bytes(40, "big")) == 1
    assert p256.private_key((N - 2).to_bytes(40, "big")) == N - 1


def test_random_keys_and_signatures_hold():
    lot = random
    lot.seed(seed())
    for _ in range(4):
        d = p256.private_key(bytes([lot.getrandbits(8) for _ in range(40)]))
        digest = bytes([lot.getrandbits(8) for _ in range(32)])
        x, y = p256.public_key(d)
        r, s = p256.sign(d, digest)
        assert p256.on_curve(x, y) and p256.verify(x, y, digest, r, s)
        assert not p256.verify(x, y, digest, r, s ^ 1 << lot.getrandbits(7))


def test_secret_numbers_all_take_the_same_steps():
    for k in (1, 2, N - 1, N - 2, _D):
        digits = p256._regular(k)
        assert [at for at in range(261) if digits[at]] == list(range(0, 261, 4)), k
        assert sum([digit << at for at, digit in enumerate(digits)]) % N == k


def test_pause_is_called_while_it_lasts():
    calls = []
    p256.public_key(5, lambda: calls.append(1))
    assert 50 <= len(calls) <= 70
    p256.sign(5, bytes(32), lambda: calls.append(1))
    p256.verify(X, Y, bytes(32), 1, 1, lambda: calls.append(1))
    assert 150 <= len(calls) <= 210
