"""Judges uploads that come as lines of JSON on stdin, on any interpreter: the other end of test_uploads.py."""

import json
import sys
from binascii import unhexlify

from dialtone.errors import CallerError
from dialtone.identity import upload


def answer(line):
    """What is kept of it, or the reason of the refusal."""
    asked = json.loads(line)
    try:
        found = upload.check(asked["pem"].encode(), asked["now"], unhexlify(asked["own"]))
        return {"kept": "".join(upload.text(found))}
    except CallerError as error:
        return {"refused": str(error)}


if __name__ == "__main__":
    while True:
        line = sys.stdin.readline()
        if not line:
            break
        print(json.dumps(answer(line)))
