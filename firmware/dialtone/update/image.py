"""Header of a firmware image ``<model>.st``: pure, no I/O. The layout is ours; the vendor's format is not public.

All numbers big-endian. The payload starts ``header_length`` bytes into the file; what lies between the fixed part
and the payload is room for a list of one SHA-256 per 4 KiB block and an ECDSA signature, found by offset and length.

====== ====== =========================================================
offset length field
====== ====== =========================================================
0      8      magic ``DTIMAGE`` and a line feed (a text-mode transfer damages it)
8      2      header version, now 1
10     2      kind: 1 application, 2 system
12     4      header length: file offset of the payload
16     4      payload length
20     32     SHA-256 of the payload
52     32     version, ``1.0.0.1-SIP``, zero padded ASCII
84     64     models, ``57i,53i`` or ``*``, zero padded ASCII
148    4 + 4  hash list offset and length, 0 and 0 when there is none
156    4 + 4  signature offset and length, 0 and 0 when there is none
164    92     reserved, zero
====== ====== =========================================================
"""

import struct

from micropython import const

from dialtone.errors import CallerError, PeerError

HEADER_BYTES = 256  # fixed part: 164 bytes used, the rest kept for later header versions
MAGIC = b"DTIMAGE\n"
APPLICATION = 1
SYSTEM = 2
_FORMAT = ">HHII32s32s64sIIII"  # from offset 8
_OLDEST_UNKNOWN = const(2)  # header versions from here on are not ours to read
_HEADER_LIMIT = const(0x10000)  # 256 B + 2,000 block hashes (8 MB) + a signature fit; more is not a header
_PAYLOAD_LIMIT = const(0x1000000)  # 16 MB: the largest flash part of the boards we know
_ADVICE = "Put an image made for this phone on the server"


class Header:
    """Fields of a header: ``models`` a tuple, ``digest`` 32 bytes, ``hash_list`` and ``signature`` (offset, length)."""

    def __init__(
        self, kind, models, version, payload_length, digest,
        header_length=HEADER_BYTES, hash_list=(0, 0), signature=(0, 0),
    ):  # fmt: skip
        self.kind = kind
        self.models = models
        self.version = version
        self.payload_length = payload_length
        self.digest = digest
        self.header_length = header_length
        self.hash_list = hash_list
        self.signature = signature


def parse_header(data):
    """``Header`` of the first ``HEADER_BYTES`` of a file. Raises PeerError that names what is wrong."""
    if len(data) < HEADER_BYTES or bytes(data[:8]) != MAGIC:
        raise PeerError("Not a firmware image", _ADVICE)
    fields = struct.unpack_from(_FORMAT, data, 8)
    if fields[0] >= _OLDEST_UNKNOWN or not fields[0]:
        raise PeerError("Firmware image header version %d is not known" % fields[0], "Update in steps")
    if fields[1] not in (APPLICATION, SYSTEM):
        raise PeerError("Firmware image of unknown kind %d" % fields[1], _ADVICE)
    header_length, payload_length = fields[2], fields[3]
    if not HEADER_BYTES <= header_length <= _HEADER_LIMIT or not 0 < payload_length <= _PAYLOAD_LIMIT:
        raise PeerError("Firmware image lengths make no sense", _ADVICE)
    for place in (7, 9):
        offset, length = fields[place], fields[place + 1]
        if (offset or length) and (offset < HEADER_BYTES or offset + length > header_length):
            raise PeerError("Firmware image hash list or signature lies outside its header", _ADVICE)
    models = tuple([part.strip() for part in _text(fields[6]).split(",")])
    version = _text(fields[5])
    if not version or "" in models:
        raise PeerError("Firmware image without version or model", _ADVICE)
    return Header(fields[1], models, version, payload_length, fields[4], header_length, fields[7:9], fields[9:11])


def build_header(header):
    """The ``HEADER_BYTES`` of ``header`` for a file. Raises CallerError when a field does not fit."""
    data = bytearray(HEADER_BYTES)
    data[:8] = MAGIC
    struct.pack_into(
        _FORMAT, data, 8, 1, header.kind, header.header_length, header.payload_length, header.digest,
        _field(header.version, 32), _field(",".join(header.models), 64),
        header.hash_list[0], header.hash_list[1], header.signature[0], header.signature[1],
    )  # fmt: skip
    return bytes(data)


def check(header, model):
    """Raise PeerError when the image is not an application image for ``model``."""
    if header.kind != APPLICATION:
        raise PeerError("System images are not installed by this firmware", _ADVICE)
    if model not in header.models and "*" not in header.models:
        raise PeerError("Firmware image is for %s, not for %s" % (", ".join(header.models), model), _ADVICE)


def _text(field):
    end = field.find(b"\0")
    text = field if end < 0 else field[:end]
    for byte in text:
        if not 0x20 < byte < 0x7F:
            raise PeerError("Firmware image header is damaged", _ADVICE)
    return str(text, "utf-8")


def _field(text, size):
    data = text.encode()
    if not 0 < len(data) <= size:
        raise CallerError("Image field %r must have 1 to %d characters" % (text, size))
    return data
