"""The command line of ``dialtone phones``."""

import argparse
import asyncio
import csv
import io
import json
import sys

from host.fleet.safety import Unsafe, credentials
from host.phones import hosts

_HELP = """\
Does one thing with many phones. HOSTS is a file with a line for each, its certificate's SHA-256 behind its address:

    192.0.2.20 3f5a...c9 reception
    192.0.2.21:8443 77b0...12

The fingerprint stands on the phone (Options, Status). `discover` finds phones, by multicast DNS or at
addresses, and writes such lines: what it sees first it trusts, so compare them. Nothing is sent to a
phone that shows another certificate than its line.

The administrator's password comes from DIALTONE_PHONES_PASSWORD, or from a file user:password of mode 0600
(--login-file).
Exit status: 0 all phones did it, 1 some did not, 2 nothing was begun.
"""
_ACTIONS = {
    "discover": "lines for a hosts file: of the phones that announce themselves, or of who listens at addresses",
    "list": "the phones of a hosts file",
    "status": "model, MAC, firmware, configuration and its origin, heap, uptime, certificate, last error",
    "push": "show an XML object on each (the phones must allow it: xml application post list)",
    "resync": "let each ask its configuration server",
    "update": "let each ask its server for firmware and tell what it stored; or send an image, and wait until it runs",
    "acknowledge": "somebody has read why an update was taken back, or what a phone leaves out since it kept ending",
    "restart": "restart each",
    "collect": "save status, pages and certificate of each into a folder",
}
_HEADS = {"uptime_s": "uptime"}
_CLIP = 44  # characters of a cell of the table; JSON and CSV have all


def add(commands):
    """Add ``phones`` and its commands to the subparsers of the command line."""
    raw = argparse.RawDescriptionHelpFormatter
    phones = commands.add_parser("phones", help="manage many phones", description=_HELP, formatter_class=raw)
    inner = phones.add_subparsers(dest="action", metavar="ACTION", required=True)
    for name, text in _ACTIONS.items():
        one = inner.add_parser(name, help=text, description=text[:1].upper() + text[1:] + ".")
        if name == "discover":
            _add_discover(one)
        else:
            one.add_argument("hosts", metavar="HOSTS", help="the hosts file")
        if name == "push":
            one.add_argument("file", metavar="FILE", help="the XML object")
        if name == "update":
            one.add_argument("file", metavar="FILE", nargs="?", help="an image (.st) to send; else the server's")
            one.add_argument("--seconds", type=int, default=60, metavar="N", help="to wait for it (60)")
        if name == "collect":
            one.add_argument("--out", default="phones", metavar="DIR", help="default: phones")
        one.add_argument("--at-once", type=int, default=20, metavar="N", help="phones at the same time (20)")
        one.add_argument("--login-file", metavar="FILE", help="user:password, mode 0600")
        form = one.add_mutually_exclusive_group()
        form.add_argument("--json", action="store_true", help="for programs")
        form.add_argument("--csv", action="store_true", help="for a spreadsheet")
        one.set_defaults(run=_run)


def _add_discover(one):
    text = "host, host:port, or network (to /24); without any, phones are searched by multicast DNS (mDNS)"
    one.add_argument("addresses", nargs="*", metavar="ADDRESS", help=text)
    one.add_argument("--hosts", metavar="FILE", help="write what is new into this hosts file, which is made if need be")
    one.add_argument("--seconds", type=float, default=3, metavar="N", help="to search (3)")
    one.add_argument("--interface", action="append", default=[], metavar="ADDRESS", help="search only on this own one")


def _run(options):
    try:
        if options.action == "discover":
            wanted = _wanted(options)
        else:
            wanted = hosts.read(options.hosts)
        login = ("", "") if options.action in ("discover", "list", "push") else _login(options.login_file)
        if getattr(options, "file", None):
            open(options.file, "rb").close()
        if options.action == "update" and options.file:
            _check(options.file)
    except OSError as error:
        return _error("%s: %s" % (error.filename, error.strerror))
    except (hosts.BadHosts, Unsafe, UnicodeError) as error:
        return _error(error)
    if options.action != "discover" and not wanted:
        return _error("%s names no phone" % options.hosts)
    if options.action == "list":
        rows = [{"phone": h.name, "label": h.label, "fingerprint": h.fingerprint, "error": ""} for h in wanted]
    else:
        rows = asyncio.run(_all(options, wanted, login))
    if options.action == "discover":
        rows = [row for row in rows if not row["error"] or not options.addresses]
        if options.addresses and not rows:
            print("nobody there shows a certificate: are the addresses right?", file=sys.stderr)
        if options.hosts:
            try:
                _merge(options.hosts, rows)
            except (hosts.BadHosts, OSError, UnicodeError) as error:
                return _error(error)
    text = _shown(options, rows)
    if text:  # who searches in vain has been told
        print(text)
    return 1 if any(row["error"] for row in rows) or not rows else 0


def _wanted(options):
    """Where `discover` looks."""
    if options.addresses:
        return [host for text in options.addresses for host in hosts.expand(text)]
    try:
        from host.phones.finding import SearchError, search
    except ImportError as error:
        raise hosts.BadHosts("zeroconf is missing (%s): run `make setup`" % error) from None
    print("searching for %g s ..." % options.seconds, file=sys.stderr, flush=True)
    try:
        found = asyncio.run(search(options.seconds, options.interface))
    except SearchError as error:
        raise hosts.BadHosts(str(error)) from None
    if not found:
        print("no phone has answered: is its mDNS on, and does this network let multicast pass?", file=sys.stderr)
    return found


def _merge(path, rows):
    """The hosts file takes what was found; each row tells what that was."""
    found = [
        hosts.Host(*hosts.place(r["phone"]), r["fingerprint"], r["label"] or r["name"]) for r in rows if not r["error"]
    ]
    by_name = {row["phone"]: row for row in rows}
    for what, host in hosts.merge(path, found):
        by_name[host.name]["state"] = what
        if what == "new":
            text = "new, trusted on first use: compare its fingerprint with the phone's (Options, Status)"
        elif what == "changed":
            text = by_name[host.name]["error"] = "shows another certificate than its line, which was left as it is"
        else:
            continue
        print("%s %s: %s" % (host.name, host.fingerprint, text), file=sys.stderr)


def _error(error):
    text = str(error)
    if isinstance(error, OSError) and error.filename:
        text = "%s: %s" % (error.filename, error.strerror)
    print("dialtone phones: %s" % text, file=sys.stderr)
    return 2


def _check(path):
    """Raises Unsafe for a file that no phone would take."""
    from host import images

    try:
        with open(path, "rb") as file:
            images.parts(file.read())
    except images.DialtoneError as error:
        raise Unsafe("%s: %s" % (path, error)) from None


def _login(path):
    import os

    if path:
        return credentials(path)
    password = os.environ.get("DIALTONE_PHONES_PASSWORD")
    if not password:
        raise Unsafe("set DIALTONE_PHONES_PASSWORD, or give --login-file")
    return "admin", password


async def _all(options, wanted, login):
    from host.phones import actions
    from host.phones.asking import Asker, Trouble

    act = getattr(actions, options.action)
    gate = asyncio.Semaphore(max(1, options.at_once))
    done = 0

    async def one(asker, host):
        nonlocal done
        row = {"phone": host.name, "label": host.label, "error": ""}
        async with gate:
            try:
                row.update(await act(asker, host, options))
            except UnicodeError:
                row["error"] = "%s is no host name" % host.host
            except (Trouble, OSError, KeyError) as error:
                row["error"] = str(error) if not isinstance(error, KeyError) else "its status lacks %s" % error
        done += 1
        if options.action != "discover" or not row["error"]:
            print("%d/%d %s: %s" % (done, len(wanted), host.name, row["error"] or "done"), file=sys.stderr, flush=True)
        return row

    async with Asker(login) as asker:
        return await asyncio.gather(*[one(asker, host) for host in wanted])


def _shown(options, rows):
    if options.json:
        return json.dumps(rows, indent=1)
    names = list(dict.fromkeys(name for row in rows for name in row))
    names = [name for name in names if name != "error"] + (["error"] if "error" in names else [])
    if options.csv:
        out = io.StringIO()
        writer = csv.DictWriter(out, names, lineterminator="\n")
        writer.writeheader()
        writer.writerows([{name: _harmless(value) for name, value in row.items()} for row in rows])
        return out.getvalue().rstrip("\n")
    if options.action == "discover" and not options.hosts:
        return "\n".join(
            "%s %s %s" % (r["phone"], r["fingerprint"], r["label"] or r["name"]) for r in rows if not r["error"]
        )
    names = [name for name in names if any(row.get(name) not in ("", None) for row in rows)]
    table = [[_HEADS.get(name, name.replace("_", " ")) for name in names]]
    table += [[_clipped(_told(name, row.get(name, ""))) for name in names] for row in rows]
    widths = [max(len(line[column]) for line in table) for column in range(len(names))]
    return "\n".join(
        "  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip() for line in table
    )


def _told(name, value):
    """A figure as people read it; one that did not answer has none."""
    if not isinstance(value, int):
        return str(value)
    if name == "heap_free":
        return "%d KB" % (value // 1024) if value >= 0 else "not limited"
    if name == "uptime_s":
        days, hours, minutes = value // 86400, value // 3600 % 24, value // 60 % 60
        if days:
            return "%d d %d h" % (days, hours)
        return "%d h %d min" % (hours, minutes) if hours else "%d min" % minutes
    return str(value)


def _harmless(value):
    """A cell that a spreadsheet does not take for a formula: what phones say is not ours."""
    return "'" + value if isinstance(value, str) and value[:1] in ("=", "+", "-", "@") else value


def _clipped(text):
    text = "".join(char if char.isprintable() else "?" for char in text)
    return text if len(text) <= _CLIP else text[:12] + ".." if _hex(text) else text[: _CLIP - 2] + ".."


def _hex(text):
    return len(text) == 64 and all(char in "0123456789abcdef" for char in text)
