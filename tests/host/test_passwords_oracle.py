"""PBKDF2 beside OpenSSL's (hashlib) and pyca's, on CPython; tests/unit has vectors on all targets."""

import hashlib
import os
import random

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.pbkdf2 import PBKDF2HMAC

from dialtone.crypto import passwords


def test_keys_are_those_of_two_other_libraries():
    seed = int(os.environ.get("DIALTONE_SEED") or random.randrange(1 << 29))
    print(f"DIALTONE_SEED={seed}")
    lot = random.Random(seed)
    for size in (0, 1, 63, 64, 65, 200, *[lot.randrange(120) for _ in range(40)]):
        password, salt, rounds = lot.randbytes(size), lot.randbytes(lot.randrange(1, 40)), lot.randrange(1, 60)
        key = passwords.derive(password, salt, rounds)
        assert key == hashlib.pbkdf2_hmac("sha256", password, salt, rounds)
        assert key == PBKDF2HMAC(SHA256(), 32, salt, rounds).derive(password)


def test_the_stored_form_is_the_field_s():
    stored = passwords.kept("s3cret", os.urandom)
    _, scheme, rounds, salt, key = stored.split("$")
    assert scheme == "pbkdf2-sha256"
    import base64

    salt, key = [base64.b64decode(part.replace(".", "+") + "=" * (-len(part) % 4)) for part in (salt, key)]
    assert key == hashlib.pbkdf2_hmac("sha256", b"s3cret", salt, int(rounds)) and len(salt) == 16
