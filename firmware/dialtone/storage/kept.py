"""Text files that survive a power cut at any moment: with a checksum, and the generation before beside them.

The last line is ``# check`` and the first half of the SHA-256 of all lines before it: a comment in configuration
syntax. Loaded to read or write such a file, and forgotten after it.
"""

from binascii import hexlify
from hashlib import sha256

from micropython import const

OLD = ".old"
_CHECK = b"# check "
_DIGITS = const(16)  # 64 bits: damage is found, and nobody who can write the file needs to be kept from it
_WHOLE = const(0)
_DAMAGED = const(1)
_BARE = const(2)  # without a check line: put there by hand, or by a release that wrote none


def save(storage, name, pieces):
    """Replace ``name`` by ``pieces`` (str or bytes) and keep the file before as the older generation, unless it is
    damaged. Raises DeviceError; both stay as they are then.
    """
    old = name + OLD if _state(storage, name) == _WHOLE else None
    storage.write_atomic(name, _checked(pieces), old)


def newest(storage, name):
    """``(file, notice)``: the file to read for ``name``, None without; ``notice`` is "" or what people should know.

    A file without check line counts while it has no older generation.
    """
    state = _state(storage, name)
    old = name + OLD
    if state == _WHOLE or state == _BARE and not storage.exists(old):
        return name, ""
    there = _state(storage, old) == _WHOLE
    if state is None:  # the power went between the two renames of a save: nothing is damaged
        return old if there else None, ""
    if there:
        return old, "%s is damaged: the one before it is used" % name
    return name, "%s is damaged: what can be read of it is used" % name


def lines(storage, name):
    """Yields the lines of the file ``newest`` named, as bytes; nothing for None."""
    if name:
        for line in storage.lines(name):
            if not line.startswith(_CHECK):
                yield line


def _checked(pieces):
    sum = sha256()
    for piece in pieces:
        if isinstance(piece, str):
            piece = piece.encode()
        sum.update(piece)
        yield piece
    yield _CHECK + _hex(sum) + b"\n"


def _state(storage, name):
    """_WHOLE, _DAMAGED or _BARE; None when there is no file."""
    if not storage.exists(name):
        return None
    sum = sha256()
    check = None
    for line in storage.lines(name):
        if check:
            return _DAMAGED  # something behind the last line
        if line.startswith(_CHECK):
            check = line
        else:
            sum.update(line)
    if check is None:
        return _BARE
    return _WHOLE if check == _CHECK + _hex(sum) + b"\n" else _DAMAGED


def _hex(sum):
    return hexlify(sum.digest())[:_DIGITS]
