"""Vectors made with tlslite-ng 0.8.2 (calc_key, HandshakeHashes): the same secrets by another implementation."""

import hashlib
from binascii import unhexlify

from cryptolib import aes

from dialtone.tls.legacy import keys

_PREMASTER = bytes(range(48))
_CLIENT = bytes(range(100, 132))
_SERVER = bytes(range(200, 232))
# version: master secret; 104 bytes of its key block; Finished of client and server over "all messages so far"
_VECTORS = {
    0x0300: (
        "86176de8232939833297d4f3e580298523abef5af435fc138a364af044baf1b9a02c03f14297a9ca89290cea0161b3a4",
        (
            "ea4a0b623ba76a96ee12861b16f80ddccb585a97321dca8531ff9a4cd6e75247fa8ac0efeeb05413c967fa52577347a7"
            "990b994f4e6e991535589cbd4bff08fd1469eae089e7585d778430f7d8c07dc7f5b52e87eef0f9191c7395b4d6ce3158"
            "eaf1ef6f6ea4ea31"
        ),
        "ee8252170ebe2413d2e1ce0a2cccb265de6d88ea82f2ce303a2a6000995758bbdf0ab431",
        "78b269bed413acd1a4737952363ab42a4c92ca356ec9ab29d145d62351e05301fd55179c",
    ),
    0x0301: (
        "44ec62500afc7a701c07a4192298143ce14243b9f9808ff5f6d82d985a9306a5b3237f233dbdcba644a9e0edf77e300a",
        (
            "c816332b9a3c575b48197325214286b84526153bfede57a86a1b9264c4135301ae4a1558f4b2adc02b1b61a158692413"
            "295f85a2ed89bb5afdfa0e71283fa931c86578ddb1205105c8a820ce040b88a9dd09d96acf9d30ae631c4d23683f4492"
            "91ec9fc770f0dbe3"
        ),
        "1c739249f73865ed532108ad",
        "b76fc32e177b3bc600e233b9",
    ),
}


def test_the_master_secret():
    for version, row in _VECTORS.items():
        assert keys.master(version, _PREMASTER, _CLIENT, _SERVER) == unhexlify(row[0]), version


def test_the_key_block():
    for version, row in _VECTORS.items():
        block = keys._derive(version, unhexlify(row[0]), b"key expansion", _SERVER + _CLIENT, 104)
        assert block == unhexlify(row[1]), version


def test_finished_of_both_sides():
    for version, row in _VECTORS.items():
        for side in (False, True):
            md5, sha1 = hashlib.md5(b"all messages so far"), hashlib.sha1(b"all messages so far")
            assert keys.finished(version, unhexlify(row[0]), md5, sha1, side) == unhexlify(row[2 + side]), version


def test_keys_lie_in_the_block_in_the_order_of_the_rfc():
    """MAC secrets, keys, IVs, client's before server's: the first SSL 3.0 record of each side tells."""
    secret = unhexlify(_VECTORS[0x0300][0])
    block = unhexlify(_VECTORS[0x0300][1])
    client, server = keys.halves(0x0300, keys.SUITES[0], secret, _CLIENT, _SERVER)
    for half, at in ((client, 0), (server, 1)):
        inner = hashlib.sha1(block[20 * at : 20 * at + 20] + b"\x36" * 40 + bytes(8) + b"\x17\0\2hi").digest()
        mac = hashlib.sha1(block[20 * at : 20 * at + 20] + b"\x5c" * 40 + inner).digest()
        assert half.mac(23, 2, (b"hi",)) == mac
        other = aes(block[40 + 16 * at : 56 + 16 * at], 2, block[72 + 16 * at : 88 + 16 * at])
        one, two = bytearray(b"0123456789abcdef"), bytearray(b"0123456789abcdef")
        half.cipher.encrypt(one, one)
        other.encrypt(two, two)
        assert one == two


def test_only_strong_rsa_suites_are_known():
    assert [row[0] for row in keys.SUITES] == [0x2F, 0x35, 0x05, 0x04]
    # NULL, export (40 and 56 bit), DES, anonymous, DHE, ECDHE, SCSV
    for number in (0x00, 0x01, 0x02, 0x03, 0x06, 0x08, 0x09, 0x0A, 0x18, 0x1B, 0x33, 0x62, 0x64, 0xC013, 0xFF):
        assert keys.suite(number) is None
