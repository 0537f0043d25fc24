"""The boot record: how many starts in a row have not lasted, and what the phone does about it. A few bytes in flash.

File ``boot`` (kept.py), one line of words: ``STARTS RUNG TOLD`` and whatever follows them.

* STARTS: starts since the last one that lasted, the present one too; 0 once it has.
* RUNG: what the present start leaves out, one of the constants below.
* TOLD: the highest rung that nobody has acknowledged yet; 0 when there is nothing to tell.
* Further words are kept as they are. They belong to firmware updates: a slot on trial has to be rolled back before the
  configuration is blamed, so ``count`` does not climb while there are any; whoever tries a slot reads STARTS for that.
"""

from micropython import const

from dialtone.storage import kept

NAME = "boot"
PREVIOUS = const(1)  # the local configuration of the generation before
NONE = const(2)  # no local configuration
SAFE = const(3)  # web page and display only: no scripts, and nothing from the server
_FIRST = const(3)  # starts before the first rung: two may be bad luck ...
_NEXT = const(2)  # ... but who is in trouble already need not wait so long


def read(storage):
    """``[starts, rung, told, other words]``; all 0 when there is no record, or none that can be read."""
    for line in kept.lines(storage, kept.newest(storage, NAME)[0]):
        words = line.split()
        try:
            starts, rung, told = [int(word) for word in words[:3]]
        except ValueError:
            break
        if starts >= 0 and 0 <= rung <= SAFE and 0 <= told <= SAFE:
            return [starts, rung, told, words[3:]]
    return [0, 0, 0, []]


def write(storage, record):
    """Raises DeviceError; the record before stays then."""
    words = [b"%d" % number for number in record[:3]] + record[3]
    kept.save(storage, NAME, (b" ".join(words) + b"\n",))


def count(storage, cold=False):
    """A start has begun: the record as it is now, and what it has climbed: 0 no rung, 1 the first that is told, 2
    another. DeviceError like ``write``.

    ``cold``: the power was away and the start before did not end by itself. A rung that would leave out nothing is
    passed by.
    """
    record = read(storage)
    starts, rung, told, others = record
    if cold:
        starts = 0
    climbs = 0
    if starts >= (_NEXT if rung else _FIRST) and not others:
        starts = 0
        climbs = 2 if told else 1
        rung = min(max(rung, told) + 1, SAFE)
        if rung == PREVIOUS and not storage.exists("local.cfg" + kept.OLD):
            rung = NONE
        if rung == NONE and not storage.exists("local.cfg"):
            rung = SAFE
        told = rung
    record[:] = [starts + 1, rung, told, others]
    write(storage, record)
    return record, climbs


def lasted(storage):
    """This start is a good one: the next one leaves nothing out. What was left out is told on."""
    record = read(storage)
    if record[0] or record[1]:
        record[0] = record[1] = 0
        write(storage, record)


def acknowledge(storage):
    """Somebody knows; the next start leaves nothing out."""
    record = read(storage)
    record[1] = record[2] = 0
    write(storage, record)
