"""The command line of ``dialtone fleet``."""

import argparse
import re
import sys
from pathlib import Path

from host.fleet import limits, safety
from host.fleet.plan import ARRIVALS, SCENARIOS, Plan

_HELP = """\
Lets many simulated phones ask a configuration server at once, as on the morning after a power cut, and tells when it
falls over. Each phone is the real firmware's client, provisioning and configuration code, with its own MAC address,
User-Agent, cache, trust settings and TLS connections.

It loads this computer only, unless --i-own-this-server names another host exactly, and it stops by itself.
Exit status: 0 all limits hold, 1 one is broken or the rehearsal broke, 2 it could not begin.
"""

_EXAMPLES = """\
scenarios:
  boot           a phone fresh from the box: configuration files, then the firmware check (two TLS connections)
  resync         a phone that has been here before: its cache is filled first, unmeasured, then it asks once more
  firmware       the image <model>.st alone, hashed and not stored
  mixed          of 100 phones 70 resync, 25 boot, 5 firmware
  configuration  the configuration files alone, over one connection

examples:
  dialtone fleet run --server https://localhost:8443/cfg/ --ca ca.pem --phones 500 --limit p99=5s --limit failures=0
  dialtone fleet run --server https://pbx.example/cfg/ --i-own-this-server pbx.example --phones 5000 --arrival burst
  dialtone fleet worker 192.0.2.7:5557        on another computer, for a master started there with
                                              --workers join:2 --bind 192.0.2.7 --master-port 5557
The phones' log-in comes from DIALTONE_FLEET_USER and DIALTONE_FLEET_PASSWORD of each worker, or from --login-file.
"""


def add(commands):
    """Add ``fleet`` to the subparsers of the command line."""
    raw = argparse.RawDescriptionHelpFormatter
    fleet = commands.add_parser("fleet", help="rehearse many phones against a configuration server", description=_HELP)
    inner = fleet.add_subparsers(dest="action", metavar="ACTION", required=True)
    run = inner.add_parser("run", help="run a rehearsal", description=_HELP, epilog=_EXAMPLES, formatter_class=raw)
    run.add_argument("--server", required=True, metavar="URL", help="folder with the configuration files")
    run.add_argument("--phones", type=_count, metavar="N", help="how many (default: 100, or all of --macs)")
    run.add_argument("--arrival", choices=ARRIVALS, default="ramp", help="evenly, all at once, or a day's peak")
    run.add_argument("--scenario", choices=SCENARIOS, default="boot", help="what each phone does, see below")
    run.add_argument("--model-mix", type=_mix, default={"57i": 1}, metavar="57i=70,53i=30", help="default: 57i alone")
    run.add_argument("--macs", metavar="FILE", help="the phones to be: one MAC a line, a comma and its model if known")
    run.add_argument("--first-mac", default="00085D000001", metavar="MAC", help="else: of the first (%(default)s)")
    run.add_argument("--ca", metavar="FILE", help="PEM file of the authority that the phones trust")
    run.add_argument("--set", type=_pair, action="append", default=[], metavar="NAME=VALUE",
                     help="a parameter that is set on each phone, such as 'https client method=TLSv1.2'")  # fmt: skip
    run.add_argument("--login-file", default="", metavar="FILE", help="user:password of the phones, mode 0600")
    run.add_argument("--duration", type=_seconds, default=60, metavar="T", help="in which all begin (default: 60s)")
    run.add_argument("--patience", type=_seconds, default=120, metavar="T",
                     help="after that nobody tries again, and what still runs is given up (default: 120s)")  # fmt: skip
    run.add_argument("--rate", type=float, default=200, metavar="R", help="begins and repeats a second, at most (200)")
    run.add_argument("--tries", type=_count, default=5, metavar="N", help="of a phone that fails (default: 5)")
    run.add_argument("--again", type=_seconds, default=5, metavar="T", help="before the second; then doubled (5s)")
    run.add_argument("--limit", type=_limit, action="append", default=[], metavar="NAME=VALUE",
                     help="what must hold: " + ", ".join(limits.NAMES))  # fmt: skip
    run.add_argument("--report", metavar="DIR", default="fleet-report", help="for report.html and report.json")
    run.add_argument("--seed", type=int, default=1, metavar="N", help="of the lots: models, tasks, waits")
    run.add_argument("--i-own-this-server", metavar="HOST", dest="owned", help="load this host, which is not loopback")
    _add_workers(run)
    run.set_defaults(run=_run)
    worker = inner.add_parser("worker", help="carry phones for a master on another computer")
    worker.add_argument("master", type=_place, metavar="HOST:PORT")
    worker.set_defaults(run=_worker)


def _add_workers(run):
    run.add_argument("--workers", type=_workers, default=("local", 2), metavar="local:K|HOSTS|join:K",
                     help="processes here (default: local:2); computers to start them on by ssh, "
                     "[USER@]HOST[:FOLDER of Dialtone],...; or so many that are started there by hand")  # fmt: skip
    run.add_argument("--bind", default="127.0.0.1", metavar="ADDRESS", help="where workers elsewhere find this one")
    run.add_argument("--master-port", type=int, default=0, metavar="N", help="and its port (default: a free one)")
    run.add_argument("--web", type=int, nargs="?", const=0, metavar="PORT", help="Locust's page, on loopback only")


def _run(options):
    try:
        plan = _plan(options)
        safety.credentials(options.login_file)
        Path(options.report).mkdir(parents=True, exist_ok=True)  # now: an hour later it would be too late to say so
    except OSError as error:
        return _error("%s: %s" % (error.filename, error.strerror))
    except (safety.Unsafe, ValueError) as error:
        return _error(error)
    try:
        from host.fleet.engine import Engine, EngineError
    except ImportError as error:
        return _error("Locust is missing (%s): run `make setup`" % error)
    from host.fleet.figures import figures
    from host.fleet.progress import Progress
    from host.fleet.report import write

    progress = Progress()
    kind, count = options.workers
    try:
        engine = Engine(plan, progress, options.bind, options.master_port, options.web, progress.say)
        if engine.web:
            print("Locust's page: %s" % engine.web, file=sys.stderr)
        if kind == "local":
            engine.start_local(count)
        elif kind == "join":
            _invite(options.bind, engine.port, count)
        else:
            if options.bind == "127.0.0.1":
                raise EngineError("workers elsewhere cannot come to 127.0.0.1: name this computer with --bind ADDRESS")
            engine.start_remote(count, "%s:%d" % (options.bind, engine.port))
            count = len(count)
        engine.run(count)
    except (EngineError, OSError) as error:
        progress.end()
        return _error(error)
    progress.end()
    found = figures(plan, engine, options.limit)
    page, twin = write(found, options.report)
    _tell(found, page)
    return 0 if found["passed"] else 1


def _invite(bind, port, count):
    """Says what to type on the other computers."""
    place = "ADDRESS-OF-THIS-COMPUTER" if bind in ("0.0.0.0", "*") else bind
    text = "On each of %d computers, with the same Dialtone: dialtone fleet worker %s:%d"
    print(text % (count, place, port), file=sys.stderr, flush=True)


def _tell(found, page):
    for text in found["warnings"]:
        print("warning: " + text)
    times = found["provisioned_ms"]
    shown = ["%s %s" % (text, limits.shown_ms(times[name])) for name, text in (("p50", "median"), ("p95", "p95"))]
    print("time to provisioned: %s, p99 %s" % (", ".join(shown), limits.shown_ms(times["p99"])))
    print("%d requests, %d TLS handshakes, %.1f MB, %d times 304" % (
        found["requests"], found["handshakes"], found["bytes"] / 1e6, found["not_modified"]
    ))  # fmt: skip
    print(found["capacity"]["text"])
    for reason, count in list(found["failures_by_reason"].items())[:10]:
        print("%6d x %s" % (count, reason))
    print("report: %s" % page)
    print(found["verdict"])


def _plan(options):
    host = safety.check(options.server, options.owned)
    macs = _macs(options.macs) if options.macs else []
    phones = options.phones or len(macs) or 100
    if macs and phones > len(macs):
        raise ValueError("%s has %d phones only" % (options.macs, len(macs)))
    if options.rate <= 0:
        raise ValueError("--rate must be more than 0")
    if not re.fullmatch("[0-9A-F]{12}", options.first_mac) or int(options.first_mac, 16) + phones > 1 << 48:
        raise ValueError("%s is no MAC address of 12 hexadecimal digits (upper case)" % options.first_mac)
    return Plan(
        server=options.server if options.server.endswith("/") else options.server + "/", host=host, phones=phones,
        arrival=options.arrival, scenario=options.scenario, models=options.model_mix,
        ca=_text(options.ca, "ascii") if options.ca else "", span_s=options.duration,
        patience_s=options.patience, rate=options.rate, tries=options.tries, again_s=options.again,
        settings=dict(options.set), macs=macs[:phones], first_mac=options.first_mac, seed=options.seed,
        digest_file=str(Path(options.login_file).resolve()) if options.login_file else "",
    )  # fmt: skip


def _text(path, encoding):
    try:
        return Path(path).read_text(encoding=encoding)
    except UnicodeError:
        raise ValueError("%s is no text" % path) from None


def _macs(path):
    found = []
    for number, line in enumerate(_text(path, "utf-8").splitlines(), 1):
        mac, _, model = line.partition("#")[0].partition(",")
        mac = re.sub("[:-]", "", mac.strip()).upper()
        if not mac:
            continue
        if not re.fullmatch("[0-9A-F]{12}", mac):
            raise ValueError("%s:%d: %s is no MAC address" % (path, number, mac))
        found.append((mac, model.strip()))
    return found


def _worker(options):
    try:
        from host.fleet import worker
    except ImportError as error:
        return _error("Locust is missing (%s): run `make setup`" % error)
    say = lambda text: print("dialtone fleet worker: " + text, file=sys.stderr, flush=True)  # noqa: E731
    try:
        return worker.join(options.master, say)
    except KeyboardInterrupt:
        return 1


def _count(text):
    if not text.isdigit() or not 1 <= int(text) <= 10_000_000:
        raise argparse.ArgumentTypeError("%r is not a whole number from 1" % text)
    return int(text)


def _seconds(text):
    match = re.fullmatch(r"(\d+(?:\.\d+)?)(ms|s|min|h|)", text)
    if not match:
        raise argparse.ArgumentTypeError("%r is no time: write 90s, 5min or 2h" % text)
    return float(match.group(1)) * {"ms": 0.001, "": 1, "s": 1, "min": 60, "h": 3600}[match.group(2)]


def _mix(text):
    pairs = [re.fullmatch(r"(\w+)=(\d+)", each.strip()) for each in text.split(",")]
    if not all(pairs) or not sum(int(pair.group(2)) for pair in pairs):
        raise argparse.ArgumentTypeError("%r is no mix: write 57i=70,53i=30" % text)
    return {pair.group(1): int(pair.group(2)) for pair in pairs}


def _pair(text):
    name, equals, value = text.partition("=")
    if not equals:
        raise argparse.ArgumentTypeError("%r is not NAME=VALUE" % text)
    from host.configtool import lint

    for found in lint.lost("", ("%s: %s\n" % (name.strip(), value.strip())).encode()):
        raise argparse.ArgumentTypeError(found.text().partition("error: ")[2])
    return name.strip(), value.strip()


def _limit(text):
    try:
        return limits.read(text)
    except limits.BadLimit as error:
        raise argparse.ArgumentTypeError(str(error)) from None


def _workers(text):
    match = re.fullmatch("(local|join):([1-9][0-9]{0,2})", text)
    if match:
        return match.group(1), int(match.group(2))
    hosts = [re.fullmatch(r"((?:[\w.-]+@)?\w[\w.-]*)(?::(/\S*))?", part.strip()) for part in text.split(",")]
    if not all(hosts):
        raise argparse.ArgumentTypeError("%r is neither local:2, join:2 nor user@host:/folder,..." % text)
    return "hosts", [host.groups() for host in hosts]


def _place(text):
    if not re.fullmatch(r".+:[0-9]{1,5}", text) or not 0 < int(text.rpartition(":")[2]) < 65536:
        raise argparse.ArgumentTypeError("%r is not HOST:PORT" % text)
    return text


def _error(text):
    print("dialtone fleet: %s" % text, file=sys.stderr)
    return 2
