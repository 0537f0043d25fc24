"""One line of progress in the terminal: what has come, how fast, and when it will be over."""

import sys
import time

_LINE_S = 5  # between lines where no terminal shows a line that changes
_RATE_S = 5


class Progress:
    """Give it to engine.Engine as ``watch``."""

    def __init__(self, out=None):
        self._out = out or sys.stderr
        self._live = self._out.isatty()
        self._last = 0.0
        self._seen = []
        self._width = 0
        self._arriving_s = self._state = None

    def __call__(self, engine):
        now = time.monotonic()
        done = engine.tally.get("count").get("provisioned", 0)
        self._seen = [pair for pair in self._seen if now - pair[0] < _RATE_S] + [(now, done)]
        if engine.state == self._state and now - self._last < (0.5 if self._live else _LINE_S):
            return
        self._last, self._state = now, engine.state
        self._show(self._line(engine, now))

    def say(self, text):
        """A line of its own, for good."""
        if self._live and self._width:
            self._out.write("\r" + " " * self._width + "\r")
            self._width = 0
        self._out.write(text + "\n")
        self._out.flush()

    def end(self):
        if self._live and self._width:
            self._out.write("\n")
            self._out.flush()

    def _show(self, line):
        if self._live:
            self._out.write("\r" + line.ljust(self._width)[:160])
            self._width = len(line)
        else:
            self._out.write(line + "\n")
        self._out.flush()

    def _line(self, engine, now):
        if engine.state == "joining":
            return "workers: %d of %d" % (engine.joined, engine.workers)
        if engine.state == "preparing":
            return "preparing: the phones fill their caches"
        count = engine.tally.get("count")
        done, total = count.get("provisioned", 0), engine.plan.phones
        gone = count.get("unprovisioned", 0)
        first = self._seen[0]
        rate = (done - first[1]) / (now - first[0]) if now > first[0] else 0
        failed = engine.tally.get("rounds").get("failed", 0)
        text = "%3d %%  %d of %d phones provisioned, %.0f/s, %d requests, %d failed tries, %d given up" % (
            100 * (done + gone) // total, done, total, rate, count.get("requests", 0), failed, gone
        )  # fmt: skip
        return text + self._rest(engine, now, rate, total - done - gone)

    def _rest(self, engine, now, rate, missing):
        if not missing:
            return ""
        if self._arriving_s is None:
            self._arriving_s = engine.plan.offsets()[-1]  # computed for each phone: once is enough
        arriving = engine.begun + self._arriving_s - now
        most = engine.begun + engine.plan.span_s + engine.plan.patience_s - now
        guess = max(arriving, missing / rate) if rate else most
        return ", about %d s left" % max(0, min(guess, most))
