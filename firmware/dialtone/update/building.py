"""Makes the header of a firmware image: for the PC, and for the tests of the phone. No phone imports it."""

import struct

from dialtone.errors import CallerError
from dialtone.update import image


def build_header(header):
    """The ``HEADER_BYTES`` of ``header`` for a file. Raises CallerError when a field does not fit."""
    data = bytearray(image.HEADER_BYTES)
    data[:8] = image.MAGIC
    struct.pack_into(
        image.FORMAT, data, 8, image.VERSION, header.kind, header.head_length, header.payload_length, header.abi,
        image.REVOKES if header.revokes else 0, _field(header.version, 32), _field(header.oldest, 32, 0),
        _field(",".join(header.models), 64), header.signer, header.next_key or bytes(64),
    )  # fmt: skip
    return bytes(data)


def _field(text, size, least=1):
    data = text.encode()
    if not least <= len(data) <= size:
        raise CallerError("Image field %r must have %d to %d characters" % (text, least, size))
    return data
