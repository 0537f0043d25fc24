from binascii import unhexlify

from dialtone.crypto.rc4 import RC4

# RFC 6229: keys 0x0102030405... of 40, 128 and 256 bits; offsets 0 and 240 (which crosses 256)
_VECTORS = (
    ("0102030405", 0, "b2396305f03dc027ccc3524a0a1118a8"),
    ("0102030405", 240, "28cb1132c96ce286421dcaadb8b69eae"),
    ("0102030405", 256, "1cfcf62b03eddb641d77dfcf7f8d8c93"),
    ("0102030405060708090a0b0c0d0e0f10", 0, "9ac7cc9a609d1ef7b2932899cde41b97"),
    ("0102030405060708090a0b0c0d0e0f10", 240, "065902e4b620f6cc36c8589f66432f2b"),
    ("0102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f20", 0, "eaa6bd25880bf93d3f5d1e4ca2611d91"),
)


def stream(key, size):
    view = bytearray(size)
    RC4(key).encrypt(view, view)
    return view


def test_the_vectors_of_rfc_6229():
    for key, at, expected in _VECTORS:
        assert stream(unhexlify(key), at + 16)[at:] == unhexlify(expected), (key, at)


def test_any_split_gives_the_same_stream():
    whole = stream(b"some key", 600)
    for split in (1, 16, 255, 256, 257):
        cipher = RC4(b"some key")
        view = bytearray(600)
        for at in range(0, 600, split):
            part = memoryview(view)[at : min(600, at + split)]
            cipher.decrypt(part, part)
        assert view == whole, split
