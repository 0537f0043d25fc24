"""Head of a firmware image ``<model>.st``: pure, no I/O. The layout is ours; the vendor's format is not public.

All numbers big-endian. A head is ``HEADER_BYTES`` of header, one SHA-256 for each ``BLOCK_BYTES`` of the payload (the
last block may be short), and an ECDSA P-256 signature (r, then s, 32 bytes each) over all before it. The payload
follows.

====== ====== =========================================================
offset length field
====== ====== =========================================================
0      8      magic ``DTIMAGE`` and a line feed (a text-mode transfer damages it)
8      2      header version, now 2
10     2      kind: 1 application (payload: a ROMFS image), 2 system
12     4      length of the head: file offset of the payload
16     4      payload length
20     2      ABI: version of the .mpy files in it, 0 for Python sources
22     2      flags: 1 = the key that signed this is not to be trusted any more once the image has proved itself
24     32     version, ``1.0.0.1-SIP``, zero padded ASCII
56     32     the oldest version that may be updated to it, empty: any
88     64     models or boards, ``57i,53i`` or ``*``, zero padded ASCII
152    8      key that signed it: the first bytes of the SHA-256 of its 64 bytes x, y
160    64     the next key (x, y), to be trusted once the image has proved itself; zeros: none
224    32     reserved, zero
====== ====== =========================================================
"""

import struct

from micropython import const

from dialtone.errors import PeerError

HEADER_BYTES = 256
BLOCK_BYTES = 4096
HASH_BYTES = 32
SIGNATURE_BYTES = 64
MAGIC = b"DTIMAGE\n"
APPLICATION = 1
SYSTEM = 2
VERSION = 2
REVOKES = 1
FORMAT = ">HHIIHH32s32s64s8s64s"  # from offset 8
_PAYLOAD_LIMIT = const(0x1000000)  # 16 MB: the largest flash part of the boards we know
_PART_LIMIT = const(99999)  # of a version's numbers
_ADVICE = "Take an image that was made for this phone"


class Header:
    """Fields of a header: ``models`` a tuple, ``oldest`` "" or a version, ``signer`` 8 bytes, ``next_key`` 64 bytes or
    b"" without one, ``revokes`` whether the signing key goes.
    """

    def __init__(
        self, kind, models, version, payload_length, abi=0, oldest="", signer=bytes(8), next_key=b"", revokes=False
    ):  # fmt: skip
        self.kind = kind
        self.models = models
        self.version = version
        self.payload_length = payload_length
        self.abi = abi
        self.oldest = oldest
        self.signer = signer
        self.next_key = next_key
        self.revokes = revokes

    @property
    def blocks(self):
        """How many blocks, and hashes."""
        return (self.payload_length + BLOCK_BYTES - 1) // BLOCK_BYTES

    @property
    def signed_length(self):
        """Bytes that the signature is over."""
        return HEADER_BYTES + HASH_BYTES * self.blocks

    @property
    def head_length(self):
        """File offset of the payload."""
        return self.signed_length + SIGNATURE_BYTES


def parse_header(data):
    """``Header`` of the first ``HEADER_BYTES`` of a file. Raises PeerError that names what is wrong."""
    if len(data) < HEADER_BYTES or bytes(data[:8]) != MAGIC:
        raise PeerError("Not a firmware image", _ADVICE)
    data = bytes(data[8:HEADER_BYTES])
    version, kind, head, payload, abi, flags, release, oldest, models, signer, key = struct.unpack_from(FORMAT, data)
    if version != VERSION:
        raise PeerError("Firmware image header version %d is not known" % version, "Update in steps")
    if kind not in (APPLICATION, SYSTEM):
        raise PeerError("Firmware image of unknown kind %d" % kind, _ADVICE)
    models = tuple([part.strip() for part in _text(models).split(",")])
    header = Header(kind, models, _text(release), payload, abi, _text(oldest), signer, key, bool(flags & REVOKES))
    if not 0 < payload <= _PAYLOAD_LIMIT or head != header.head_length:
        raise PeerError("Firmware image lengths make no sense", _ADVICE)
    if flags > REVOKES or data[216:] != bytes(32):
        raise PeerError("Firmware image header is damaged", _ADVICE)
    if key == bytes(64):
        header.next_key = b""
    if "" in models:
        raise PeerError("Firmware image without model", _ADVICE)
    number(header.version)
    if header.oldest:
        number(header.oldest)
    return header


def number(version):
    """(1, 4, 0, 23) of ``1.4.0.23-SIP``, to compare versions by. Raises PeerError for another form."""
    parts = version[:-4].split(".") if version.endswith("-SIP") else ()
    if parts and not [part for part in parts if not (part.isdigit() and int(part) <= _PART_LIMIT)]:
        return tuple([int(part) for part in parts])
    raise PeerError("Firmware image version is not of the form 1.4.0.23-SIP", _ADVICE)


def _text(field):
    end = field.find(b"\0")
    text = field if end < 0 else field[:end]
    for byte in text:
        if not 0x20 < byte < 0x7F:
            raise PeerError("Firmware image header is damaged", _ADVICE)
    return str(text, "utf-8")
