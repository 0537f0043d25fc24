"""Targets of fuzz.py: questions of multicast DNS, and of the set-up access point's DNS, beside dnspython."""

import dns.exception
import dns.flags
import dns.message
import dns.opcode
from dialtone.net import lookups, responder

_ADDRESS = "192.168.4.1"
_TEXTS = ("mac", "00085D123456"), ("model", "57i")
_OWN = responder.records("57i-123456", "Aastra 57i 123456", "192.0.2.7", 443, _TEXTS)
_NAMES = (
    "57i-123456.local.", "_https._tcp.local.", "_services._dns-sd._udp.local.", "connectivitycheck.gstatic.com.",
    "Aastra\\03257i\\032123456._https._tcp.local.", "other.local.", ".",
)  # fmt: skip
_LONGEST = 900  # bytes of an answer: all records, and twelve questions of a legacy asker


def _questions():
    for name in _NAMES:
        for kind in ("A", "AAAA", "PTR", "SRV", "TXT", "ANY"):
            for edns in (False, 0):
                yield dns.message.make_query(name, kind, use_edns=edns, id=0x1234).to_wire()


SEEDS = [*_questions(), responder.announcement(_OWN), lookups.answer(next(_questions()), _ADDRESS)]
WORDS = [b"\xc0\x0c", b"\x05local\0", b"\x06_https", b"\0\x0c\0\1", b"\x80\1", b"\0\xff\0\1", b"\x3f", b"\0"]
WORDS.append(SEEDS[-2][12:60])


def check(lot, data):
    """What is wrong with what both make of one datagram."""
    return _lookup(data) + _neighbour(data, lot.random() < 0.5)


def _lookup(data):
    told = lookups.answer(data, _ADDRESS)
    try:
        asked = dns.message.from_wire(data, ignore_trailing=True)
    except dns.exception.DNSException:
        asked = None  # more is answered than dnspython reads: what is behind the question is not looked at
    if told is None:
        plain = asked and not asked.flags & dns.flags.QR and asked.opcode() == dns.opcode.QUERY
        if plain and len(asked.question) == data[5] == 1 and not data[4] and len(data) <= 512 and data[12] < 64:
            return ["a good question is not answered"] if b"\xc0" not in data else []
        return []
    answer = dns.message.from_wire(told)
    problems = []
    if answer.id != data[0] << 8 | data[1] or not answer.flags & dns.flags.QR or len(told) > len(data) + 16:
        problems.append("no answer to this question")
    if asked and asked.question and answer.question != asked.question[:1]:
        problems.append("another question")
    if answer.answer and [rdata.address for rdata in answer.answer[0]] != [_ADDRESS]:
        problems.append("another address")
    return problems


def _neighbour(data, legacy):
    found = responder.answer(data, _OWN, legacy)
    if found is None:
        return []
    told, unicast, numbers = found
    problems = []
    if len(told) > _LONGEST + (len(data) if legacy else 0) or not numbers or legacy and not unicast:
        problems.append("an answer without bounds")
    if not data[2] & 0x80 and not legacy:
        dns.message.from_wire(told)  # raises for what is none
    return problems
