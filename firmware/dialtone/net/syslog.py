"""Sends each line of the log to a syslog server: RFC 5424 over UDP (RFC 5426). In the heap only while one is set.

A line is sent at once or not at all: nothing waits, nothing is kept, and a server that is away costs nothing. Secrets
never reach the log in the first place (see log.py).
"""

from micropython import const

_BYTES = const(480)  # of one datagram: what every receiver must take (RFC 5424 section 6.1)
_MOST = const(100)  # datagrams in ...
_WINDOW_S = const(10)  # ... that time: a storm of requests must not become one of datagrams
_LOCAL0 = const(128)  # facility 16, as the real phones
_LEVELS = (("error: ", 3), ("warning: ", 4), ("", 6))


class Syslog:
    """``raw``: of ``datagram.connect``. It is what ``Log.remote`` wants."""

    def __init__(self, raw, clock, host):
        self.raw = raw
        self._clock = clock
        self._host = _word(host, 255)
        self._since = 0
        self._count = 0

    def send(self, level, area, text):
        """Sends one line; ``level`` as the log writes it. Never raises, never waits."""
        now = self._clock.uptime_s()
        if now - self._since >= _WINDOW_S:
            left_out = self._count - _MOST
            self._since = now
            self._count = 0
            if left_out > 0:
                self._write("", "log", "%d lines not sent" % left_out)
        self._count += 1
        if self._count <= _MOST:
            self._write(level, area, text)

    def _write(self, level, area, text):
        severity = [number for word, number in _LEVELS if word == level][0]
        stamp = self._clock.stamp()
        day = "%s-%s-%s" % (stamp[:4], stamp[4:6], stamp[6:8])
        head = "<%d>1 %sT%s:%s:%sZ %s dialtone - %s - " % (
            _LOCAL0 + severity, day, stamp[8:10], stamp[10:12], stamp[12:14], self._host, _word(area, 32),
        )  # fmt: skip
        data = text.encode()
        if len(data) != len(text):
            data = b"\xef\xbb\xbf" + data  # says that it is UTF-8 (RFC 5424 section 6.4)
        try:
            self.raw.write(cut(head.encode() + data, _BYTES))
        except (OSError, ValueError):
            pass  # the network is away, or the server's host said so to the last one


def cut(data, count):
    """The first ``count`` bytes of UTF-8 text without half a character at the end."""
    if len(data) > count:
        while data[count] & 0xC0 == 0x80:
            count -= 1
    return data[:count]


def _word(text, most):
    """``text`` as a header field: visible ASCII without blanks, "-" when nothing is left (RFC 5424 section 6)."""
    return str(bytes([byte if 32 < byte < 127 else 95 for byte in text.encode()][:most]), "utf-8") or "-"


def follow(log, store, platform):
    """Begins, ends or redirects what ``log`` sends, as the configuration says. A name is looked up here alone."""
    old, log.remote = log.remote, None
    if old:
        old.raw.close()
    host = store.get("log server ip")
    if not host or host == "0.0.0.0":
        return
    from dialtone.net import datagram

    try:
        raw = datagram.connect(host, store.number("log server port"))
    except OSError:
        return log.warning("log", "the log server %s cannot be found" % host)
    log.remote = Syslog(raw, platform.clock, store.get("hostname") or platform.hostname)
    platform.unload("dialtone.net.datagram")
