"""Meets the hostile servers that come as lines "m HEX" or "w HEX" on stdin, on any interpreter: see tools/fuzz_old.py.

Each gives one line: what the client of the old methods says, has received and has sent.
"""

from binascii import hexlify, unhexlify

import fuzz_old
import line_worker


def answer(line):
    """All that came of it as text; an exception that is not declared is named."""
    run = fuzz_old.run_messages if line[0] == "m" else fuzz_old.run_wire
    try:
        error, got, done, closed, out = run(unhexlify(line[2:].strip()), len).said()
    except Exception as error:
        return "crash: %r" % error
    return "|".join([error, hexlify(got).decode(), str(done), str(closed), hexlify(out).decode()])


if __name__ == "__main__":
    line_worker.serve(answer)
