"""The self-test of a firmware that runs for the first time: it stays if it passes within a bounded time (waiting.py).

It tries what the next update would need: storage, configuration, network, both listeners, clock. An image that hangs is
the watchdog's business, one that ends that of ``firmware/choose.py``, which counts starts.
"""

import asyncio
from binascii import unhexlify

from micropython import const

from dialtone.errors import DialtoneError
from dialtone.net import seam
from dialtone.net.stream import Stream
from dialtone.storage import kept
from dialtone.update import record, signature
from dialtone.version import BUILT

_ANSWER_MS = const(10000)  # a handshake takes a second on a board, and others may be first
_HTTP = b"GET / HTTP/1.0\r\n\r\n"
# A ClientHello of TLS 1.2 (RFC 5246 section 7.4.1.2): the four AES-GCM suites with ECDHE, P-256 and P-384, signatures
# by ECDSA and RSA with SHA-256 and SHA-384; 32 bytes are drawn by lot
_HELLO = (
    b"\x16\x03\x01\x00\x5b\x01\x00\x00\x57\x03\x03%s\x00\x00\x08\xc0\x2b\xc0\x2f\xc0\x2c\xc0\x30\x01\x00\x00\x26"
    b"\x00\x0a\x00\x06\x00\x04\x00\x17\x00\x18\x00\x0b\x00\x02\x01\x00"
    b"\x00\x0d\x00\x0e\x00\x0c\x04\x03\x05\x03\x04\x01\x05\x01\x08\x04\x08\x05"
    b"\x00\x17\x00\x00"
)
_NO_ADDRESS = ("", "0.0.0.0")
_PROBE = "slots/probe"
_SYSTEM = "slots/system.new"  # there while a system is on trial, see system.py


async def test(phone):
    """What fails, "" when nothing does."""
    if not phone.http_port or not phone.https_port:
        return "its web servers did not start"
    try:
        return _storage(phone.storage) or _settings(phone) or _outside(phone) or await _listeners(phone)
    except (DialtoneError, OSError) as error:
        return str(error)


def _storage(storage):
    storage.write_atomic(_PROBE, [_HTTP])
    good = storage.read(_PROBE, len(_HTTP)) == _HTTP
    return "" if storage.remove(_PROBE) and good else "its storage does not work"


def _settings(phone):
    """Whatever the files say, something of each must have arrived."""
    layers = phone.store.layers
    for name, found in (("local.cfg", layers[3:4]), ("server.rows", layers[:3])):
        rows = 0
        for line in kept.lines(phone.storage, kept.newest(phone.storage, name)[0]):
            rows += line[:1] not in (b"#", b"@", b"\n") and not line.startswith(b"dialtone ")
        if rows and not [layer for layer in found if layer.size()]:
            return "it does not read " + name
    return ""


def _outside(phone):
    if phone.platform.address() in _NO_ADDRESS:
        return "it has no network"
    return "its clock is not set" if phone.clock.time() < BUILT else ""


async def _listeners(phone):
    if (await _ask(phone, phone.http_port, _HTTP))[:5] != b"HTTP/":
        return "its HTTP server does not answer"
    hello = _HELLO % phone.platform.random(32)
    if (await _ask(phone, phone.https_port, hello))[:2] != b"\x16\x03":
        return "its HTTPS server does not answer"
    return ""


async def _ask(phone, port, request):
    """The first bytes of the answer, b"" without one."""
    host = phone.platform.bind_host
    entry = phone.table.watch()
    stream = None
    try:
        entry.deadline(_ANSWER_MS)
        raw = await seam.connect(phone.platform.address() if host in _NO_ADDRESS else host, port)
        stream = Stream(raw, None, "self-test", entry)
        await stream.write(request)
        room = bytearray(5)  # no more than there is: MicroPython waits until it is full
        count = await stream.readinto(room)
        return bytes(room[:count])
    except OSError:
        return b""
    except asyncio.CancelledError:
        if not entry.expired:
            raise
        return b""
    finally:
        phone.table.drop(entry)
        if stream:
            stream.close()


def confirm(phone):
    """This firmware stays, and its keys count from now on. It is still young: this start has yet to last."""
    if phone.storage.exists(_SYSTEM):
        from dialtone.update import system

        return system.confirm(phone)
    now = record.load(phone.storage)
    if "tries" not in now:
        return
    signature.rotate(phone.storage, unhexlify(now.get("key") or ""), unhexlify(now.get("drop") or ""))
    for name in ("tries", "key", "drop"):
        now.pop(name, None)
    now["young"] = now["starts"] = 1
    record.save(phone.storage, now)
    phone.platform.trial = 0


def back(phone, why):
    """The firmware before this one starts again, and tells why."""
    if phone.storage.exists(_SYSTEM):
        from dialtone.update import system

        return system.back(phone, why)
    now = record.load(phone.storage)
    if "tries" not in now:
        return
    record.revert(now, why)
    record.save(phone.storage, now)
    phone.log.error("firmware", now["why"])
    phone.restart()
