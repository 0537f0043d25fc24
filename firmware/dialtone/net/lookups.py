"""Answers every name with this phone's own address: the DNS of the set-up access point (RFC 1035).

So whatever a browser or a system's own probe opens there, it finds the set-up page. Bytes to bytes, and the loop.
"""

from asyncio import sleep_ms

from dialtone.net import datagram, seam
from micropython import const

_BYTES = const(512)  # RFC 1035 section 4.2.1
_NAME = const(255)  # bytes of one name
_SECONDS = const(5)  # that an answer may be kept: in a moment the device is in another network
_TURNS = const(8)  # answered in one go; a flood must leave time for the pages
_PAUSE_MS = const(20)


def answer(query, address):
    """The bytes of the answer to ``query`` (IPv4 ``address`` as text), None for what is no question. It is at most 16
    bytes longer, and says "no such record" for all but addresses, so that nobody waits.
    """
    if not 12 < len(query) <= _BYTES or query[2] & 0xF8 or query[4:6] != b"\0\1":  # an answer; not just one question
        return None
    at = 12
    while True:
        if at + 5 > len(query) or query[at] > 63 or at > 12 + _NAME:
            return None  # cut, or no name of its own
        if not query[at]:
            break
        at += 1 + query[at]
    at += 5  # end of the name, type, class
    known = query[at - 4 : at - 2] in (b"\0\1", b"\0\xff") and query[at - 2 : at] == b"\0\1"
    head = query[:2] + bytes([0x84 | query[2] & 1, 0x80]) + b"\0\1\0" + bytes([known]) + b"\0\0\0\0"
    if not known:
        return head + query[12:at]
    packed = bytes([int(part) for part in address.split(".")])
    return head + query[12:at] + b"\xc0\x0c\0\1\0\1\0\0\0" + bytes([_SECONDS]) + b"\0\4" + packed


async def serve(address, port):
    """Answers at ``address`` until cancelled. OSError when the port is not to be had."""
    raw = datagram.bind(address, port)
    try:
        while True:
            await seam.readable(raw)
            for _ in range(_TURNS):
                try:
                    query, peer = raw.recvfrom(_BYTES + 1)
                    told = answer(query, address)
                    if told:
                        raw.sendto(told, peer)
                except OSError:
                    break  # nothing more, or the asker is gone
            await sleep_ms(_PAUSE_MS)
    finally:
        raw.close()
