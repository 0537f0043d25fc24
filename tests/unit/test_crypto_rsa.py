"""Random keys and signatures of the ``cryptography`` package are in tests/host/test_rsa_oracle.py."""

import hashlib
from binascii import unhexlify

from old_server import D, E, N, lot
from support import raises

from dialtone.crypto import rsa
from dialtone.errors import CallerError, DeviceError

# Made by the cryptography package 50.0.2: an RSA-2048 key, and its signatures over "what was signed"
_N = int(
    "a1756c95d5d488a51c216354986a4e3fc89e4e4261ff7efbe5a0e4132ab33f95013a900b5675a3c658592563217cb7a0b410"
    "f1f104e8bfdb8efff7d8f1f69de858621cea183cd4941ddaedd56bdb6fb32440f8147b5d27089df990a5cbc851d814b417e5"
    "affb841573dbafb263ef8bea953d234439fc72e07de270d3080dcca85e9ef6a3f41d4a68ac67181d763724792bd5114bf2a3"
    "8435e49270a46dd7ce374fab3ee63792b886943ca1966f4d00766a619b5127538e08df7917d4ebf5a5becc22a0b7727fabbd"
    "338171770e3f105345a9f0c4c4804b12302a206ea614069e28a3c885beaffc44d1277be061a4f92ec52a0ceb278716389633"
    "27c5ee764867",
    16,
)
_SHA1 = unhexlify(
    "7bdbd17a865e3965f742a34566a9ade521b2a8a760868157ba72e977a2b08917ddf7ae116437b61bb0eae0cffe90f5e95485"
    "6502a1f9a964ae7cc52de2d3ee875ba11fd9954a3110f544395c4044e8df74fe2b3d4b28e8d7827a2a87adbf7ad49b618c68"
    "f5b10f5d348c203e22f2a0708f0cd952b1b68b40e84b98357f2d216dd58472b9c565b1ba043ec5704473e75a8604a59e55cb"
    "625179b582fb02ddda22917ba6730e10ab5ad0557fba4d8177f94a7af255195cff331851f8263994466a40faf745ba3136d1"
    "efce0c6dbd65987ea758132d3baf1824a567ac27992d97e1df8f1785d9e3db289fb5859396cdccda657a652427a267c44482"
    "539e2ca915c7"
)
_SHA256 = unhexlify(
    "7d87fb6d765fe9afeb925171932e3afb2aab92813fab3370d3d77862af279699a647190ab21ffd0283d9b87052b447b2dc9a"
    "32fe0f5213165eb114d3f63efc5684edb4c4ce5c6d273ecc9d55c9dfcbf543202c4d437ca31eceedb3b24fce9635866cead9"
    "aa6c80aa7b97680035feb1b40fedc1f440f9c7f516c1a96c249501d16b8e346094cec383e932ce8c10d4856ad865bc39a2a4"
    "2d07bf4d42abe3810cd85ca7b4b2b36e08231041df2fdd3acb5d5a4fa00c50d3f5b83b9f5b9310fde265e3b5df20cd9bc447"
    "da81fdf3f4af8c2142e93074b2b15b6365361aac8586eb46653556fed3a3890a31532151cbe74c68afb14e60b0087e6b0ecc"
    "92b62c9870b4"
)
_TEXT = b"what was signed"


def signed(block):
    """What the owner of the small key makes of a block."""
    return pow(int.from_bytes(block, "big"), D, N).to_bytes(128, "big")


def good_block(info):
    return b"\0\1" + b"\xff" * (125 - len(info)) + b"\0" + info


def info(parameters=b"\5\0", digest=None):
    oid = b"\6\5\x2b\x0e\3\2\x1a" + parameters
    digest = hashlib.sha1(_TEXT).digest() if digest is None else digest
    inner = b"\x30" + bytes((len(oid),)) + oid + b"\4" + bytes((len(digest),)) + digest
    return b"\x30" + bytes((len(inner),)) + inner


def test_signatures_of_another_implementation():
    for kind, signature in (("sha1", _SHA1), ("sha256", _SHA256)):
        digest = getattr(hashlib, kind)(_TEXT).digest()
        assert rsa.verify(_N, 65537, signature, digest, kind)
        other = "sha256" if kind == "sha1" else "sha1"
        assert not rsa.verify(_N, 65537, signature, getattr(hashlib, other)(_TEXT).digest(), other)
        assert not rsa.verify(_N, 65537, signature, digest, other)
        assert not rsa.verify(_N, 65537, signature, digest, "md5")
        assert not rsa.verify(_N, 65537, signature, getattr(hashlib, kind)(b"else").digest(), kind)
        assert not rsa.verify(N, E, signature, digest, kind)
        for at in (0, 100, 255):
            wrong = bytearray(signature)
            wrong[at] ^= 1
            assert not rsa.verify(_N, 65537, bytes(wrong), digest, kind), at


def test_the_length_of_a_signature_is_that_of_the_key():
    digest = hashlib.sha1(_TEXT).digest()
    for signature in (b"", b"\0" + _SHA1, _SHA1[:-1], _SHA1 + b"\0"):
        assert not rsa.verify(_N, 65537, signature, digest, "sha1")
    more = (int.from_bytes(signed(good_block(info())), "big") + N).to_bytes(129, "big")
    assert not rsa.verify(N, E, more, digest, "sha1")


def test_only_the_one_right_block_will_do():
    digest = hashlib.sha1(_TEXT).digest()
    good = good_block(info())
    assert rsa.verify(N, E, signed(good), digest, "sha1")
    wrong = (
        good[:1] + b"\2" + good[2:],  # another kind of block
        b"\0\0" + good[2:],
        good[:50] + b"\xfe" + good[51:],  # padding that is not all ones
        good[:50] + b"\0" + good[51:],
        b"\0\1" + b"\xff" * 8 + b"\0" + info() + bytes(128 - 11 - len(info())),  # Bleichenbacher 2006: rubbish behind
        good_block(info(b"")),  # no parameters
        good_block(info(b"\5\1x")),
        good_block(info(b"\5\0", digest + b"\0")),
        good_block(info(b"\5\0", digest[:-1])),
        good_block(digest),
        good_block(b"\x30\x22" + info()[2:] + b"\0"),
    )
    for block in wrong:
        assert len(block) == 128
        assert not rsa.verify(N, E, signed(block), digest, "sha1"), block


def test_a_small_exponent_forges_nothing():
    """Exponent 3: the cube root of a block with its rubbish behind, which some implementations took for a signature."""
    digest = hashlib.sha1(_TEXT).digest()
    block = b"\0\1" + b"\xff" * 8 + b"\0" + info()
    target = int.from_bytes(block + b"\xff" * (256 - len(block)), "big")
    root = 1 << 680
    while root**3 > target:
        root = (2 * root + target // (root * root)) // 3
    assert (root**3).to_bytes(256, "big")[: len(block)] == block
    assert not rsa.verify(_N, 3, root.to_bytes(256, "big"), digest, "sha1")


def test_keys_that_are_not_worked_with():
    digest = hashlib.sha1(_TEXT).digest()
    assert rsa.usable(N, E) and rsa.usable(_N, 3) and rsa.usable(_N | 1 << 4095, 65537)
    wrong = [(N >> 1 | 1, E), (_N | 1 << 4096, E), (N - 1, E), (0, 3)] + [(N, e) for e in (0, 1, 2, 65536, N - 2)]
    for n, e in wrong:
        assert not rsa.usable(n, e)
        assert not rsa.verify(n, e, bytes(128), digest, "sha1")
        with raises(CallerError):
            rsa.encrypt_pkcs1(n, e, b"secret", lot(1))


def test_what_is_encrypted_only_the_owner_reads():
    for size in (0, 1, 48, 117):
        secret = bytes(range(size))
        sealed = rsa.encrypt_pkcs1(N, E, secret, lot(size))
        assert len(sealed) == 128
        plain = pow(int.from_bytes(sealed, "big"), D, N).to_bytes(128, "big")
        assert plain[:2] == b"\0\2" and plain[127 - size :] == b"\0" + secret
        assert b"\0" not in plain[2 : 127 - size]
        assert sealed != rsa.encrypt_pkcs1(N, E, secret, lot(99)), "padding is random"
    with raises(CallerError):
        rsa.encrypt_pkcs1(N, E, bytes(118), lot(1))


def test_zeros_of_the_generator_are_no_padding():
    state = [0]

    def poor(count):
        state[0] += 1
        return bytes([at * state[0] & 1 for at in range(count)])

    plain = pow(int.from_bytes(rsa.encrypt_pkcs1(N, E, b"x", poor), "big"), D, N).to_bytes(128, "big")
    assert plain == b"\0\2" + b"\1" * 124 + b"\0x"
    with raises(DeviceError):
        rsa.encrypt_pkcs1(N, E, b"x", bytes)
