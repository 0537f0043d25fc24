"""What the store keeps of the parameter table, so that reading a value or a foreign line needs no table."""

from binascii import crc32, hexlify

from dialtone.config import parameters
from dialtone.config.layer import Layer
from dialtone.config.store import key_of, told
from micropython import const

_STARTS = const(128)  # bytes: of the beginnings of foreign names one in fourteen shares a bit with one of ours


def known():
    """(key of each name and the number of its section, then a bit for the first eight bytes of each, all in one bytes
    object; the Layer of defaults by hex of the key)."""
    keys = bytearray()
    starts = bytearray(_STARTS)
    defaults = Layer()
    aliases = dict([(name, alias) for alias, name in parameters.ALIASES])
    for number, (section, _, module) in enumerate(parameters.sections()):
        for text in parameters.read(module):
            row = parameters.row(section, text)
            for name in (row.name, aliases.get(row.name)):
                if name:
                    code = crc32(name[:8].encode()) & 1023
                    starts[code >> 3] |= 1 << (code & 7)
                if name and not told(name):
                    keys += key_of(name) + bytes((number,))
            if row.default:
                defaults.append(hexlify(key_of(row.name)).decode(), "-", "", row.default)
    defaults.pack()
    return bytes(keys + starts), defaults
