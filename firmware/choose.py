"""Chooses the firmware that a start runs, before anything of it is imported; dialtone/update/record.py has the record.

No update replaces this file: whatever comes later must keep to it. It raises nothing, and with a record that it cannot
read or write it runs what certainly works.
"""

import json
import os

_TRIES = 3  # starts of a new firmware that may end before its self-test has: a power cut is not its fault


def choose(root):
    """("a", "b" or "" for the firmware that the phone came with, number of this start of a new one or 0).

    ``root``: the phone's folder.
    """
    try:
        with open(root + "/boot.json") as file:
            record = json.loads(file.read())
        return _choose(root, record)
    except Exception:  # no record, or one that makes no sense
        return "", 0


def _choose(root, record):
    slot = record.get("run", "")
    tries = record.get("tries")
    if not _there(root, slot):
        _revert(root, record, "it is not in flash")
    elif tries is None:
        return slot, 0
    elif tries >= _TRIES:
        _revert(root, record, "it did not get through its self-test in %d starts" % _TRIES)
    else:
        record["tries"] = tries + 1
        if _save(root, record):
            return slot, tries + 1
        return record.get("back", ""), 0  # who cannot count must not try
    slot = record["run"]
    return slot if _there(root, slot) else "", 0


def _there(root, slot):
    if slot not in ("", "a", "b"):
        return False
    try:
        return not slot or bool(os.stat(root + "/slots/" + slot + "/dialtone"))
    except OSError:
        return False


def _revert(root, record, why):
    record["bad"] = record.get("version", "")
    record["why"] = "Firmware %s: %s" % (record["bad"], why)
    record["run"], record["version"] = record.get("back", ""), record.get("before", "")
    record["back"] = record["before"] = ""
    for name in ("tries", "key", "drop"):
        record.pop(name, None)
    _save(root, record)


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
