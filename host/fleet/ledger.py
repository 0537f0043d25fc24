"""Keeps the books of one worker: the phones' loop writes, Locust's thread takes what has come together."""

import threading
import time

from host.fleet.tally import Tally

_SLICES = 120  # of the time axis at most


class Ledger:
    """``slice_s``: width of a step of the time axis. Nothing is written before ``open()``: preparations do not count.

    ``requests`` are waiting for Locust's own statistics: (name, ms, failure or None).
    """

    def __init__(self, slice_s):
        self._lock = threading.Lock()
        self._tally = Tally()
        self._slice_s = slice_s
        self._begin = None
        self.requests = []

    def open(self):
        self._begin = time.monotonic()

    def take(self):
        """(dict of a Tally, requests) since the last time."""
        with self._lock:
            tally, self._tally = self._tally, Tally()
            requests, self.requests = self.requests, []
        return tally.data, requests

    def _at(self):
        return str(int((time.monotonic() - self._begin) / self._slice_s))

    def connected(self, scheme, ms):
        if self._begin is None:
            return
        with self._lock:
            self._tally.time("connect", ms)
            self._tally.add("series", self._at(), "handshakes" if scheme == "https" else "connections")
            self._tally.add("count", "handshakes" if scheme == "https" else "connections")
            self.requests.append(("(connect)", ms, None))

    def answered(self, name, status, ms, conditional):
        if self._begin is None:
            return
        with self._lock:
            at = self._at()
            self._tally.time_in(ms, ("file", name), ("answers at", at))
            self._tally.add("status", name, str(status))
            count, step = self._tally.place("count"), self._tally.place("series", at)
            _more(count, "requests")
            _more(step, "requests")
            if conditional:
                _more(count, "conditional")
            if status == 304:
                _more(count, "not modified")
                _more(step, "not modified")
            if status >= 500:
                _more(step, "busy")
            self.requests.append((name, ms, "HTTP %d" % status if status >= 400 and status not in (404, 410) else None))

    def received(self, count):
        if self._begin is None:
            return
        with self._lock:
            _more(self._tally.place("count"), "bytes", count)
            _more(self._tally.place("series", self._at()), "bytes", count)

    def attempt(self, reason):
        """A connection or request failed; the phone may try again."""
        if self._begin is None:
            return
        with self._lock:
            self._tally.add("attempts", reason)
            self.requests.append(("(failed)", 0, reason))

    def began(self):
        with self._lock:
            self._tally.add("count", "began")
            self._tally.add("series", self._at(), "began")

    def round(self, result, found, diagnostics):
        """A round is over: ``found`` are the reasons why it failed, none when it is done."""
        with self._lock:
            self._tally.add("rounds", result if not found else "failed")
            for reason in found:
                self._tally.add("failures", reason)
                self._tally.add("failed at", reason, self._at())
            for text in diagnostics:
                self._tally.add("diagnostics", text)

    def provisioned(self, task, ms):
        with self._lock:
            at = self._at()
            self._tally.time("provisioned", task, ms)
            self._tally.time("provisioned at", at, ms)
            self._tally.add("count", "provisioned")
            self._tally.add("series", at, "provisioned")

    def never(self, reason):
        """A phone is given up, of the last ``reason``."""
        with self._lock:
            self._tally.add("count", "unprovisioned")
            self._tally.add("never", reason)

    def strain(self, lag_ms, held):
        """How late the loop was, and whether phones had to wait for the worker's own bound."""
        with self._lock:
            self._tally.time("lag", lag_ms)
            if held:
                self._tally.add("count", "held")


def _more(place, name, count=1):
    place[name] = place.get(name, 0) + count


def slice_of(seconds):
    """Width of a step of the time axis for a run of ``seconds``."""
    return max(1, round(seconds / _SLICES))
