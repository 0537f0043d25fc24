"""The hosts file: which phones there are, and by which certificate each is known."""

import ipaddress
import os
import re
import time
from dataclasses import dataclass
from pathlib import Path

_MOST = 256  # addresses of one network that are asked
_HEAD = """\
# Phones: address[:port], SHA-256 of the certificate, label. A phone is known by its certificate: compare each with what
# the phone shows (Options, Status) before you trust a line.
"""


class BadHosts(Exception):
    """The hosts file or an address cannot be used; the text says where."""


@dataclass
class Host:
    """``fingerprint``: SHA-256 of the phone's certificate, 64 hex digits in lower case. ``label``: for people."""

    host: str
    port: int
    fingerprint: str = ""
    label: str = ""

    @property
    def name(self):
        host = "[%s]" % self.host if ":" in self.host else self.host
        return host if self.port == 443 else "%s:%d" % (host, self.port)


def read(path):
    """The hosts of a file: a line ``address[:port] fingerprint [label]`` each; ``#`` begins a comment."""
    found = []
    with open(path, "rb") as file:
        for number, line in enumerate(file, 1):
            try:
                line = line.decode()
            except UnicodeError:
                raise BadHosts("%s:%d: is no text" % (path, number)) from None
            words = line.partition("#")[0].split(None, 2)
            if not words:
                continue
            digits = re.sub("[:-]", "", words[1]).lower() if len(words) > 1 else ""
            if not re.fullmatch("[0-9a-f]{64}", digits):
                raise BadHosts("%s:%d: behind the address belongs the SHA-256 of the certificate" % (path, number))
            try:
                host, port = place(words[0])
            except BadHosts as error:
                raise BadHosts("%s:%d: %s" % (path, number, error)) from None
            found.append(Host(host, port, digits, words[2].strip() if len(words) > 2 else ""))
    if len({each.name for each in found}) != len(found):
        raise BadHosts("%s: a phone is there twice" % path)
    return found


def announced(line):
    """The Host of the line with which a board says that its phone is up; BadHosts when it is none."""
    match = re.search(r"https://(\S+?)/ .*certificate ([0-9a-f]{64})", line)
    if not match:
        raise BadHosts("%r names no address and certificate" % line)
    return Host(*place(match.group(1)), match.group(2))


def merge(path, found, sure=False):
    """Takes the Hosts ``found``, with fingerprints, into the file, which is made when there is none. ``sure``: phones
    have said so over a cable and not over the network: a changed certificate is taken.

    Returns [(what, Host)]: "new"; "known"; "moved": a known certificate at another address, whose line follows it; or
    "changed": another certificate than the line has, which stays as it is, for that is for people to judge.
    """
    old = Path(path).read_text(encoding="utf-8") if os.path.exists(path) else _HEAD
    known = {host.name: host for host in read(path)} if os.path.exists(path) else {}
    homes = {host.fingerprint: host.name for host in known.values()}
    seen = {(host.name, host.fingerprint) for host in found}
    lines, done = old.splitlines(), []
    for host in sorted(found, key=lambda each: each.fingerprint not in homes):  # who has moved leaves room
        there, home = known.get(host.name), homes.get(host.fingerprint)
        if there:
            done.append(("known" if there.fingerprint == host.fingerprint else "changed", host))
            if sure:
                lines = [_renewed(line, host) for line in lines]
        elif (home, host.fingerprint) in seen:
            done.append(("known", host))  # one phone with two addresses
        elif home:
            done.append(("moved", host))
            lines = [_moved(line, home, host.name) for line in lines]
            known[host.name] = known.pop(home)
            homes[host.fingerprint] = host.name
        else:
            done.append(("new", host))
            label = re.sub(r"[^\w .:-]", "?", host.label)
            lines.append("%s %s %s  # first seen %s" % (host.name, host.fingerprint, label, time.strftime("%Y-%m-%d")))
            known[host.name], homes[host.fingerprint] = host, host.name
    if "\n".join(lines) != old.rstrip("\n"):
        _write(path, "\n".join(lines) + "\n")
    return done


def _moved(line, home, name):
    words = line.partition("#")[0].split()
    return line.replace(words[0], name, 1) if words and Host(*place(words[0])).name == home else line


def _renewed(line, host):
    words = line.partition("#")[0].split()
    return line.replace(words[1], host.fingerprint, 1) if words and Host(*place(words[0])).name == host.name else line


def _write(path, text):
    """All or nothing: a hosts file that was cut short would trust nobody."""
    path = Path(path)
    new = path.with_name(path.name + ".new")
    new.write_text(text, encoding="utf-8")
    if path.exists():
        os.chmod(new, path.stat().st_mode & 0o777)
    os.replace(new, path)


def place(text):
    """(host, port) of ``host``, ``host:port`` or ``[address]:port``."""
    match = re.fullmatch(r"(\[[0-9a-fA-F:.]+\]|[^:\s/\[\]]+)(?::(\d{1,5}))?", text)
    if not match or match.group(2) and not 0 < int(match.group(2)) < 65536:
        raise BadHosts("%s is no address" % text)
    return match.group(1).strip("[]"), int(match.group(2) or 443)


def expand(text):
    """Hosts without fingerprints of an address, or of each address of a network such as 192.0.2.0/28."""
    if "/" in text:
        try:
            network = ipaddress.ip_network(text, strict=False)
        except ValueError as error:
            raise BadHosts(str(error)) from None
        if network.num_addresses > _MOST:
            raise BadHosts("%s has more than %d addresses: ask for a part of it" % (text, _MOST))
        return [Host(str(address), 443) for address in network.hosts()]
    return [Host(*place(text))]
