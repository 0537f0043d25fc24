"""What each command does with one phone. Each returns a dict: one row of the table."""

import asyncio
import hashlib
import json
import sys
import time
from pathlib import Path

from host.phones.asking import PAGES, Lost, Trouble, common_name, expiry, shown

_FORM = "application/x-www-form-urlencoded"
_BINARY = "application/octet-stream"
_LOOK_S = 2
_PIECE = 1 << 14
_SEND_S = 900  # a board writes some 10 KB a second at the least
_STEP = 10  # per cent between two lines of progress


async def discover(asker, host, options):
    der = await shown(host)
    return {"fingerprint": hashlib.sha256(der).hexdigest(), "name": common_name(der), "expires": expiry(der)}


async def status(asker, host, options):
    data, der = await asker.good(host, "GET", "/api/status")
    return _row(_figures(data), der)


def _figures(data):
    try:
        return json.loads(data)
    except ValueError:
        raise Trouble("its status is no JSON: is it a phone?") from None


def _row(figures, der):
    configuration, firmware = figures["configuration"], figures["firmware"]
    return {
        "model": figures["model"],
        "mac": figures["mac"],
        "version": figures["version"],
        "configuration": configuration["result"],
        "hash": configuration["hash"],
        "from": configuration["source"],
        "heap_free": figures["heap_free"],
        "uptime_s": figures["uptime_s"],
        "certificate": hashlib.sha256(der).hexdigest(),
        "expires": expiry(der),
        "pending": firmware["pending"],
        "last_error": configuration["error"] or firmware["error"],
    }


async def push(asker, host, options):
    body = b"xml=" + Path(options.file).read_bytes()
    await asker.good(host, "POST", "/", body=body, kind="text/xml", anonymous=True)
    return {"pushed": len(body) - 4}


async def resync(asker, host, options):
    data, _ = await asker.good(host, "POST", "/api/resync", body=b"")
    return {"resync": _figures(data)["resync"]}


async def update(asker, host, options):
    """A round with the server, and what became of the firmware check that is part of it; or an image that is sent."""
    if options.file:
        return await _send(asker, host, options)
    await asker.good(host, "POST", "/api/resync", body=b"")
    end = time.monotonic() + options.seconds
    firmware = None
    while time.monotonic() < end or not firmware:
        await asyncio.sleep(_LOOK_S)
        try:
            data, _ = await asker.good(host, "GET", "/api/status")
        except Trouble:
            if time.monotonic() > end:
                raise
            continue  # it is busy, or restarts
        firmware = _figures(data)["firmware"]
        if firmware["error"]:
            raise Trouble(firmware["error"])
        if firmware["pending"]:
            return {"running": firmware["running"], "stored": firmware["pending"]}
    return {"running": firmware["running"], "stored": ""}


async def _send(asker, host, options):
    """Sends the image unless the phone runs it, then waits until it has passed its self-test."""
    from host import images

    data = Path(options.file).read_bytes()
    header = images.parts(data)[0]
    version, system = header.version, header.kind == images.image.SYSTEM

    async def pieces():
        shown = 0
        for at in range(0, len(data), _PIECE):
            yield data[at : at + _PIECE]
            sent = (at + _PIECE) * 100 // len(data)
            if sent // _STEP > shown // _STEP and sent < 100:
                shown = sent
                print("%s: %d %% sent" % (host.name, sent), file=sys.stderr, flush=True)

    for left in (1, 0):
        figures = await _back(asker, host, 0 if left else options.seconds)
        before = figures["firmware"]["error"]
        if figures["version"] == version and not system:
            break  # it has it since an earlier try
        try:
            await asker.good(
                host, "POST", "/api/firmware", body=pieces, length=len(data), kind=_BINARY, seconds=_SEND_S
            )
            break
        except Lost:
            if not left:
                raise
            print("%s: has broken off, and gets it once more" % host.name, file=sys.stderr, flush=True)
    sent = time.monotonic()
    end = sent + options.seconds
    while time.monotonic() < end:
        await asyncio.sleep(_LOOK_S)
        try:
            figures = _figures((await asker.good(host, "GET", "/api/status"))[0])
        except Trouble:
            continue  # it installs, or restarts
        if figures["firmware"]["error"] not in ("", before):
            raise Trouble(figures["firmware"]["error"])
        if system and figures["uptime_s"] > time.monotonic() - sent:
            continue  # it has not restarted yet
        if (system or figures["version"] == version) and await _stays(asker, host):
            return {"running": version, "stored": ""}
    raise Trouble("it has taken %s, and does not run it yet" % version)


async def _back(asker, host, seconds):
    """The figures of a phone that may be restarting, within ``seconds``."""
    end = time.monotonic() + seconds
    while True:
        try:
            return _figures((await asker.good(host, "GET", "/api/status"))[0])
        except Lost:
            if time.monotonic() >= end:
                raise
        await asyncio.sleep(_LOOK_S)


async def _stays(asker, host):
    """Whether what was started has passed its self-test: while it is on trial, no image would be taken. A phone does
    not name its MicroPython; but one that went back has told an error by then.
    """
    try:
        status, _, _ = await asker.request(host, "POST", "/api/firmware", body=b"", kind=_BINARY)
    except Trouble:
        return False
    return status not in (409, 503)


async def acknowledge(asker, host, options):
    """Somebody has read why the last update was taken back, and what the phone leaves out since it kept ending."""
    await asker.good(host, "POST", "/confirm.html", body=b"do=seen", kind=_FORM)
    return {"acknowledged": "yes"}


async def restart(asker, host, options):
    await asker.good(host, "POST", "/reset.html", body=b"resetOption=0&confirm=1", kind=_FORM)
    return {"restart": "begins"}


async def collect(asker, host, options):
    folder = Path(options.out) / host.name.replace(":", "_").strip("[]")
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    for name, path in PAGES.items():
        data, der = await asker.good(host, "GET", path)
        (folder / name).write_bytes(data)
    (folder / "certificate.der").write_bytes(der)
    return {"files": len(PAGES) + 1, "folder": str(folder)}
