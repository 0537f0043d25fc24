"""Mutation fuzzer for the HTTP codec, with h11 and httptools as second opinions.

`tools/fuzz_http.py --count N --seed S` mutates good and nearly good messages of both roles and shows each to the three
parsers. It fails when the codec raises anything but PeerError, when a random split changes what it reads, or when it
accepts what h11 rejects or reads in another way, unless EXPLAINED names the section that allows it. What is left is
tabulated: who accepts, who rejects and why, how often, and one example.
"""

import argparse
import random
import re
import sys
from collections import Counter
from pathlib import Path

import h11
import httptools

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT / "host/shims/cpython"), str(ROOT / "firmware")]

from dialtone.errors import PeerError  # noqa: E402
from dialtone.http.inbound import CLIENT, SERVER, Inbound  # noqa: E402
from dialtone.http.message import text_of  # noqa: E402

_HOST = b"Host: phone\r\n"
_CHUNKS = b"5\r\nhello\r\n00a;x=y\r\n0123456789\r\n0\r\n"
_CHUNKED = b"Transfer-Encoding: chunked\r\n"

REQUESTS = (
    b"GET / HTTP/1.1\r\n" + _HOST + b"\r\n",
    b"GET /a?b=c HTTP/1.0\r\n\r\n",
    b"HEAD http://phone/x HTTP/1.1\r\n" + _HOST + b"Connection: close\r\n\r\n",
    b"OPTIONS * HTTP/1.1\r\n" + _HOST + b"\r\n",
    b"POST /f HTTP/1.1\r\n" + _HOST + b"Content-Length: 5\r\n\r\nhello",
    b"POST /f HTTP/1.1\r\n" + _HOST + b"Content-Length: 5\r\nExpect: 100-continue\r\n\r\nhello",
    b"POST /f HTTP/1.1\r\n" + _HOST + _CHUNKED + b"\r\n" + _CHUNKS + b"\r\n",
    b"POST /f HTTP/1.1\r\n" + _HOST + _CHUNKED + b"\r\n" + _CHUNKS + b"X-Trailer: 1\r\n\r\n",
    b"GET /1 HTTP/1.1\r\n" + _HOST + b"\r\nGET /2 HTTP/1.1\r\n" + _HOST + b"\r\n",
    b"POST /1 HTTP/1.1\r\n" + _HOST + b"Content-Length: 2\r\n\r\nabGET /2 HTTP/1.1\r\n" + _HOST + b"\r\n",
    b"GET / HTTP/1.1\r\nHost: [::1]:8080\r\nAccept: a\r\nAccept: b;q=0.5, */*\r\nAuthorization: Basic YTpi\r\n\r\n",
    b"GET / HTTP/1.1\r\nX: caf\xc3\xa9 \xe9\t.\r\n" + _HOST + b"Connection: keep-alive, x\r\n\r\n",
)
RESPONSES = (
    b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello",
    b"HTTP/1.1 200 OK\r\n" + _CHUNKED + b"\r\n" + _CHUNKS + b"\r\n",
    b"HTTP/1.1 200 OK\r\n" + _CHUNKED + b"\r\n" + _CHUNKS + b"X-Trailer: 1\r\n\r\n",
    b"HTTP/1.0 200 OK\r\nServer: x\r\n\r\nto the end",
    b'HTTP/1.1 304 Not Modified\r\nETag: "x"\r\nContent-Length: 12\r\n\r\n',
    b"HTTP/1.1 204 No Content\r\nConnection: close\r\n\r\n",
    b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 404 Not Found\r\nContent-Length: 2\r\n\r\nno",
    b"HTTP/1.1 301 Moved\r\nLocation: https://x/y?z\r\nContent-Length: 0\r\n\r\n",
)
# Pieces that decide how a message is read.
_WORDS = (
    b"\r\n", b"\n", b"\r", b" ", b"\t", b":", b";", b",", b"\0", b"\x7f", b"\x80", b"\xff", b"+", b"-", b"0", b"_",
    b"x", b"#", b"\r\n\r\n", b"\r\n ", b"\r\n\t", b"0\r\n\r\n", b"0x", b"HTTP/1.1", b"HTTP/1.0", b"HTTP/2.0",
    b"GET ", b"chunked", b"close", b"http://u@h/", b"99999999999", b"Content-Length: 5\r\n", b"Content-Length: 0\r\n",
    b"Content-Length: 5, 5\r\n", b"Content-Length : 5\r\n", b"Transfer-Encoding: chunked\r\n", b" ;a=b\r\n",
    b"Transfer-Encoding: gzip, chunked\r\n", b"transfer-encoding:\tchunked \r\n", b"Transfer-Encoding: identity\r\n",
    b"Connection: close\r\n", b"Connection: keep-alive\r\n", b"Upgrade: h2c\r\n", b"Host: other\r\n", b"Host: \r\n",
    b"Expect: 100-continue\r\n", b"X:\r\n", b"X: y\r\n z\r\n",
)  # fmt: skip


def _without_empty_lines(role, data):
    at = data.find(b"\r\n")
    while role == SERVER and at >= 0:
        before = ours(role, data[:at])
        if at == 0 or before.messages and before.complete and not before.error:
            data = data[:at] + data[at + 2 :]
        at = data.find(b"\r\n", at + 1)
    return data


def _without_blanks(role, data):
    return re.sub(rb"(\r\n[0-9A-Fa-f]+)[ \t]+;", rb"\1;", data)


# The only reasons to accept what h11 rejects: the section that allows it, and the change after which h11 must agree.
EXPLAINED = (
    ("one empty line before a request is skipped: RFC 9112 section 2.2", _without_empty_lines),
    ("blanks before a chunk extension are removed: RFC 9112 section 7.1.1", _without_blanks),
)


class Reading:
    """What one parser made of some bytes: messages read (start line, fields, body), and why it stopped."""

    def __init__(self):
        self.messages = []
        self.error = ""
        self.complete = True

    def verdict(self):
        """One word for the table."""
        return "rejects" if self.error else "accepts" if self.complete and self.messages else "waits"


def ours(role, data, cuts=()):
    """Read `data` with the codec, cut at `cuts`, and the end of the stream behind it."""
    reading = Reading()
    inbound = Inbound(role, bytearray(512))
    edges = [0, *sorted(cuts), len(data)]
    try:
        for start, end in zip(edges, edges[1:], strict=False):
            while start < end and _ours_goes_on(reading):
                view = inbound.space()
                count = min(len(view), end - start)
                assert count, "no space"
                view[:count] = data[start : start + count]
                inbound.received(count)
                start += count
                _ours_drain(role, inbound, reading)
        if _ours_goes_on(reading):
            inbound.received(0)
            _ours_drain(role, inbound, reading)
    except PeerError as error:
        reading.error = f"{error.status} {error}"
    return reading


def _ours_goes_on(reading):
    return not (reading.complete and reading.messages and reading.messages[-1]["last"])


def _ours_drain(role, inbound, reading):
    while True:
        if reading.complete:
            if not _ours_goes_on(reading):
                return
            message = inbound.head()
            if message is None:
                return
            first = (message.method, message.target) if role == SERVER else (message.status,)
            last = role == CLIENT or not message.keep_alive or message.version == 10
            reading.messages.append({"first": first, "fields": message.header, "body": b"", "last": last})
            reading.complete = False
        part = inbound.body()
        if part is None:
            return
        reading.messages[-1]["body"] += bytes(part)
        reading.complete = inbound.ended


def by_h11(role, data):
    """Read `data` with h11, as far as the codec would: not behind a message that ends the connection."""
    reading = Reading()
    connection = h11.Connection(h11.SERVER if role == SERVER else h11.CLIENT)
    if role == CLIENT:
        connection.send(h11.Request(method="GET", target="/", headers=[("Host", "phone")]))
        connection.send(h11.EndOfMessage())
    connection.receive_data(data)
    ended = False
    try:
        while True:
            event = connection.next_event()
            if event is h11.NEED_DATA:
                if ended:
                    return reading
                ended = True
                connection.receive_data(b"")
            elif isinstance(event, h11.Request | h11.Response):
                first = (event.method.decode(), event.target.decode()) if role == SERVER else (event.status_code,)
                reading.messages.append({"first": first, "fields": list(event.headers), "body": b""})
                reading.complete = False
            elif isinstance(event, h11.Data):
                reading.messages[-1]["body"] += bytes(event.data)
            elif isinstance(event, h11.EndOfMessage):
                reading.complete = True
                if role == CLIENT or not _h11_next(connection):
                    return reading
            elif isinstance(event, h11.ConnectionClosed) or event is h11.PAUSED:
                return reading
    except h11.RemoteProtocolError as error:
        reading.error = str(error)
    return reading


def _h11_next(connection):
    if connection.their_http_version == b"1.0" or connection.our_state not in (h11.SEND_RESPONSE, h11.SEND_BODY):
        return False
    connection.send(h11.Response(status_code=200, headers=[("Content-Length", "0")]))
    connection.send(h11.EndOfMessage())
    if connection.our_state is not h11.DONE or connection.their_state is not h11.DONE:
        return False
    connection.start_next_cycle()
    return True


class _Callbacks:
    def __init__(self):
        self.reading = Reading()
        self._url = b""

    def on_message_begin(self):
        self.reading.messages.append({"body": b""})
        self.reading.complete = False

    def on_body(self, body):
        self.reading.messages[-1]["body"] += body

    def on_message_complete(self):
        self.reading.complete = True


def by_httptools(role, data):
    """Read `data` with httptools (llhttp): it counts messages and bodies only."""
    callbacks = _Callbacks()
    parser = (httptools.HttpRequestParser if role == SERVER else httptools.HttpResponseParser)(callbacks)
    try:
        parser.feed_data(data)
    except httptools.HttpParserUpgrade:
        pass
    except httptools.HttpParserError as error:
        callbacks.reading.error = str(error)
    return callbacks.reading


def mutate(lot, seeds):
    """One mutated message: usually one or two changes, so that the rest of it stays good."""
    data = lot.choice(seeds)
    if lot.random() < 0.1:
        other = lot.choice(seeds)
        data = data[: lot.randrange(len(data))] + other[lot.randrange(len(other)) :]
    for _ in range(lot.choice((0, 1, 1, 1, 2, 2, 3, 5))):
        at = lot.randrange(len(data) + 1)
        end = min(len(data), at + lot.choice((1, 1, 2, 4, 16)))
        kind = lot.randrange(6)
        if kind == 0:
            data = data[:at] + lot.choice(_WORDS) + data[at:]
        elif kind == 1:
            data = data[:at] + lot.choice(_WORDS) + data[end:]
        elif kind == 2:
            data = data[:at] + data[end:]
        elif kind == 3:
            data = data[:at] + data[at:end] * lot.choice((2, 2, 3, 40)) + data[end:]
        elif kind == 4 and at < len(data):
            data = data[:at] + bytes([data[at] ^ 1 << lot.randrange(8)]) + data[at + 1 :]
        else:  # a whole line is where the meaning lies
            lines = data.split(b"\r\n")
            lines.insert(lot.randrange(len(lines)), lot.choice(_WORDS).rstrip(b"\r\n"))
            data = b"\r\n".join(lines)
    return data


def compare(role, data):
    """Problems as a list of texts, and this input's row of the table (None when all three agree)."""
    reading, second, third = ours(role, data), by_h11(role, data), by_httptools(role, data)
    problems = []
    if reading.error and not reading.error[:3].strip().isdigit():
        problems.append("error without status: " + reading.error)
    found = disagreements(reading, second)
    why = reading.error or second.error or third.error
    if found or (reading.verdict(), second.verdict()) == ("accepts", "rejects"):
        reason = explain(role, data, reading)
        if reason is None:
            problems += found or ["accepted what h11 rejects: " + second.error]
        why = reason or why
    verdicts = (reading.verdict(), second.verdict(), third.verdict())
    return problems, None if len(set(verdicts)) == 1 else (*verdicts, why)


def disagreements(reading, second):
    """What the codec accepted and h11 rejected or read in another way, as texts."""
    found = []
    for index in range(len(reading.messages) - (not reading.complete)):
        whole = index + 1 < len(second.messages) or index < len(second.messages) and second.complete
        if not whole:
            return [*found, f"accepted what h11 rejects: {second.error or 'waits'}"]
        names = differences(reading.messages[index], second.messages[index])
        found += [f"read otherwise than h11: {name}" for name in names]
    return found


def explain(role, data, reading):
    """The section that allows to accept what h11 refuses, or None."""
    for reason, change in EXPLAINED:
        changed = change(role, data)
        if changed != data and not disagreements(reading, by_h11(role, changed)):
            return reason
    return None


def differences(mine, theirs):
    """Names of the parts in which two readings of one message differ."""
    found = [key for key in ("first", "body") if mine[key] != theirs[key]]
    values = {}
    for name, value in theirs["fields"]:
        values.setdefault(name, []).append(text_of(value))
    for name, texts in values.items():
        value, other = mine["fields"](name), ", ".join(texts)
        if value != other and (name != b"transfer-encoding" or value.lower() != other):  # h11 makes it lower case
            found.append(repr(name))
    return found


def run(count, seed):
    """Fuzz both roles. Returns (problems as texts with their input, Counter of table rows, an example of each row)."""
    lot = random.Random(seed)
    problems, rows, examples = [], Counter(), {}
    for turn in range(count):
        role, seeds = ((SERVER, REQUESTS), (CLIENT, RESPONSES))[turn % 3 == 2]
        data = mutate(lot, seeds)
        try:
            found, row = compare(role, data)
            whole, cut = ours(role, data), ours(role, data, [lot.randrange(len(data) + 1) for _ in range(3)])
            if shape(whole) != shape(cut):
                found.append(f"a split changes the reading: {shape(whole)} {shape(cut)}")
        except Exception as error:  # a crash is what a fuzzer looks for: it becomes a finding with its input
            found, row = [f"crash: {error!r}"], None
        problems += [f"{text}\n    role {role}: {data!r}" for text in found]
        if row:
            rows[(role, *row)] += 1
            if len(data) < len(examples.get((role, *row), data + b"x")):
                examples[(role, *row)] = data
    return problems, rows, examples


def shape(reading):
    """What must not depend on how the bytes were cut."""
    return [(m["first"], m["body"]) for m in reading.messages], reading.error[:3], reading.complete


def main():
    """Command line: print the table and the problems; exit status 1 when there are problems."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--count", type=int, default=100000)
    parser.add_argument("--seed", type=int, default=random.randrange(1 << 29))
    arguments = parser.parse_args()
    print(f"{arguments.count} inputs, --seed {arguments.seed}")
    problems, rows, examples = run(arguments.count, arguments.seed)
    print("count role     codec   h11     httptools  why / shortest example")
    for row, count in rows.most_common():
        role = "request " if row[0] == SERVER else "response"
        print(f"{count:5} {role} {row[1]:7} {row[2]:7} {row[3]:9}  {row[4]}\n        {examples[row]!r}")
    for text in problems[:50]:
        print("PROBLEM", text)
    print(f"{len(problems)} problems")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
