"""The phone's log: one line per event to a sink, and a short ring of the last lines for the status page."""

from micropython import const

_LINE = const(300)  # characters of one line: a hostile peer's text must not fill the ring
_KEEP = const(16)  # lines kept, one page of them: 16 lines of about 60 characters cost 1.5 KB of the 112 KB heap


def clean(text, limit=_LINE):
    """Text that is safe on a terminal, LCD or log: control characters (C0, DEL, C1) become ``?``; cut to ``limit``."""
    text = text[:limit]
    for char in text:
        if char < " " or "\x7f" <= char <= "\x9f":
            return "".join([c if " " <= c < "\x7f" or c > "\x9f" else "?" for c in text])
    return text


class Log:
    """``sink(line)`` gets each finished line; ``clock.uptime_s()`` stamps it. Secrets are the caller's duty to omit."""

    def __init__(self, sink, clock, keep=_KEEP):
        self._sink = sink
        self._clock = clock
        self._keep = keep
        self.lines = []

    def info(self, area, text):
        self._line("", area, text)

    def warning(self, area, text):
        self._line("warning: ", area, text)

    def error(self, area, text):
        self._line("error: ", area, text)

    def _line(self, level, area, text):
        line = "%d %s: %s%s" % (self._clock.uptime_s(), area, level, clean(str(text)))
        if len(self.lines) >= self._keep:
            self.lines.pop(0)
        self.lines.append(line)
        self._sink(line)
