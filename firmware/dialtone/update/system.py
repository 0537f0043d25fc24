"""System images: MicroPython itself, in the slot that does not run. The bootloader tries it once, then goes back.

While a system is tried, the file ``PENDING`` says so, as a JSON object:

=========== =========================================================================================
on, back    labels of the slots that are tried, and fallen back to
version     what the image's header says
set         whether the bootloader was told; without it the power failed before that, or just behind
key, drop   as in record.py
why         what the self-test found
=========== =========================================================================================
"""

import json
import struct
from binascii import hexlify, unhexlify

from dialtone.errors import DeviceError, DialtoneError
from dialtone.update import record, running
from micropython import const

PENDING = "slots/system.new"
_DATA = const(1)
_OTA = const(16)  # subtype of the first slot
_NEW = const(0)  # states of a slot (esp_ota_img_states_t)
_TRIED = const(1)
_VALID = const(2)
_NO_ROLLBACK = (-261, -262)  # ESP_ERR_NOT_FOUND, ESP_ERR_NOT_SUPPORTED: a bootloader without it


def switch(platform, header, region):
    """Let the bootloader try what was written to ``region`` and read back."""
    storage = platform.storage
    region.check(running.head(region.part))
    label = region.part.info()[4]
    now = {"on": label, "back": region.mine.info()[4], "version": header.version}
    now["key"] = str(hexlify(header.next_key), "utf-8")
    now["drop"] = str(hexlify(header.signer), "utf-8") if header.revokes and header.next_key else ""
    storage.write_atomic(PENDING, [json.dumps(now)])
    try:
        region.part.set_boot()
    except OSError:
        storage.remove(PENDING)
        raise DeviceError("The bootloader refuses the system image", "Make it anew, from another file")
    now["set"] = 1
    storage.write_atomic(PENDING, [json.dumps(now)])
    platform.log.info("firmware", "System %s is in slot %s" % (header.version, label))


def begin(phone):
    """At a start when there is ``PENDING``: begins the trial of a system that runs, or tells why it does not."""
    try:
        _begin(phone)
    except (DialtoneError, OSError) as error:  # a full flash: the phone starts all the same
        phone.log.error("firmware", error)


def _begin(phone):
    storage = phone.storage
    now = running.load(storage, PENDING)
    try:
        label = running.running().info()[4]
    except DialtoneError:  # these files come from another board
        storage.remove(PENDING)
        return
    state = _state(now.get("on"))
    if label == now.get("on"):
        if state == _VALID:  # the power failed behind its self-test
            _keep(storage, now)
        else:
            phone.platform.trial = 1
        return
    if state == _NEW:
        return  # the bootloader has not run since
    if state is not None and now.get("set"):  # else the power failed while the switch was written down: once more
        told = record.load(storage)
        told["bad"] = running.BAD + now.get("version", "")
        told["why"] = "System %s: %s" % (now.get("version"), now.get("why") or "it did not get through its self-test")
        record.save(storage, told)
    storage.remove(PENDING)


def confirm(phone):
    """The system that runs has passed its self-test: it stays, and its keys count."""
    from esp32 import Partition

    now = running.load(phone.storage, PENDING)
    try:
        Partition.mark_app_valid_cancel_rollback()
    except OSError as error:
        if error.args[0] not in _NO_ROLLBACK:
            raise
    _keep(phone.storage, now)
    phone.platform.trial = 0


def back(phone, why):
    """The system before this one starts again, and tells why."""
    now = running.load(phone.storage, PENDING)
    now["why"] = why
    phone.storage.write_atomic(PENDING, [json.dumps(now)])
    if _state(now.get("on")) != _TRIED:  # a bootloader that does not go back by itself
        from esp32 import Partition

        Partition(now["back"]).set_boot()
    phone.log.error("firmware", "System %s: %s" % (now.get("version"), why))
    phone.restart()


def _keep(storage, now):
    from dialtone.update import signature

    signature.rotate(storage, unhexlify(now.get("key") or ""), unhexlify(now.get("drop") or ""))
    found = {"head": running.mark(running.head(running.running())), "version": now.get("version", "")}
    storage.write_atomic(running.CURRENT, [json.dumps(found)])
    storage.remove(PENDING)


def _state(label):
    """What the bootloader has noted about the slot ``label``, None when nothing. It goes by the two entries of otadata
    (esp_ota_select_entry_t), a block each: sequence number, 20 bytes, state. The number modulo that of slots is a slot.
    """
    from esp32 import Partition

    slots = [part.info() for part in Partition.find(0) if part.info()[1] >= _OTA]
    numbers = [row[1] - _OTA for row in slots if row[4] == label]
    newest, found = 0, None
    entry = bytearray(28)
    for part in Partition.find(_DATA, 0) if numbers else ():
        for block in range(2):
            part.readblocks(block, entry, 0)
            sequence, _, state = struct.unpack("<I20sI", entry)
            if newest < sequence < 0xFFFFFFFF and (sequence - 1) % len(slots) == numbers[0]:
                newest, found = sequence, state
    return found
