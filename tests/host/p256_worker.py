"""Answers lines about P-256 on stdin, on any interpreter: the other end of test_certificate_oracles.py."""

import line_worker

from dialtone.crypto import p256


def answer(line):
    """K random: the key (d, x, y). S d digest: (r, s). V x y digest r s: 1 or 0. Numbers in hex."""
    words = line.split()
    if words[0] == "K":
        d = p256.private_key(int(words[1], 16).to_bytes(40, "big"))
        numbers = (d,) + p256.public_key(d)
    elif words[0] == "S":
        numbers = p256.sign(int(words[1], 16), int(words[2], 16).to_bytes(32, "big"))
    else:
        x, y, digest, r, s = [int(word, 16) for word in words[1:]]
        numbers = (int(p256.verify(x, y, digest.to_bytes(32, "big"), r, s)),)
    return " ".join(["%x" % number for number in numbers])


if __name__ == "__main__":
    line_worker.serve(answer)
