"""RSA beside the ``cryptography`` package (OpenSSL): random keys, signatures and secrets, on all targets."""

import json
import os
import random
import subprocess
import sys
from pathlib import Path

import mpy
import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding, rsa

ROOT = Path(__file__).resolve().parents[2]
KEYS = ((1024, 3), (1024, 65537), (1537, 65537), (2048, 65537), (2056, 3))  # sizes that are no multiple of a byte, too
ROUNDS = 20  # for each key: three signatures and one secret
# Reads lines of JSON; numbers are text, since MicroPython's json reads no long ones
PROGRAM = """
import json, os, sys
from binascii import hexlify, unhexlify
from dialtone.crypto import rsa
for line in sys.stdin:
    n, e, signature, digest, kind, secret = json.loads(line)
    n = int(n, 16)
    good = rsa.verify(n, e, unhexlify(signature), unhexlify(digest), kind)
    print(json.dumps([good, hexlify(rsa.encrypt_pkcs1(n, e, unhexlify(secret), os.urandom)).decode()]))
"""


def commands():
    yield "cpython", [sys.executable, "-c", PROGRAM], {"PYTHONPATH": "firmware:host/shims/cpython"}
    for name in ("micropython", "micropython32"):
        yield name, [ROOT / "build/bin" / name, "-c", PROGRAM], {"MICROPYPATH": "build/mpy/firmware:.frozen"}


def cases(lot, rounds):
    """(private key, line for PROGRAM, whether the signature is good, secret)."""
    for bits, e in KEYS:
        key = rsa.generate_private_key(e, bits)
        n = "%x" % key.public_key().public_numbers().n
        for number in range(rounds):
            kind, algorithm = lot.choice((("sha1", hashes.SHA1), ("sha256", hashes.SHA256)))
            text = lot.randbytes(number)
            signature = bytearray(key.sign(text, padding.PKCS1v15(), algorithm()))
            hashed = hashes.Hash(algorithm())
            hashed.update(text)
            digest = bytearray(hashed.finalize())
            good = number % 3 != 2
            if not good:
                changed = lot.choice((signature, digest))
                changed[lot.randrange(len(changed))] ^= 1 << lot.randrange(8)
            secret = lot.randbytes(48)
            yield key, [n, e, signature.hex(), digest.hex(), kind, secret.hex()], good, secret


def check(rounds):
    seed = int(os.environ.get("DIALTONE_SEED") or random.randrange(1 << 29))
    print(f"DIALTONE_SEED={seed}")
    assert not mpy.compile_tree(ROOT / "firmware", ROOT / "build/mpy/firmware")
    made = list(cases(random.Random(seed), rounds))
    text = "".join(json.dumps(line) + "\n" for _, line, _, _ in made)
    for name, command, environment in commands():
        done = subprocess.run(
            command,
            input=text,
            capture_output=True,
            text=True,
            cwd=ROOT,
            env={**os.environ, **environment},
            timeout=600,
        )
        answers = [json.loads(line) for line in done.stdout.splitlines()]
        assert len(answers) == len(made), (name, done.stderr)
        for (key, line, good, secret), (verdict, sealed) in zip(made, answers, strict=True):
            assert verdict is good, (name, line)
            assert key.decrypt(bytes.fromhex(sealed), padding.PKCS1v15()) == secret, (name, line)


def test_rsa_beside_openssl():
    check(ROUNDS)


@pytest.mark.long
def test_rsa_beside_openssl_long():
    check(1000)
