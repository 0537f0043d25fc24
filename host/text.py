"""Text for people: nothing that came from a network or a child process reaches a terminal with control characters."""

import os

_CONTROLS = set(range(32)) | set(range(0x7F, 0xA0)) | {0x2028, 0x2029, *range(0x202A, 0x202F), *range(0x2066, 0x206A)}
_TABLE = dict.fromkeys(_CONTROLS, "?")  # C0, DEL, C1, line separators and the marks that turn text around
_LINE = 1000  # characters of one line


def printable(text, limit=_LINE):
    """``text`` with every control character as ``?``, cut to ``limit`` characters."""
    return str(text)[:limit].translate(_TABLE)


def why(error):
    """What the number of an OSError means; without one its text. pyserial tells each thing twice."""
    number = getattr(error, "errno", None)
    return printable(os.strerror(number) if number else error)


def screen_text(rows, softkeys):
    """The LCD as plain text: its rows, then the softkeys that have a label."""
    lines = [printable(row).rstrip() for row in rows]
    labels = ["%d:%s" % (number, printable(label)) for number, label in enumerate(softkeys, 1) if label]
    if labels:
        lines += ["", "  ".join("[%s]" % label for label in labels)]
    return "\n".join(lines) + "\n"
