"""Whether a phone takes an image, by its header alone."""

from dialtone.errors import PeerError
from dialtone.update import record, signature
from dialtone.update.image import APPLICATION, number
from dialtone.version import VERSION

_ADVICE = "Take an image that was made for this phone"


def judge_for(platform, store):
    """``judge(header)`` for this phone as it is now: False for what runs already, None for what was rolled back and
    nobody allows again, or while what runs is young and may have to go back itself, else True or a PeerError or
    DeviceError that says why not.
    """
    found = record.load(platform.storage)
    version = found.get("version") or VERSION  # what its header said, also if that is not what it calls itself
    bad = found.get("bad")
    young = "young" in found
    downgrade = store.flag("firmware allow downgrade")

    def judge_it(header):
        mine, rejected = version, header.version
        if header.kind != APPLICATION:
            from dialtone.update import running

            mine, rejected = running.version(platform.storage), running.BAD + header.version
        if not judge(header, (platform.model, platform.board), platform.abi, mine, downgrade):
            return False
        if young or rejected == bad:
            if young:
                platform.log.info("firmware", header.version + " waits until what runs has lasted for a minute")
            return None
        signature.find(platform.storage, header)
        return True

    return judge_it


def judge(header, names, abi, running, downgrade):
    """Whether the image is to be installed on a phone of ``names`` (model, board) with MicroPython ``abi`` where
    version ``running`` ("": not known) runs: False when it is the same.

    Raises PeerError when it is for something else, is older and ``downgrade`` does not allow that, or wants a later
    version to come from.
    """
    if "*" not in header.models and not [name for name in names if name in header.models]:
        raise PeerError("Firmware image is for %s, not for %s" % (", ".join(header.models), names[0]), _ADVICE)
    if header.version == running:
        return False
    if header.abi != abi:
        raise PeerError("Firmware image is for MicroPython ABI %d, this is %d" % (header.abi, abi), _ADVICE)
    mine = number(running) if running else ()
    if number(header.version) < mine and not downgrade:
        text = "Firmware %s is older than %s" % (header.version, running)
        raise PeerError(text, "Set firmware allow downgrade to 1 to load it")
    if header.oldest and mine < number(header.oldest):
        text = "Firmware %s can only be loaded from %s or later" % (header.version, header.oldest)
        raise PeerError(text, "Update in steps")
    return True
