"""The abuse cases: one function each, which attacks one listener of a phone while well-behaved clients go on.

A case gets a ``Trial`` and says how it attacks; what must hold during and after it is the same for all (``Trial.run``).
"""

import time

from abuse_rig import OTHER, OWN, Good

SAME_MS = 3000  # a well-behaved client is served within that on the listener under attack ...
OTHER_MS = 1000  # ... and within that on the other one
HEAP_SLACK = 1024  # bytes: lines in the log ring are of different length, and a log-in is cached
QUIET_TIMES = 3  # looks: MicroPython's collector takes some dead objects for alive until their traces are overwritten
RESIDENT_SLACK = 4096  # kB: the C library keeps some of what was freed


class Scale:
    """How hard: ``seconds`` of one attack, ``idle`` connections, ``mixed`` requests, ``garbage`` requests."""

    def __init__(self, seconds, idle, mixed, garbage, limits=None):
        self.seconds = seconds
        self.idle = idle
        self.mixed = mixed
        self.garbage = garbage
        self.limits = limits or {}


FULL = Scale(seconds=20, idle=500, mixed=100000, garbage=5000)
SCALED = Scale(
    seconds=4, idle=100, mixed=2000, garbage=300,
    limits={"first_byte_ms": 2000, "handshake_ms": 2000, "request_ms": 3000, "write_ms": 3000, "idle_ms": 3000},
)  # fmt: skip


class Trial:
    """One case against one listener (``scheme``) of a phone (``rig``). ``figures`` and ``problems`` are the outcome."""

    def __init__(self, rig, case, scheme, scale, seed=1):
        self.rig = rig
        self.case = case
        self.scheme = scheme
        self.scale = scale
        self.seed = seed
        self.problems = []
        self.figures = {"case": case.__name__.replace("_", " "), "listener": scheme, "runtime": rig.runtime}

    def run(self):
        """Attack, and judge: who was served how fast, what the log says, what is left of it. Returns ``self``."""
        rig, figures = self.rig, self.figures
        before = rig.rest
        log = len(rig.log())
        begin = time.monotonic()
        attacks = self.case(self)
        good = {(s, a): Good(a, port, s == "https") for s, port in rig.ports.items() for a in (OWN, OTHER)}
        done = [attack.finish() for attack in attacks]
        for client in good.values():
            client.stop()
        figures["seconds"] = time.monotonic() - begin
        self._attacker(done)
        self._served(good)
        if not rig.alive():
            self.problems.append("the phone's process has ended:\n" + rig.log()[-2000:])
            return self
        figures["released_s"] = rig.wait_sockets(before["sockets"])
        self._log(rig.log()[log:])
        self._rest(before)
        return self

    def _attacker(self, attacks):
        """Sums what the attackers found, once they have ended."""
        total = {"opened": 0, "most": 0, "closed": 0, "requests": 0}
        answers = {}
        for found, wrong in attacks:
            self.problems += wrong
            for run in found:
                total = {name: value + run.get(name, 0) for name, value in total.items()}
                for status, count in run["said"].items():
                    answers[status] = answers.get(status, 0) + count
                if not self.rig.small:
                    self.problems += ["wrong answer: %s" % row for row in run.get("bad", ())]
            total["most"] = max([run["most"] for run in found], default=0)
        self.figures.update(total, answers=answers)

    def _served(self, good):
        for (scheme, address), client in good.items():
            same = scheme == self.scheme
            limit = SAME_MS if same else OTHER_MS
            name = "%s, %s" % ("same" if same else "other", "own" if address == OWN else "127.0.0.2")
            self.figures[name] = {"worst_ms": client.worst, "served": client.served, "refused": client.refused}
            self.figures[name]["told"] = client.told
            self.problems += ["%s listener: %s" % (name, text) for text in client.wrong[:3]]
            if client.worst > limit:
                self.problems.append("%s listener: %.0f ms, more than %d" % (name, client.worst, limit))
            if client.refused and not (same and address == OWN) and not self.rig.small:
                self.problems.append("%s listener: %d times refused" % (name, client.refused))
            if not client.served and not client.refused:
                self.problems.append("%s listener: never asked" % name)

    def _log(self, text):
        lines = text.splitlines()
        self.figures["log_lines"] = len(lines)
        self.figures["log_kinds"] = sorted({line.partition(" ")[2][:60] for line in lines})[:8]
        for bad in ("Traceback", "MemoryError", "do not end", "Task exception"):
            if bad in text and (bad != "MemoryError" or not self.rig.small):
                self.problems.append("%s in the log:\n%s" % (bad, text[text.find(bad) - 100 :][:800]))

    def _rest(self, before):
        """Heap, resident memory and sockets are back; pages that are still loaded get the time to be dropped.

        At rest a phone on 64-bit MicroPython has up to 14 KB that its collector takes for alive, or does not: an attack
        that overwrote its traces does not make the next one's rest a leak. What leaks with each attack soon leads
        beyond what the phone had at rest before the first one.
        """
        most = max(before["heap"], self.rig.unharmed["heap"]) + HEAP_SLACK
        after = self.rig.sample()
        for _ in range(QUIET_TIMES):
            if after["heap"] <= most:
                break
            after = self.rig.sample(quiet=True)
        self.figures["before"], self.figures["after"] = before, after
        if after["heap"] > most:
            self.problems.append("heap grew from %d to %d" % (before["heap"], after["heap"]))
        if after["resident"] - before["resident"] > RESIDENT_SLACK:
            self.problems.append("resident memory grew from %d to %d kB" % (before["resident"], after["resident"]))
        if after["sockets"] > before["sockets"]:
            self.problems.append("sockets grew from %d to %d" % (before["sockets"], after["sockets"]))


def slow_headers(trial):
    """slowhttptest -H: heads that never end, a few bytes at a time."""
    return [_slow(trial, "-H", "-x", "24")]


def slow_body(trial):
    """slowhttptest -B: a form whose body never comes to its end."""
    return [_slow(trial, "-B", "-s", "8192", "-x", "10")]


def slow_read(trial):
    """slowhttptest -X: asks for pages and takes a byte now and then through a tiny window."""
    return [_slow(trial, "-X", "-w", "1", "-y", "16", "-z", "1", "-n", "2", "-k", "10")]


def _slow(trial, *options):
    count = trial.scale.idle
    interval = "1" if trial.scale.seconds < 10 else "5"
    more = ("-c", str(count), "-r", str(count // 2), "-i", interval, "-p", "3", *options)
    trial.figures["tool"] = "slowhttptest " + " ".join(more)
    return trial.rig.slowhttptest(trial.scheme, trial.scale.seconds, *more)


def idle_connections(trial):
    """Connections that say nothing; each that the phone closes is replaced at once, 100 a second."""
    scale = trial.scale
    return [trial.rig.attack("idle", trial.scheme, scale.seconds, count=scale.idle, rate=max(100, scale.idle / 5))]


def flood(trial):
    """Connect and reset, as fast as one process can, from one address."""
    return [trial.rig.attack("flood", trial.scheme, trial.scale.seconds, count=100)]


def half_open_handshakes(trial):
    """Handshakes that stop after a byte, half or all of the ClientHello; closed ones are replaced, 50 a second."""
    scale = trial.scale
    return [trial.rig.attack("hello", trial.scheme, scale.seconds, count=scale.idle, rate=50)]


def handshake_flood(trial):
    """Whole ClientHellos from one address as fast as the phone answers: each costs it a key and a signature."""
    return [trial.rig.attack("handshakes", trial.scheme, trial.scale.seconds, count=50)]


def garbage(trial):
    """Random bytes, and requests that were cut, flipped or mutated."""
    scale = trial.scale
    return [trial.rig.attack("garbage", trial.scheme, scale.seconds * 4, count=scale.garbage, seed=trial.seed)]


def never_reads(trial):
    """Asks for page after page over many connections and reads nothing."""
    return [trial.rig.attack("deaf", trial.scheme, trial.scale.seconds, count=min(trial.scale.idle, 64), rate=50)]


def mixed_requests(trial):
    """Good and bad requests with many outcomes, over four kept connections, each answer checked."""
    scale = trial.scale
    return [
        trial.rig.attack("mixed", trial.scheme, scale.seconds * 20, count=scale.mixed // 4, seed=trial.seed + number)
        for number in range(4)
    ]


BOTH, PLAIN, TLS = ("http", "https"), ("http",), ("https",)
CASES = (
    (slow_headers, BOTH),
    (slow_body, BOTH),
    (slow_read, BOTH),
    (idle_connections, BOTH),
    (flood, BOTH),
    (half_open_handshakes, BOTH),
    (handshake_flood, TLS),
    (garbage, BOTH),
    (never_reads, BOTH),
    (mixed_requests, BOTH),
)
