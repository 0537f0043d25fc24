"""Counts a start and chooses the firmware that it runs, before anything of it is imported.

No update replaces this file: whatever comes later must keep to it, and to the record (dialtone/update/record.py).
``choose`` raises nothing, and with a record that it cannot read or write it runs what certainly works.
"""

import json
import os

import slotfs

_MAGIC = 0x14A6B1  # kind of the record of a ROMFS that all others lie in
_FOLDER = 4
_FILE = 5
_TRIES = 3  # starts of a new firmware that may end before they have lasted: a power cut is not its fault


def choose(root):
    """("a", "b" or "" for the firmware that the phone came with, number of this start of one that is on trial or 0).

    ``root``: the phone's folder.
    """
    try:
        return _choose(root, _load(root))
    except Exception:  # a record that makes no sense
        return "", 0


def _load(root):
    try:
        with open(root + "/boot.json") as file:
            record = json.loads(file.read())
        return record if isinstance(record, dict) else {}
    except Exception:
        return {}


def _choose(root, record):
    slot, trial = record.get("run", ""), "tries" in record
    name = "tries" if trial else "starts"
    count = record.get(name)
    count = count + 1 if isinstance(count, int) else 1
    if not _there(root, slot):
        revert(record, "it is not in flash")
    elif count > _TRIES and trial:
        revert(record, "it did not get through its self-test in %d starts" % _TRIES)
    elif count > _TRIES and "young" in record:
        revert(record, "it ended soon after its start %d times" % _TRIES)
    else:
        record[name] = count
        if _save(root, record) or not trial:
            return slot, count if trial else 0
        slot = record.get("back", "")  # who cannot count must not try
        return slot if _there(root, slot) else "", 0
    record["starts"] = 1  # this one, of the firmware before
    _save(root, record)
    slot = record["run"]
    return slot if _there(root, slot) else "", 0


def _there(root, slot):
    if slot not in ("a", "b"):
        return slot == ""
    name = path(root, slot)
    return _whole(name) or _mapped(name) is not None


def path(root, slot):
    """The file of a slot."""
    return root + "/slots/" + slot + ".romfs"


def _mapped(name):
    """What a built board has in flash for the slot whose file is missing, as memory; None on others."""
    try:
        import romslot  # which others have not, either

        return romslot.find(name[-7])  # the letter before .romfs
    except ImportError:
        return None


def _whole(name):
    try:
        with open(name, "rb") as file:
            kind, _, _, end = slotfs.record(file, 0)
            return kind == _MAGIC and end <= file.seek(0, 2)
    except (OSError, IndexError):
        return False


def enter(name):
    """What is in the slot's file ``name``, or in its partition, becomes the current folder: modules are found there."""
    import vfs

    vfs.mount(look(name) if _whole(name) else vfs.VfsRom(_mapped(name)), "/app")
    os.chdir("/app")


def look(name):
    """The file system in the slot's file ``name``."""
    with open(name, "rb") as file:
        kind, _, at, end = slotfs.record(file, 0)
        if kind != _MAGIC:
            raise OSError(5)
        found, marks, places = {}, bytearray(), bytearray()
        folders = [("", at, end)]
        for folder, at, end in folders:  # it grows meanwhile
            first = len(marks)
            while at < end:
                kind, part, content, stop = slotfs.record(file, at)
                if kind == _FOLDER:
                    inner = str(part, "utf-8")
                    folders.append((folder + "/" + inner if folder else inner, content, min(stop, end)))
                if not len(marks) % 8:
                    places.extend(bytes((at >> 16, at >> 8 & 255, at & 255)))
                marks.append(hash(part) & 255)
                at = stop
            found[folder] = first << 12 | len(marks)
            while len(marks) % 8:
                marks.append(0)
    return slotfs.Slot(name, found, bytes(marks), bytes(places))


def revert(record, why):
    """Change ``record`` so that the firmware before runs again, and say why. The same as in record.py."""
    record["bad"] = record.get("version", "")
    record["why"] = "Firmware %s: %s" % (record["bad"], why)
    record["run"], record["version"] = record.get("back", ""), record.get("before", "")
    record["back"] = record["before"] = ""
    for name in ("starts", "tries", "young", "key", "drop"):
        record.pop(name, None)


def _save(root, record):
    try:
        with open(root + "/boot.json.tmp", "w") as file:
            text = json.dumps(record)
            if file.write(text) != len(text):
                return False
        if hasattr(os, "sync"):
            os.sync()
        os.rename(root + "/boot.json.tmp", root + "/boot.json")
        return True
    except OSError:
        return False
