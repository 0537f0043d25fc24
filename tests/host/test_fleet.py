"""The parts of the rehearsal that need no server: plan, safety, counting, limits, report."""

import json
import os
import random
import subprocess
import sys

import pytest

from host.cli import main
from host.fleet import limits, reasons, safety
from host.fleet.capacity import capacity
from host.fleet.edition import edition, unlike
from host.fleet.plan import Plan
from host.places import ROOT
from host.fleet.tally import Tally, quantile, text_class, upper_ms


def plan(**more):
    return Plan(server="https://127.0.0.1/", host="127.0.0.1", **{"phones": 1000, **more})


def test_arrivals_fill_the_span_and_keep_to_the_rate():
    for arrival in ("ramp", "burst", "daily"):
        offsets = plan(arrival=arrival, span_s=60, rate=50).offsets()
        steps = [b - a for a, b in zip(offsets, offsets[1:], strict=False)]
        assert len(offsets) == 1000 and offsets[0] >= 0 and min(steps) >= 0.02 - 1e-9
    assert 19 < plan(arrival="burst", span_s=60, rate=50).offsets()[-1] < 20.1, "as fast as the rate allows"
    assert 59 < plan(arrival="ramp", span_s=60, rate=50).offsets()[-1] < 60
    daily = plan(arrival="daily", span_s=600, rate=1000).offsets()
    assert sum(200 <= each < 400 for each in daily) > 650, "a day has its peak in the middle third"


def test_workers_carry_each_phone_once_and_agree_about_it():
    one, other = (
        plan(scenario="mixed", models={"57i": 70, "53i": 30}),
        plan(scenario="mixed", models={"57i": 70, "53i": 30}),
    )
    numbers = sorted(n for index in range(3) for n in one.mine(index, 3))
    assert numbers == list(range(1000))
    assert [one.task(n) for n in numbers] == [other.task(n) for n in numbers]
    assert len({one.mac(n) for n in numbers}) == 1000
    assert 640 < sum(one.model(n) == "57i" for n in numbers) < 760
    tasks = [one.task(n) for n in numbers]
    assert 640 < tasks.count("resync") < 760 and 200 < tasks.count("boot") < 300 and 20 < tasks.count("firmware") < 80


def test_only_this_computer_and_the_named_host_are_loaded():
    for url in ("https://127.0.0.1:8443/cfg", "http://localhost/", "https://[::1]/", "tftp://127.9.9.9/"):
        safety.check(url)
    for url in (
        "https://192.0.2.1/",
        "https://[2001:db8::1]/",
        "https://no-such-host.invalid/",
        "ftp://127.0.0.1/",
        "x",
    ):
        with pytest.raises(safety.Unsafe):
            safety.check(url)
    assert safety.check("https://PBX.example/cfg", "pbx.example") == "pbx.example"
    with pytest.raises(safety.Unsafe):
        safety.check("https://pbx.example/cfg", "pbx.example.org")
    assert safety.allowed("pbx.example", "pbx.example") and safety.allowed("127.0.0.1", "pbx.example")
    assert not safety.allowed("pbx.example.evil", "pbx.example") and not safety.allowed("192.0.2.1", "127.0.0.1")


def test_the_command_refuses_before_it_sends_anything(capsys):
    for server, more in (("https://192.0.2.1/", ()), ("https://192.0.2.1/", ("--i-own-this-server", "192.0.2.2"))):
        assert main(["fleet", "run", "--server", server, *more]) == 2
        assert "i-own-this-server" in capsys.readouterr().err


def test_parameters_that_no_phone_takes_are_refused(capsys):
    from host import cli

    run = ["fleet", "run", "--server", "http://127.0.0.1:1/", "--set"]
    for pair, words in (
        ("http pord=1", 'unknown parameter "http pord" (did you mean "http port"?)'),
        ("http port=99999", "http port must be a number from 1 to 65535"),
        ("time zone name=Berlin", 'did you mean "DE-Berlin"?'),
        ("nonsense", "is not NAME=VALUE"),
    ):
        with pytest.raises(SystemExit) as end:
            cli.main([*run, pair])
        assert end.value.code == 2 and words in capsys.readouterr().err, pair


def test_passwords_come_from_a_private_file(tmp_path, monkeypatch):
    monkeypatch.setenv("DIALTONE_FLEET_USER", "u")
    monkeypatch.setenv("DIALTONE_FLEET_PASSWORD", "p")
    assert safety.credentials() == ("u", "p")
    path = tmp_path / "login"
    path.write_text("phone:se:cret\n")
    os.chmod(path, 0o644)
    with pytest.raises(safety.Unsafe):
        safety.credentials(path)
    os.chmod(path, 0o600)
    assert safety.credentials(path) == ("phone", "se:cret")


def test_quantiles_are_right_to_two_percent():
    lot = random.Random(7)
    times = sorted(lot.lognormvariate(4, 1.5) for _ in range(5000))
    tally = Tally()
    for ms in times:
        tally.time("x", ms)
    for part in (0.5, 0.95, 0.99, 1.0):
        exact = times[min(len(times) - 1, int(len(times) * part + 0.9999) - 1)]
        assert exact <= quantile(tally.get("times", "x"), part) * 1.0001 <= exact * 1.021
    assert quantile({}, 0.5) is None
    for ms in (0.01, 0.1, 1, 77.7, 1e6):
        assert upper_ms(text_class(ms)) >= ms * 0.9999


def test_tallies_add_up_and_are_bounded():
    one, two = Tally(), Tally()
    for number in range(1000):
        (one if number % 2 else two).add("failures", "reason %d" % number)
        one.add("count", "requests")
    two.merge(json.loads(json.dumps(one.data)))
    assert two.total("failures") == 1000 and two.get("count", "requests") == 1000
    assert len(one.get("failures")) <= 301


def test_limits_are_read_and_judged():
    assert limits.read("p99=5s") == ("p99", 5000) and limits.read("p50=250ms") == ("p50", 250)
    assert limits.read("failures=0") == ("failures", 0) and limits.read("not-modified=99.5%") == ("not-modified", 0.995)
    for text in ("p99", "p99=5", "p99=fast", "failures=few", "speed=1", "not-modified=1"):
        with pytest.raises(limits.BadLimit):
            limits.read(text)
    times = {"p50": 10, "p95": 20, "p99": 5001, "max": None}
    figures = {"provisioned_ms": times, "failures": 1, "unprovisioned": 0, "not_modified_share": 0.995}
    names = ["p50=10ms", "p99=5s", "max=1s", "failures=0", "unprovisioned=0", "not-modified=99.5%"]
    held = [row["holds"] for row in limits.judge([limits.read(name) for name in names], figures)]
    assert held == [True, False, False, False, True, True], "what was not measured does not hold"


def steps(*rows):
    """Steps of a time axis from (began, provisioned, p50 ms, failed)."""
    return [
        {"began": a, "provisioned": b, "provisioned_ms": {"p50": ms}, "failed": failed} for a, b, ms, failed in rows
    ]


def test_it_is_told_when_the_server_fell_behind():
    well = capacity(steps(*[(100, 100, 90, 0)] * 20), 1)
    assert well["behind_at_s"] is None and well["asked"] == 100 and "kept up" in well["text"]
    far = capacity(steps((100, 10, 1600, 0), *[(100, 100, 1600, 0)] * 20), 1)
    assert far["behind_at_s"] is None, "a server that is far away is slow for each phone from the first on"
    rising = [(10 * n, min(10 * n, 60), 80 if n <= 6 else 80 + 900 * (n - 6), 0) for n in range(1, 13)]
    bent = capacity(steps(*rising), 2)
    assert bent["behind_at_s"] == 2 * 7 and bent["through"] == 30 and "30 a second" in bent["text"], bent
    storm = capacity(steps((50, 50, 90, 0), (50, 5, 95, 45), (50, 90, 6000, 0)), 1, late=True)
    assert storm["behind_at_s"] == 1 and "workers were late" in storm["text"]
    assert "No phone" in capacity(steps((5, 0, None, 5)), 1)["text"] and "No phone" in capacity([], 1)["text"]


def test_reasons_are_the_same_for_all_phones():
    class Error(Exception):
        text = "127.0.0.1:4711 refused the connection for 00085D000001.cfg"

    assert reasons.words(Error(), "127.0.0.1", "00085D000001") == "server refused the connection for MAC.cfg"
    assert reasons.words(KeyError("x"), "127.0.0.1", "0").startswith("simulator: KeyError")
    for text, kind in (
        ("Bad Certificate: its issuer is not trusted", "certificate"),
        ("server did not finish the TLS handshake in time", "TLS"),
        ("Server answered 503 for aastra.cfg", "HTTP status"),
        ("server did not answer in time", "timeout"),
        ("Transfer from server stalled", "timeout"),
        ("server refused the connection", "connection"),
        ("simulator: KeyError: x", "rehearsal"),
    ):
        assert reasons.group(text) == kind, text


# In a process of its own: rehearsals keep the parameter table parsed
STRANGER = """
import asyncio
from host.places import allow_firmware_imports
allow_firmware_imports()
from host.fleet.ledger import Ledger
from host.fleet.phone import FleetPhone, pattern_store
from host.fleet.plan import Plan
from dialtone.errors import PeerError
plan = Plan(server="https://127.0.0.1:9/", host="127.0.0.1", phones=1)
FleetPhone.usual = FleetPhone.client
phone = FleetPhone(plan, 0, Ledger(1), pattern_store("57i", {"https validate certificates": "0"}), None)
async def main():
    for url in ("https://192.0.2.1/x", "http://stranger.example/", "tftp://192.0.2.1/x"):
        client = phone.client()
        client.tftp = True
        try:
            await client.open(url)
        except PeerError as error:
            print(error)
asyncio.run(main())
async def refused():
    for task in ("boot", "firmware", "configuration"):
        print(task, [error.text for error in (await phone.round(task))[1]])
FleetPhone.client = lambda self, **more: once(FleetPhone.usual(self, **more))
def once(client):
    client.retries = 0
    return client
asyncio.run(refused())
assert not phone.store.get("https server pin") and phone.store.flag("time server disabled")
"""


def test_phones_go_nowhere_but_where_they_may():
    done = subprocess.run([sys.executable, "-c", STRANGER], cwd=ROOT, capture_output=True, text=True, timeout=30)
    assert done.returncode == 0, done.stderr
    lines = done.stdout.splitlines()
    assert lines[3:] == [
        "%s ['127.0.0.1:9 refused the connection']" % task for task in ("boot", "firmware", "configuration")
    ], "the firmware's rounds ask something of a phone that FleetPhone lacks"
    assert lines[:3] == [
        "It leads to %s, which nobody has named as his own" % host
        for host in ("192.0.2.1", "stranger.example", "192.0.2.1")
    ]


# All that a round asks of a phone: with new files, with unchanged ones, without firmware
SERVED = """
import asyncio, gc, weakref
from host.places import allow_firmware_imports
allow_firmware_imports()
from host.fleet.ledger import Ledger
from host.fleet.phone import FleetPhone, fresh_store, pattern_store
from host.fleet.plan import Plan
async def serve(reader, writer):
    while True:
        try:
            head = await reader.readuntil(b"\\r\\n\\r\\n")
        except asyncio.IncompleteReadError:
            return writer.close()
        name = head.split()[1].decode()
        body = "hostname: x\\nsoftkey1 type: xml\\n" if name.endswith(".cfg") else ""
        status = "304 Not Modified" if b"If-None-Match" in head else "200 OK" if body else "404 Not Found"
        body = "" if status[0] == "3" else body
        head = "HTTP/1.1 %s\\r\\nETag: \\"1\\"\\r\\nContent-Length: %d\\r\\n\\r\\n" % (status, len(body))
        writer.write((head + body).encode())
async def main():
    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    plan = Plan(server="http://127.0.0.1:%d/" % server.sockets[0].getsockname()[1], host="127.0.0.1", phones=1)
    pattern, ledger = pattern_store("57i", {}), Ledger(1)
    ledger.open()
    phone = FleetPhone(plan, 0, ledger, pattern, None)
    for task in ("boot", "resync", "configuration", "firmware"):
        print(task, await phone.round(task), phone.store.get("hostname"))
    assert not pattern.get("hostname") and not fresh_store(pattern).get("hostname")
    count = ledger.take()[0]["count"]
    print(count["requests"], count["not modified"], count["bytes"])
    gc.collect()
    gc.disable()
    phones = [weakref.ref(each) for each in (phone, phone.store, phone.platform)]
    phone = None
    assert not [each() for each in phones if each()], "a phone that is done waits for the collector"
    server.close()
asyncio.run(main())
"""


def test_a_phone_of_a_rehearsal_makes_whole_rounds():
    done = subprocess.run([sys.executable, "-c", SERVED], cwd=ROOT, capture_output=True, text=True, timeout=30)
    assert done.returncode == 0, done.stderr
    *rounds, counts = done.stdout.splitlines()
    words = [("boot", "applied"), ("resync", "unchanged"), ("configuration", "unchanged"), ("firmware", "unchanged")]
    assert rounds == ["%s ('%s', []) x" % pair for pair in words], done.stdout
    assert counts.split()[:2] == ["15", "6"] and int(counts.split()[2]) == 3 * 31, counts


# The same files with and without what shortcuts.py remembers, twice, for two phones that differ in one value
SHORTCUTS = r"""
from host.places import allow_firmware_imports
allow_firmware_imports()
import dialtone_shims
from dialtone.config import sense
from dialtone.config.store import Store
from types import SimpleNamespace
LINES = b"softkey1 type: xml\nsoftkey1 lable: x\n!https block http post xml: 1\nhostname: %d\n"
LINES += b"https client method: SSLv3\n"
LINES += b"http port: 99999\nprgkey9 type: xml\nsoftkey2 value: =?\n"
LINES += b"".join(b"softkey%d label: L%d\n" % (n, n) for n in range(3, 12))
GOOD = b"hostname: h%d\n\n# more\nhttps redirect http get: 1\nxml application post list: 192.0.2.7"
ODD = b"time zone minutes: 60\nauto resync time: 03:00\naction uri poll: http://x/\ndownload protocol: HTTP\n"
LONG = GOOD + b"\n" + b"".join(b"topsoftkey%d label: %s\n" % (n, b"x" * 30) for n in range(1, 11)) + b"#" * 800 + b"\n"
def parse(store, model, number):
    parse_one(store, model, number, LINES)
    parse_one(store, model, number, LONG * 5)
    parse_one(store, model, number, GOOD, False)
    parse_one(store, model, 7, GOOD)
    odd = [parse_one(store, model, 7, ODD, own=own) for own in (b"hostname: h\n", b"", ODD, b"time zone name: Custom")]
    long, good, lines = ((7, LONG), (number, GOOD), (7, LINES))
    return odd, *parse_one(store, model, *long), parse_one(store, model, *good), parse_one(store, model, *lines)
def parse_one(store, model, number, LINES, trusted=True, own=None):
    draft = store.begin_server()
    kept = []
    draft.keeper = lambda *row: kept.append(row) or len(kept) < 3
    for layer, name in (("aastra", "aastra.cfg"), ("model", model + ".cfg"), ("mac", "M.cfg")):
        draft.layer(layer, name, trusted and layer != "mac")
        text = (LINES if own is None or layer != "mac" else own).replace(b"%d", b"%d" % number)
        draft.feed(text[:40])
        draft.feed(memoryview(text)[40:])
    draft.commit()
    logged = []
    sense.tell(store, SimpleNamespace(warning=lambda area, text: logged.append(text)))
    told = ["".join(store.dump(layer)) for layer in ("aastra", "model", "mac", "local")]
    rows = [list(layer.rows()) for layer in store.layers]
    return told + kept, rows, store.diagnostics, store.get("hostname"), store.origin("softkey1 type")
plain = [parse(Store(model), model, number) for model in ("57i", "53i") for number in (1, 2)]
from host.fleet.phone import fresh_store, pattern_store
from host.fleet.shortcuts import Reader
for _ in range(2):
    quick = [parse(fresh_store(pattern_store(model, {})), model, n) for model in ("57i", "53i") for n in (1, 2)]
    assert quick == plain, (quick, plain)
assert len(Reader.known) > 3, "nothing was remembered"
assert plain[0][6][3] == "h1" and plain[1][6][3] == "h2" and not plain[0][3] and plain[0][7][2]
assert [len(each[2]) for each in plain[0][0]] == [3, 3, 3, 2], plain[0][0]
"""


def test_what_a_worker_remembers_changes_nothing():
    done = subprocess.run([sys.executable, "-c", SHORTCUTS], cwd=ROOT, capture_output=True, text=True, timeout=30)
    assert done.returncode == 0, done.stderr


def test_master_and_worker_must_be_alike(tmp_path):
    ours = edition()
    assert unlike(ours, edition()) is None and unlike(ours, dict(ours, python="3.99")) is None
    assert "another Dialtone" in unlike(ours, None) and "another Dialtone" in unlike(ours, dict(ours, code="x"))
    assert "Locust 1" in unlike(ours, dict(ours, locust="1"))
    code = tmp_path / "host" / "fleet"
    code.mkdir(parents=True)
    seen = {edition(tmp_path)["code"]}
    for text in ("a = 1", "a = 2"):
        (code / "x.py").write_text(text)
        seen.add(edition(tmp_path)["code"])
    (code / "x.py").rename(code / "y.py")
    assert len(seen | {edition(tmp_path)["code"]}) == 4, "each change counts, that of a name, too"
