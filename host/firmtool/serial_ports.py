"""What to tell somebody whose serial port cannot be opened: which ones are there, and who may use them."""

import errno

from serial.tools import list_ports

from host.text import printable, why

_ADVICE = {
    errno.EACCES: "Your user may not use it. On Linux: sudo usermod -aG dialout $USER, then log in anew.",
    errno.EBUSY: "Another program uses it. Close it first: a serial monitor, `make monitor`, `make lcd`.",
}
_ADVICE[errno.EAGAIN] = _ADVICE[errno.EBUSY]  # what locking a port gives that somebody else has locked


def which():
    """A sentence about the serial ports of this computer, those with something plugged into USB first."""
    found = sorted(list_ports.comports(), key=lambda one: (one.vid is None, one.device))
    if not found or found[0].vid is None:
        others = ", ".join(one.device for one in found)
        text = "There is no serial port by USB now: plug the board in, with a cable that carries data."
        return text + (" (Others: %s.)" % others if others else "")
    names = ["%s (%s)" % (one.device, printable(one.description, 60)) for one in found if one.vid is not None]
    return "Serial ports by USB: %s." % ", ".join(names)


def cannot_open(port, error):
    """Why ``port`` cannot be opened, and what to do about it. ``error``: what pyserial or esptool raised."""
    cause = error.__context__ if isinstance(error.__context__, OSError) else error  # esptool hides pyserial's number
    number = getattr(cause, "errno", None)
    advice = _ADVICE.get(number) or which()
    return "The port %s cannot be opened (%s).\n%s" % (port, why(cause), advice)
