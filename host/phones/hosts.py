"""The hosts file: which phones there are, and by which certificate each is known."""

import ipaddress
import re
from dataclasses import dataclass

_MOST = 256  # addresses of one network that are asked


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
    with open(path, encoding="utf-8") as file:
        for number, line in enumerate(file, 1):
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
