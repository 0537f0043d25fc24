"""Key, certificate and signature on any interpreter: prints milliseconds of each as JSON, the median of several."""

import json
import os
import time
from hashlib import sha256

from dialtone.crypto import p256
from dialtone.x509 import writer

ROUNDS = 9


def median(work):
    taken = []
    for _ in range(ROUNDS):
        begin = time.ticks_us()
        work()
        taken.append(time.ticks_diff(time.ticks_us(), begin))
    return sorted(taken)[ROUNDS // 2] / 1000


def key():
    d = p256.private_key(os.urandom(40))
    point = p256.public_key(d)
    return d, point, writer.private_key(d, point)


def main():
    d, point, _ = key()
    digest = sha256(b"x").digest()

    def certificate():
        return writer.self_signed(
            lambda digest: p256.sign(d, digest), point, "57i-123456", ("57i-123456", "57i-123456.local"),
            (b"\xc0\0\2\7",), os.urandom(15), 1759190400, 2389996800,
        )  # fmt: skip

    figures = {"key": median(key), "certificate": median(certificate)}
    figures["signature"] = median(lambda: p256.sign(d, digest))
    figures["all"] = figures["key"] + figures["certificate"] + figures["signature"]
    print(json.dumps({name: round(ms, 1) for name, ms in figures.items()}))


main()
