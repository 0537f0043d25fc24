"""What a rehearsal does: which phones there are, when each begins, and what it does then. The same in every worker."""

import hashlib
import statistics
from dataclasses import asdict, dataclass, field

ARRIVALS = ("ramp", "burst", "daily")
SCENARIOS = ("boot", "resync", "firmware", "mixed", "configuration")
_MIXED = (("resync", 70), ("boot", 95), ("firmware", 100))  # up to which of 100: a Monday, with some phones new
_PEAK = statistics.NormalDist(0.5, 0.16)  # of a day's span: two of three phones in a third of it


@dataclass
class Plan:
    """``phones``: how many. ``span_s``: in which they begin. ``rate``: begins per second, at most, of all workers.
    ``patience_s``: after ``span_s`` nobody tries again and what still runs is given up. ``tries`` and ``again_s``:
    how often a phone tries, and the wait before the second time (doubled for each next; by lot).
    ``settings``: rows that are set on each phone, ``ca``: PEM of its trust anchors. ``host``: the only one besides
    loopback to which a phone may connect. ``macs``: [(MAC, model or "")], empty for made ones.
    """

    server: str
    host: str
    phones: int
    arrival: str = "ramp"
    scenario: str = "boot"
    models: dict = field(default_factory=lambda: {"57i": 1})
    ca: str = ""
    span_s: float = 60
    patience_s: float = 120
    rate: float = 200
    tries: int = 5
    again_s: float = 5
    settings: dict = field(default_factory=dict)
    macs: list = field(default_factory=list)
    first_mac: str = "00085D000001"
    seed: int = 1
    inflight: int = 1000
    digest_file: str = ""

    def plain(self):
        """The same as a dict for another process."""
        return asdict(self)

    def offsets(self):
        """Seconds from the start at which each phone begins, ascending and never faster than ``rate``."""
        step = 1 / self.rate
        found, last = [], -step
        for number in range(self.phones):
            part = (number + 0.5) / self.phones
            if self.arrival == "burst":
                part = 0
            elif self.arrival == "daily":
                part = min(max(_PEAK.inv_cdf(part), 0), 1)
            last = max(part * self.span_s, last + step)
            found.append(last)
        return found

    def mac(self, number):
        if self.macs:
            return self.macs[number][0]
        return "%012X" % (int(self.first_mac, 16) + number)

    def model(self, number):
        if self.macs and self.macs[number][1]:
            return self.macs[number][1]
        if len(self.models) == 1:
            return next(iter(self.models))
        lot = self._lot(number, "model") * sum(self.models.values())
        for model, share in self.models.items():
            lot -= share
            if lot < 0:
                return model
        return next(iter(self.models))  # not reached but by rounding

    def task(self, number):
        """The scenario of one phone: that of the plan, or by lot what a mixed morning brings."""
        if self.scenario != "mixed":
            return self.scenario
        lot = self._lot(number, "task") * 100
        return next(name for name, upto in _MIXED if lot < upto)

    def mine(self, index, workers):
        """The numbers of the phones that worker ``index`` of ``workers`` carries: each has some of every moment."""
        return range(index, self.phones, workers)

    def _lot(self, number, what):
        """0 to 1 by seed and number: the same in each process and run."""
        digest = hashlib.sha256(("%d %s %d" % (self.seed, what, number)).encode()).digest()
        return int.from_bytes(digest[:6], "big") / (1 << 48)
