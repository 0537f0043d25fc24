"""The attackers of `make abuse`: each is one loop over many sockets of one process, bounded in count and time.

`abuse_attack.py KIND --port N --seconds S [--count N] [--rate N] [--secure] [--address A] [--seed N]` prints one JSON
line at its end: how many connections it opened, how many the phone closed, and what the phone answered, by status.
"""

import argparse
import json
import random
import selectors
import socket
import ssl
import struct
import time
from collections import Counter

HOST = "127.0.0.1"
_LOGIN = b"Authorization: Basic YWRtaW46MjIyMjI=\r\n"
_RESET = struct.pack("ii", 1, 0)  # close with a reset: no port stays in TIME_WAIT, so a flood does not end by itself
_CONNECT_SECONDS = 0.05  # a SYN that was dropped is given up and a new one sent: the kernel would wait 1, 2, 4 s
_PAUSE = 0.02  # seconds after a failure
_REPLY_SECONDS = 5.0  # a phone under attack has that long for an answer before the attacker goes on


def unverified():
    """A client context that takes the phone's own certificate."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    return context


def client_hello():
    """A whole and right ClientHello, as OpenSSL makes it."""
    incoming, outgoing = ssl.MemoryBIO(), ssl.MemoryBIO()
    link = unverified().wrap_bio(incoming, outgoing)
    try:
        link.do_handshake()
    except ssl.SSLWantReadError:
        pass
    return outgoing.read()


class Swarm:
    """Up to ``count`` connections at once, opened at ``rate`` a second; closed ones are replaced at that rate.

    Each sends what ``first(number)`` gives as soon as it is connected; what the phone answers is read and counted by
    its status unless ``deaf``.
    """

    def __init__(self, options, first, deaf=False, reset=False):
        self._options = options
        self._first = first
        self._deaf = deaf
        self._reset = reset
        self._selector = selectors.DefaultSelector()
        self._left = {}  # socket -> bytes still to send
        self._waiting = {}  # socket -> since when, until it is connected; oldest first
        self.opened = self.closed = self.most = 0
        self.said = Counter()

    def run(self):
        """Attack until the time is over; returns the figures."""
        begin = time.monotonic()
        end = begin + self._options.seconds
        now = begin
        while now < end:
            allowed = int((now - begin) * self._options.rate) + 1 - self.opened
            for _ in range(min(allowed, self._options.count - len(self._left), 64)):
                self._open()
            for key, events in self._selector.select(0.02):
                self._serve(key.fileobj, events)
            self.most = max(self.most, len(self._left) - len(self._waiting))
            now = time.monotonic()
            self._give_up(now)
        held = len(self._left)
        for sock in list(self._left):
            self._close(sock)
        return {"opened": self.opened, "closed": self.closed, "most": self.most, "held": held, "said": dict(self.said)}

    def _open(self):
        sock = socket.socket()
        sock.setblocking(False)
        if self._deaf:
            sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 2048)
        if self._reset:
            sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RESET)
        try:
            sock.bind((self._options.address, 0))
            sock.connect_ex((HOST, self._options.port))
        except OSError:
            sock.close()
            self.said["no socket"] += 1
            return
        self._left[sock] = self._first(self.opened)
        self._waiting[sock] = time.monotonic()
        self.opened += 1
        self._selector.register(sock, selectors.EVENT_WRITE | (0 if self._deaf else selectors.EVENT_READ))

    def _give_up(self, now):
        for sock, since in list(self._waiting.items()):
            if now - since < _CONNECT_SECONDS:
                return
            self.said["not let in"] += 1
            self._close(sock)

    def _serve(self, sock, events):
        try:
            self._waiting.pop(sock, None)
            if events & selectors.EVENT_READ and not self._deaf:
                data = sock.recv(65536)
                if not data:
                    return self._gone(sock)
                if data[:7] == b"HTTP/1.":
                    self.said[data[9:12].decode("ascii", "replace")] += 1
            if events & selectors.EVENT_WRITE:
                self._send(sock)
        except OSError:
            self._gone(sock)

    def _send(self, sock):
        data = self._left[sock]
        if data:
            data = self._left[sock] = data[sock.send(data) :]
        if not data:
            if self._reset:
                self._close(sock)
            elif self._deaf:  # once more: sooner or later neither side's buffers take another byte
                self._left[sock] = self._first(self.opened)
            else:
                self._selector.modify(sock, selectors.EVENT_READ)

    def _gone(self, sock):
        self.closed += 1
        self._close(sock)

    def _close(self, sock):
        self._selector.unregister(sock)
        del self._left[sock]
        self._waiting.pop(sock, None)
        sock.close()


def idle(options):
    """Connections that never say anything."""
    return Swarm(options, lambda number: b"").run()


def flood(options):
    """Connect and reset at once, as fast as one process can."""
    return Swarm(options, lambda number: b"", reset=True).run()


def hello(options):
    """Handshakes that stop: one byte, half a ClientHello, a whole one, a whole one and the start of a wrong record."""
    whole = client_hello()
    kinds = (whole[:1], whole[: len(whole) // 2], whole, whole + b"\x14\x03\x03\x00\x01")
    return Swarm(options, lambda number: kinds[number % len(kinds)]).run()


def handshakes(options):
    """Whole ClientHellos as fast as the phone answers them; each costs it a key and a signature."""
    whole = client_hello()
    return Swarm(options, lambda number: whole).run()


def _never_reads(options, request):
    """Plain: the swarm does not read. TLS needs a handshake first, so each of those connections is opened in turn."""
    if not options.secure:
        return Swarm(options, lambda number: request * 40, deaf=True).run()
    held, figures = [], {"opened": 0, "closed": 0, "most": 0, "said": {}}
    end = time.monotonic() + options.seconds
    while time.monotonic() < end:
        held = [link for link in held if not _ended(link)]
        figures["most"] = max(figures["most"], len(held))
        if len(held) >= options.count:
            time.sleep(0.2)
            continue
        figures["opened"] += 1
        try:
            link = _dial(options, small=True)
            link.settimeout(0.3)
            held.append(link)
            link.sendall(request * 40)
        except OSError:  # full buffers are what we want: a time-out keeps the link
            figures["closed"] += 1
            time.sleep(_PAUSE)
    figures["held"] = len(held)
    for link in held:
        link.close()
    return figures


def deaf(options):
    """Asks for page after page and never reads one."""
    request = b"GET /provis.html HTTP/1.1\r\nHost: " + HOST.encode() + b"\r\n" + _LOGIN + b"\r\n"
    return _never_reads(options, request)


def _ended(link):
    """Whether the peer has closed a link of which nothing is read."""
    try:
        state = link.getsockopt(socket.IPPROTO_TCP, socket.TCP_INFO, 1)[0]
    except OSError:
        return True
    if state != 1:  # ESTABLISHED
        link.close()
        return True
    return False


def _dial(options, small=False):
    sock = socket.socket()
    try:
        if small:
            sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 2048)
        sock.bind((options.address, 0))
        sock.settimeout(_REPLY_SECONDS)
        sock.connect((HOST, options.port))
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        return unverified().wrap_socket(sock) if options.secure else sock
    except BaseException:
        sock.close()
        raise


def garbage(options):
    """``count`` broken requests: random bytes, and good ones that a mutation fuzzer cut, flipped and mixed.

    None has credentials: five wrong ones would shut the well-behaved client at this address out for a minute, as meant.
    """
    import fuzz_http

    requests = [request for request in fuzz_http.REQUESTS if b"uthorization" not in request]
    lot = random.Random(options.seed)
    figures = {"opened": 0, "closed": 0, "most": 1, "held": 0, "said": Counter(), "bad": []}
    end = time.monotonic() + options.seconds
    while figures["opened"] < options.count and time.monotonic() < end:
        kind = lot.randrange(8)
        data = lot.choice(requests)
        if kind == 0:
            data = lot.randbytes(lot.choice((1, 7, 64, 1500)))
        elif kind == 1:
            data = data[: lot.randrange(1, len(data))]
        elif kind == 2:
            at = lot.randrange(len(data))
            data = data[:at] + bytes([data[at] ^ 1 << lot.randrange(8)]) + data[at + 1 :]
        else:
            data = fuzz_http.mutate(lot, requests)
        figures["opened"] += 1
        _exchange(options, data, options.secure and lot.randrange(8) > 0, figures)
    figures["said"] = dict(figures["said"])
    figures["bad"] = figures["bad"][:5]
    return figures


def _exchange(options, data, secure, figures):
    """Sends ``data`` and the end of the stream, and judges what comes back."""
    answer, outcome = b"", "end"
    link = None
    try:
        link = _dial(argparse.Namespace(**{**vars(options), "secure": secure}))
        link.sendall(data)
        if not secure:
            link.shutdown(socket.SHUT_WR)
        else:
            link.settimeout(0.05)  # an unfinished request over TLS cannot be ended so: do not wait for its deadline
        while piece := link.recv(65536):
            answer += piece
    except TimeoutError:
        outcome = "open"
    except OSError:
        outcome = "closed"
    finally:
        if link:
            link.close()
    if answer[:9] == b"HTTP/1.1 " and answer[9:12].isdigit():
        figures["said"][answer[9:12].decode()] += 1
    else:
        figures["said"]["nothing, " + outcome] += 1
        if answer and answer[0] not in (0x15, 0x16):
            figures["bad"].append([repr(data[:200]), repr(answer[:60])])
    if answer[9:12] == b"500":
        figures["bad"].append([repr(data[:400]), repr(answer[:60])])


def _request(line, *fields, body=b""):
    head = [line + b" HTTP/1.1", b"Host: " + HOST.encode(), *fields]
    if body:
        head.append(b"Content-Length: %d" % len(body))
    return b"\r\n".join(head) + b"\r\n\r\n" + body


_IN = _LOGIN.strip()
_FORM = b"Content-Type: application/x-www-form-urlencoded"
# request, statuses that it may get, whether the connection goes on
MIXED = (
    (_request(b"GET /api/status", _IN), (200,), True),
    (_request(b"GET /api/status", _IN), (200,), True),
    (_request(b"GET /api/status"), (401,), True),
    (_request(b"GET /api/status", b"Authorization: Basic YWRtaW46eA=="), (401,), True),
    (_request(b"GET /style.css", _IN), (200,), True),
    (_request(b"GET /sysinfo.html", _IN), (200,), True),
    (_request(b"HEAD /api/status", _IN), (200,), True),
    (_request(b"GET /nowhere-@", _IN), (404,), True),  # @ becomes a word that the answer must repeat
    (_request(b"DELETE /sysinfo.html", _IN), (405,), True),
    (_request(b"POST /provis.html", _IN, _FORM, b"Origin: https://evil.example", body=b"a=b"), (403,), True),
    (_request(b"POST /", _FORM, body=b"xml=%3Ca%2F%3E"), (403,), True),
    (_request(b"BREW /"), (501,), False),
    (b"GET / HTTP/1.1\r\n\r\n", (400,), False),
    (b"\x00garbage\r\n\r\n", (400,), False),
    (_request(b"GET /" + b"a" * 1100), (414,), False),
    (_request(b"GET /", b"X: " + b"y" * 5000), (431,), False),
    (b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 9999999\r\n\r\n", (413,), False),
    (b"GET / HTTP/1.1\r\nHo", (), False),  # and closes
)
_WEIGHTS = (30, 30, 4, 4, 8, 4, 8, 8, 2, 3, 3, 1, 1, 1, 1, 1, 1, 1)


def mixed(options):
    """``count`` requests of all kinds, good and bad, over a few connections that are kept or dropped as they ask."""
    lot = random.Random(options.seed)
    figures = {"opened": 0, "closed": 0, "most": 1, "held": 0, "said": Counter(), "bad": [], "requests": 0}
    end = time.monotonic() + options.seconds
    link = None
    while figures["requests"] < options.count and time.monotonic() < end:
        data, codes, goes_on = lot.choices(MIXED, _WEIGHTS)[0]
        word = b"%08x" % lot.getrandbits(32) if b"@" in data else b""
        data = data.replace(b"@", word)
        try:
            if link is None:
                figures["opened"] += 1
                link = _dial(options)
            figures["requests"] += 1
            link.sendall(data)
            status, body = _status(link, data.startswith(b"HEAD")) if codes else (0, word)
            if word not in body:
                status = "somebody else's answer"
        except OSError as error:
            status = type(error).__name__
            time.sleep(_PAUSE)
        figures["said"][str(status)] += 1
        if codes and status not in codes:
            figures["bad"].append([repr(data[:60]), status])
        if not goes_on or not isinstance(status, int):
            if link:
                link.close()
            link = None
    if link:
        link.close()
    figures["said"] = dict(figures["said"])
    figures["bad"] = figures["bad"][:5]
    return figures


def _status(link, head_only):
    """Reads one whole response; returns its status and body."""
    data = b""
    while b"\r\n\r\n" not in data:
        data += _more(link)
    head, _, body = data.partition(b"\r\n\r\n")
    lines = head.lower().split(b"\r\n")
    length = [int(line[15:]) for line in lines if line.startswith(b"content-length:")]
    if not head_only:
        if length:
            while len(body) < length[0]:
                body += _more(link)
        else:
            while not body.endswith(b"0\r\n\r\n"):
                body += _more(link)
    return int(lines[0][9:12]), body


def _more(link):
    piece = link.recv(65536)
    if not piece:
        raise ConnectionResetError
    return piece


KINDS = {f.__name__: f for f in (idle, flood, hello, handshakes, deaf, garbage, mixed)}


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("kind", choices=KINDS)
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--seconds", type=float, required=True)
    parser.add_argument("--count", type=int, default=500)
    parser.add_argument("--rate", type=float, default=1e9)
    parser.add_argument("--secure", action="store_true")
    parser.add_argument("--address", default="127.0.0.1")
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    print(json.dumps(KINDS[options.kind](options)))


if __name__ == "__main__":
    main()
