"""The phone's log: one line per event to a sink, and a short ring of the last lines for the status page."""

from micropython import const

_LINE = const(300)  # characters of one line: a hostile peer's text must not fill the ring
_OFTEN = const(20)  # warnings and errors in ...
_WINDOW_S = const(10)  # ... that time: strangers can cause them, and a board's serial line takes 8 ms for each
_KEEP = const(16)  # lines kept, one page of them: 16 lines of about 60 characters cost 1.5 KB of the 112 KB heap


def clean(text, limit=_LINE):
    """Text that is safe on a terminal, LCD or log: control characters (C0, DEL, C1) become ``?``; cut to ``limit``."""
    text = text[:limit]
    data = text.encode("utf-8", "surrogatepass")  # a loop over the text itself would fill the heap: see text.py
    last = 0
    for byte in data:
        if byte < 32 or byte == 127 or last == 0xC2 and byte < 0xA0:
            return _masked(data)
        last = byte
    return text


def _masked(data):
    out = bytearray()
    for byte in data:
        if out and out[-1] == 0xC2 and byte < 0xA0:
            out[-1] = byte = 63  # "?": of C1 only one byte is left
            continue
        out.append(63 if byte < 32 or byte == 127 else byte)
    return str(out, "utf-8", "replace")


class Log:
    """``sink(line)`` gets each finished line; ``clock.uptime_s()`` stamps it. Secrets are the caller's duty to omit.
    ``lines``: the last ones, ``keep`` at most.

    Warnings and errors that come too often are left out and counted: an attack must not cost more than it does anyway.
    """

    def __init__(self, sink, clock, keep=_KEEP):
        self._sink = sink
        self._clock = clock
        self.keep = keep
        self._since = 0  # a window's begin, and the warnings and errors in it
        self._count = 0
        self.lines = []
        self.remote = None  # its send(level, area, text) gets each line, too: net/syslog.py

    def info(self, area, text):
        self._line("", area, text)

    def warning(self, area, text):
        self._line("warning: ", area, text)

    def error(self, area, text):
        self._line("error: ", area, text)

    def _line(self, level, area, text):
        now = self._clock.uptime_s()
        if level:
            if now - self._since >= _WINDOW_S:
                left_out = self._count - _OFTEN
                self._since = now
                self._count = 0
                if left_out > 0:
                    self._line("", "log", "%d warnings and errors left out" % left_out)
            self._count += 1
            if self._count > _OFTEN:
                return
        text = clean(str(text))
        line = "%d %s: %s%s" % (now, area, level, text)
        if len(self.lines) >= self.keep:
            self.lines.pop(0)
        self.lines.append(line)
        self._sink(line)
        if self.remote:
            self.remote.send(level, area, text)
