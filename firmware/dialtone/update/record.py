"""The boot record: which slot the next start runs, which was before, and what the last update came to.

One JSON object in the file ``NAME``, replaced as a whole: the single write that switches the phone over. A record that
is missing or damaged means the firmware that the phone came with. ``firmware/choose.py`` reads it before anything of
this package can be imported; both keep keys that they do not know.

====== ===========================================================================================================
run    slot that the next start runs: "a", "b", "" for the firmware that the phone came with
back   the slot before it
version, before
       versions of the two, "" for what the phone came with
tries  starts since the switch; there only until the self-test has passed
key, drop
       hex: the key to trust and the id of that not to be trusted any more, once the self-test has passed
why    reason of the last rollback, until somebody has acknowledged it
bad    the version that was rolled back: not loaded again until then
====== ===========================================================================================================
"""

import json

from micropython import const

from dialtone.errors import DeviceError

NAME = "boot.json"
SLOTS = ("a", "b")
_LIMIT = const(1024)  # bytes: the longest is 600


def load(storage):
    """The record as a dict, {} without one."""
    try:
        found = json.loads(storage.read(NAME, _LIMIT) or b"{}")
    except (ValueError, DeviceError):
        found = None
    return found if isinstance(found, dict) else {}


def save(storage, record):
    """Replace the record. Raises DeviceError; the old one stays then."""
    storage.write_atomic(NAME, [json.dumps(record)])


def spare(record):
    """The slot that does not run, for the next update."""
    return "b" if record.get("run") == "a" else "a"


def file_of(slot):
    """The file of a slot, see ``firmware/slotfs.py``."""
    return "slots/" + slot + ".romfs"


def revert(record, why):
    """Change ``record`` so that the slot before runs again, and say why. The same as in ``firmware/choose.py``."""
    record["bad"] = record.get("version", "")
    record["why"] = "Firmware %s: %s" % (record["bad"], why)
    record["run"] = record.get("back", "")
    record["version"] = record.get("before", "")
    record["back"] = record["before"] = ""
    for name in ("tries", "key", "drop"):
        record.pop(name, None)


def acknowledge(storage):
    """Somebody has read why the last update was rolled back. Tells whether there was something to read."""
    record = load(storage)
    if not record.get("why"):
        return False
    record["why"] = record["bad"] = ""
    save(storage, record)
    return True
