"""Keeps the books of one worker: the phones' loop writes, Locust's thread takes what has come together."""

import threading
import time

from host.fleet.tally import Tally, text_class

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
        self._answers = []  # as they came: adding up is quicker when many are alike
        self._connects = []
        self._bytes = {}
        self.requests = []

    def open(self):
        self._begin = time.monotonic()

    def take(self):
        """(dict of a Tally, requests) since the last time."""
        with self._lock:
            tally, self._tally = self._tally, Tally()
            requests, self.requests = self.requests, []
            answers, self._answers = self._answers, []
            connects, self._connects = self._connects, []
            received, self._bytes = self._bytes, {}
        for (name, status, at, conditional, ms), count in _alike(answers):
            _add_answers(tally, name, status, str(at), conditional, ms, count)
        for (kind, at, ms), count in _alike(connects):
            tally.add("times", "connect", ms, count=count)
            tally.add("series", str(at), kind, count=count)
            tally.add("count", kind, count=count)
        for at, count in received.items():
            tally.add("series", str(at), "bytes", count=count)
            tally.add("count", "bytes", count=count)
        requests += [("(connect)", row[-1], None) for row in connects]
        requests += [(row[0], row[-1], _failure(row[1])) for row in answers]
        return tally.data, requests

    def _at(self):
        return int((time.monotonic() - self._begin) / self._slice_s)

    def connected(self, scheme, ms):
        if self._begin is not None:
            with self._lock:
                self._connects.append(("handshakes" if scheme == "https" else "connections", self._at(), ms))

    def answered(self, name, status, ms, conditional):
        if self._begin is not None:
            with self._lock:
                self._answers.append((name, status, self._at(), conditional, ms))

    def received(self, count):
        if self._begin is not None:
            with self._lock:
                at = self._at()
                self._bytes[at] = self._bytes.get(at, 0) + count

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
            self._tally.add("series", str(self._at()), "began")

    def round(self, result, found, diagnostics):
        """A round is over: ``found`` are the reasons why it failed, none when it is done."""
        with self._lock:
            self._tally.add("rounds", result if not found else "failed")
            for reason in found:
                self._tally.add("failures", reason)
                self._tally.add("failed at", reason, str(self._at()))
            for text in diagnostics:
                self._tally.add("diagnostics", text)

    def provisioned(self, task, ms):
        with self._lock:
            at = str(self._at())
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


def _alike(rows):
    """(row, how many) of equal rows, whose last field, milliseconds, has become the class of a histogram."""
    counts = {}
    for row in rows:
        row = *row[:-1], text_class(row[-1])
        counts[row] = counts.get(row, 0) + 1
    return counts.items()


def _add_answers(tally, name, status, at, conditional, ms, count):
    tally.add("times", "file", name, ms, count=count)
    tally.add("times", "answers at", at, ms, count=count)
    tally.add("status", name, str(status), count=count)
    tally.add("count", "requests", count=count)
    tally.add("series", at, "requests", count=count)
    if conditional:
        tally.add("count", "conditional", count=count)
    if status == 304:
        tally.add("count", "not modified", count=count)
        tally.add("series", at, "not modified", count=count)
    if status >= 500:
        tally.add("series", at, "busy", count=count)


def _failure(status):
    """What Locust counts as one: what a phone does not expect."""
    return "HTTP %d" % status if status >= 400 and status not in (404, 410) else None


def slice_of(seconds):
    """Width of a step of the time axis for a run of ``seconds``."""
    return max(1, round(seconds / _SLICES))
