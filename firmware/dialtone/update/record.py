"""The boot record: which firmware the next start runs, how many starts in a row have not lasted, and what came of it.

One JSON object in the file ``NAME``, replaced as a whole: the single write that switches the phone over. A record that
is missing or damaged means the firmware that the phone came with, and no trouble. ``firmware/choose.py`` reads it, and
counts the start in it, before anything of this package can be imported; both keep keys that they do not know.

====== ===========================================================================================================
run    slot that the next start runs: "a", "b", "" for the firmware that the phone came with
back   the slot before it
version, before
       versions of the two, "" for what the phone came with
tries  starts since the switch, the present one too; there only until the self-test has passed
young  there from then on until a start has lasted: until then, too, the firmware may go back
starts otherwise: starts since the last one that lasted, the present one too
key, drop
       hex: the key to trust and the id of that not to be trusted any more, once the self-test has passed
why    reason of the last rollback, until somebody has acknowledged it
bad    the version that was rolled back: not loaded again until somebody allows it, or another one is installed
rung   what the crash ladder leaves out at this start (provisioning/ladder.py): 0 nothing, else one of the constants
told   the highest rung that nobody has acknowledged yet
====== ===========================================================================================================

Only choose.py adds to ``tries`` and ``starts``, and each start to one of them. New firmware comes first: while it is on
trial or young the ladder does not climb, and choose.py takes it back at the fourth start.
"""

import json

from micropython import const

from dialtone.errors import DeviceError

NAME = "boot.json"
PREVIOUS = const(1)  # the local configuration of the generation before
NONE = const(2)  # no local configuration
SAFE = const(3)  # web page and display only: no scripts, and nothing from the server
_FIRST = const(3)  # starts before the first rung: two may be bad luck ...
_NEXT = const(2)  # ... but who is in trouble already need not wait so long
_LIMIT = const(1024)  # bytes: the longest is 700
_OLD = ".old"  # of storage/kept.py


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


def number(record, name, limit=SAFE):
    """The number ``name`` of a record, 0 for what is none or more than ``limit``."""
    value = record.get(name)
    return value if isinstance(value, int) and 0 <= value <= limit else 0


def climb(storage, cold=False):
    """What the present start, which choose.py has counted, leaves out: the record, and what it has climbed: 0 no rung,
    1 the first that is told, 2 another. Raises DeviceError like ``save``.

    ``cold``: the power was away and the start before did not end by itself. A rung that would leave out nothing is
    passed by.
    """
    record = load(storage)
    starts, rung, told = number(record, "starts", 1 << 20), number(record, "rung"), number(record, "told")
    climbs = 0
    if cold and starts > 1:
        record["starts"] = 1
    elif starts > (_NEXT if rung else _FIRST) and "tries" not in record and "young" not in record:
        climbs = 2 if told else 1
        rung = min(max(rung, told) + 1, SAFE)
        if rung == PREVIOUS and not storage.exists("local.cfg" + _OLD):
            rung = NONE
        if rung == NONE and not storage.exists("local.cfg"):
            rung = SAFE
        record["rung"] = record["told"] = rung
        record["starts"] = 1
    else:
        return record, 0
    save(storage, record)
    return record, climbs


def lasted(storage, itself=True):
    """This start is a good one: the next one leaves nothing out. What was left out is told on.

    ``itself``: it has lasted long enough, so young firmware is young no more; else somebody ends it. What a firmware
    does before its self-test has passed counts for nothing.
    """
    record = load(storage)
    if "tries" in record:
        return
    gone = ("starts", "rung", "young") if itself else ("starts", "rung")
    if [1 for name in gone if record.pop(name, None)]:
        save(storage, record)


def acknowledge(storage, again=False):
    """Somebody has read why the firmware was taken back, and what the ladder has left out: the next start leaves
    nothing out. ``again``: what was taken back may be loaded once more.
    """
    record = load(storage)
    gone = ("why", "bad", "rung", "told") if again else ("why", "rung", "told")
    if [1 for name in gone if record.pop(name, None)]:
        save(storage, record)


def revert(record, why):
    """Change ``record`` so that the slot before runs again, and say why. The same as in ``firmware/choose.py``."""
    record["bad"] = record.get("version", "")
    record["why"] = "Firmware %s: %s" % (record["bad"], why)
    record["run"] = record.get("back", "")
    record["version"] = record.get("before", "")
    record["back"] = record["before"] = ""
    for name in ("starts", "tries", "young", "key", "drop"):
        record.pop(name, None)
