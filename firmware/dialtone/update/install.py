"""From the stage into the slot that is not running, and the one write that switches over."""

import os
from asyncio import sleep_ms
from binascii import hexlify

from micropython import const

from dialtone.errors import CallerError, DeviceError, DialtoneError, PeerError
from dialtone.update import record, romfs
from dialtone.update.stage import PAYLOAD, Stage, failed

_PIECE = const(1024)  # of one copy
_FOLDER = const(0x4000)  # S_IFDIR of st_mode
_DEPTH = const(6)
_NEEDED = "dialtone/prelude."  # a payload without it is no phone

ON_DEMAND = (
    "dialtone.update.install",
    "dialtone.update.image",
    "dialtone.update.record",
    "dialtone.update.romfs",
    "dialtone.update.stage",
)


async def install(platform, progress):
    """Unpack what is staged and verified, and let the next start run it.

    Returns an error or None. Until its last write nothing that runs, or could be fallen back to, has changed but for
    this: a third firmware, older than those two, is gone.
    """
    stage = Stage(platform.storage)
    error = None
    try:
        return await _install(platform, stage, progress)
    except MemoryError:
        error = DeviceError("Not enough memory to install the firmware", "Restart the phone to try again")
    except OSError as caught:
        error = failed(caught)
    except CallerError:
        error = PeerError("Firmware image holds a file name that is not allowed")
    except DialtoneError as caught:
        error = caught
    if not isinstance(error, DeviceError):
        stage.clear()
    return error


async def _install(platform, stage, progress):
    storage = platform.storage
    header = stage.load()
    if not header or stage.good(platform.feed) != header.blocks:
        raise PeerError("The staged firmware image is damaged", "It is loaded again at the next start")
    now = record.load(storage)
    slot = "b" if now.get("run") == "a" else "a"
    if now.get("back") == slot:
        now["back"] = now["before"] = ""
        record.save(storage, now)
    folder = "slots/" + slot
    progress("firmware", "Installing " + header.version)
    clear(storage.path(folder))
    try:
        await _unpack(storage, header, folder, platform.feed)
    except BaseException:
        clear(storage.path(folder))
        raise
    now["back"], now["before"] = now.get("run", ""), now.get("version", "")
    now["run"], now["version"], now["tries"] = slot, header.version, 0
    now["why"] = now["bad"] = ""
    now["key"] = str(hexlify(header.next_key), "utf-8")
    now["drop"] = str(hexlify(header.signer), "utf-8") if header.revokes and header.next_key else ""
    record.save(storage, now)
    stage.clear()
    platform.log.info("firmware", "%s is in slot %s" % (header.version, slot))


async def _unpack(storage, header, folder, feed):
    """Every file, then every file again beside the image: what flash says, not what was sent there."""
    found = ""
    with storage.open(PAYLOAD, "rb") as source:
        for copy in (_copy, _compare):
            for name, offset, size in romfs.files(source, header.payload_length):
                if name.startswith(_NEEDED):
                    found = name
                source.seek(offset)
                copy(source, size, storage, folder + "/" + name)
                feed()
                await sleep_ms(0)
            if not found:
                raise PeerError("Firmware image holds no phone")


def _copy(source, size, storage, name):
    with storage.open(name, "wb") as file:
        for view in _pieces(source, size):
            if file.write(view) != len(view):
                raise OSError(28)  # MicroPython writes short on a full disk


def _compare(source, size, storage, name):
    with storage.open(name, "rb") as file:
        good = storage.size(name) == size
        other = bytearray(_PIECE)
        for view in _pieces(source, size):
            count = file.readinto(memoryview(other)[: len(view)])
            good = good and count == len(view) and memoryview(other)[:count] == view
    if not good:
        raise DeviceError("Firmware read back from flash differs", "Try again; if it stays, the flash is worn out")


def _pieces(source, size):
    room = memoryview(bytearray(_PIECE))
    while size:
        count = source.readinto(room[: min(size, _PIECE)])
        if not count:
            raise PeerError("Firmware image's file system is damaged")
        size -= count
        yield room[:count]


def clear(path, depth=_DEPTH):
    """Remove a folder with all that is in it. What cannot be removed stays: the copy over it will tell."""
    try:
        names = os.listdir(path)
    except OSError:
        return
    for name in names:
        name = path + "/" + name
        try:
            if os.stat(name)[0] & _FOLDER:
                if depth:
                    clear(name, depth - 1)
            else:
                os.remove(name)
        except OSError:
            pass
    try:
        os.rmdir(path)
    except OSError:
        pass
