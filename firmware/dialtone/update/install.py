"""The one write that lets the next start run what is in the other slot."""

from binascii import hexlify

from micropython import const

from dialtone.errors import DeviceError, DialtoneError, PeerError
from dialtone.update import record, romfs
from dialtone.update.stage import Stage, failed

_APPLICATION = const(1)  # kind, as in image.py
_NEEDED = "dialtone/prelude."  # a payload without it is no phone

ON_DEMAND = (
    "dialtone.update.install",
    "dialtone.update.image",
    "dialtone.update.record",
    "dialtone.update.regions",
    "dialtone.update.system",
    "dialtone.update.running",
    "dialtone.update.romfs",
    "dialtone.update.stage",
)


async def install(platform, progress):
    """Let the next start run what is staged and verified. Returns an error or None; with one nothing has changed."""
    stage = Stage(platform.storage)
    error = None
    try:
        return _install(platform, stage, progress)
    except MemoryError:
        error = DeviceError("Not enough memory to install the firmware", "Restart the phone to try again")
    except OSError as caught:
        error = failed(caught)
    except DialtoneError as caught:
        error = caught
    if not isinstance(error, DeviceError):
        stage.clear()
    return error


def _install(platform, stage, progress):
    storage = platform.storage
    header = stage.load()
    if header:
        progress("firmware", "Installing " + header.version)
    if not header or stage.good(platform.feed) != header.blocks:
        raise PeerError("The staged firmware image is damaged", "It is loaded again at the next start")
    if header.kind != _APPLICATION:
        from dialtone.update import system

        system.switch(platform, header, stage.region())
        return stage.clear()
    with stage.open() as file:
        if not [name for name, _, _ in romfs.files(file, header.payload_length) if name.startswith(_NEEDED)]:
            raise PeerError("Firmware image holds no phone")
    now = record.load(storage)
    slot = record.spare(now)
    now["back"], now["before"] = now.get("run", ""), now.get("version", "")
    now["run"], now["version"], now["tries"] = slot, header.version, 0
    now["why"] = now["bad"] = ""
    now["key"] = str(hexlify(header.next_key), "utf-8")
    now["drop"] = str(hexlify(header.signer), "utf-8") if header.revokes and header.next_key else ""
    record.save(storage, now)
    stage.clear()
    platform.log.info("firmware", "%s is in slot %s" % (header.version, slot))
