"""The HTTP codec beside h11 and httptools: a short run of tools/fuzz_http.py, and cases that must not drift."""

import os
import random
import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "tools"))

import fuzz_http  # noqa: E402
from dialtone.http.inbound import CLIENT, SERVER  # noqa: E402

INPUTS = 6000
LONG_INPUTS = 400000


def seed():
    """The run's seed: DIALTONE_SEED, else a new one; printed either way."""
    value = int(os.environ.get("DIALTONE_SEED") or random.randrange(1 << 29))
    print(f"DIALTONE_SEED={value}")
    return value


def fuzz(count):
    """Fail with all problems of a run; the table of disagreements goes to the output."""
    problems, rows, _ = fuzz_http.run(count, seed())
    for row, times in rows.most_common(20):
        print(times, *row)
    assert not problems, "\n".join(problems[:20])
    assert sum(rows.values()) < count  # some inputs are read alike by all three


def test_nothing_is_accepted_that_h11_rejects():
    fuzz(INPUTS)


@pytest.mark.long
def test_nothing_is_accepted_that_h11_rejects_long():
    fuzz(LONG_INPUTS)


@pytest.mark.parametrize(("role", "seeds"), [(SERVER, fuzz_http.REQUESTS), (CLIENT, fuzz_http.RESPONSES)])
def test_good_messages_are_read_alike(role, seeds):
    for data in seeds:
        ours, h11, httptools = (read(role, data) for read in (fuzz_http.ours, fuzz_http.by_h11, fuzz_http.by_httptools))
        assert not ours.error and ours.complete and ours.messages, data
        assert not h11.error and h11.complete, data
        assert not httptools.error, data
        for mine, theirs in zip(ours.messages, h11.messages, strict=True):
            assert fuzz_http.differences(mine, theirs) == [], data


@pytest.mark.parametrize(
    "fields",
    [
        b"Content-Length: 3\r\nTransfer-Encoding: chunked",
        b"Transfer-Encoding: chunked\r\nContent-Length: 3",
        b"Content-Length: 3\r\nContent-Length: 4",
        b"Content-Length: 3\r\nContent-Length: 3",
        b"Content-Length: 3, 3",
        b"Content-Length: +3",
        b"Content-Length: 0x3",
        b"Content-Length : 3",
        b"Content-Length\t: 3",
        b"Content-Length: 3\nTransfer-Encoding: chunked",
        b"Content-Length: 3\rTransfer-Encoding: chunked",
        b"X: y\r\n Transfer-Encoding: chunked",
        b"Transfer-Encoding: xchunked",
        b"Transfer-Encoding: chunked, identity",
        b"Transfer-Encoding: \x0bchunked",
        b"Transfer-Encoding: chunked\r\nTransfer-Encoding: identity",
        b"Transfer-Encoding\x00: chunked",
        b"\x00Transfer-Encoding: chunked",
        b"Transfer-Encoding: chunked\x00",
    ],
)
def test_smuggling_is_refused(fields):
    data = (
        b"POST / HTTP/1.1\r\nHost: phone\r\n" + fields + b"\r\n\r\n0\r\n\r\nGET /hidden HTTP/1.1\r\nHost: phone\r\n\r\n"
    )
    assert fuzz_http.ours(SERVER, data).error
    assert not fuzz_http.ours(SERVER, data).messages
    response = data.replace(b"POST / HTTP/1.1", b"HTTP/1.1 200 OK")
    assert fuzz_http.ours(CLIENT, response).error
