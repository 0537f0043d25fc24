"""Asks one time server (SNTPv4, RFC 4330 section 5 and RFC 5905), once."""

import asyncio

from dialtone.errors import PeerError
from dialtone.net import datagram, seam
from micropython import const

_PORT = const(123)
_PACKET = const(48)  # bytes, without extensions
_CLIENT = const(0x23)  # version 4, mode 3
_SERVER = const(4)  # the mode of an answer
_EPOCH = const(2208988800)  # seconds from 1900, where NTP counts from, to 1970
_ERA = const(0x100000000)  # seconds after which its counter begins anew, next in 2036
_ADVICE = "Check time server1 and the network"


async def ask(host, table, nonce, ms, port=_PORT):
    """Seconds since 1970 as ``host`` says. ``nonce``: 8 random bytes; ``ms``: how long to wait for an answer.

    PeerError when the name has no address, nobody answers in time, or the answer is none. Only the one to our own
    question counts: it must carry the nonce, which nobody off the path knows.
    """
    entry = table.watch()
    raw = None
    try:
        entry.deadline(ms)
        raw = datagram.connect(host, port)
        raw.write(bytes([_CLIENT]) + bytes(39) + nonce)
        packet = bytearray(_PACKET)
        while True:
            await seam.readable(raw)
            if raw.readinto(packet) == _PACKET and packet[24:32] == nonce:
                return _time(packet, host)
    except asyncio.CancelledError:
        if not entry.expired:
            raise
        raise PeerError("Time server %s does not answer" % host, _ADVICE)
    except OSError:
        raise PeerError("Time server %s cannot be reached" % host, _ADVICE)
    finally:
        table.drop(entry)
        if raw:
            raw.close()


def _time(packet, host):
    """The answer's transmit time. Leap indicator 3 means "my clock is not set", stratum 0 "go away"."""
    seconds = int.from_bytes(packet[40:44], "big")
    if packet[0] & 7 != _SERVER or packet[0] >> 6 == 3 or not 0 < packet[1] < 16 or not seconds:
        raise PeerError("Time server %s does not know the time" % host, "Use another time server")
    return seconds - _EPOCH + (0 if seconds & 0x80000000 else _ERA)
