"""Small firmware images for the tests, made and signed inside the test's own process."""

from binascii import hexlify
from hashlib import sha256

from dialtone.crypto import p256
from dialtone.update import building, image, romfs
from dialtone.update.signature import NAME, key_id

PRIVATE = 0xC9AFA9D845BA75166B5C215767B1D6934E50C3DB36E89B127B8A622B120F6721  # RFC 6979 appendix A.2.5
KEY = (
    b"\x60\xfe\xd4\xba\x25\x5a\x9d\x31\xc9\x61\xeb\x74\xc6\x35\x6d\x68\xc0\x49\xb8\x92\x3b\x61\xfa\x6c\xe6\x69\x62\x2e"
    b"\x60\xf2\x9f\xb6\x79\x03\xfe\x10\x08\xb8\xbc\x99\xa4\x1a\xe9\xe9\x56\x28\xbc\x64\xf2\xf1\xb2\x0c\x2d\x7e\x9f\x51"
    b"\x77\xa3\xc2\x94\xd4\x46\x22\x99"
)
FILES = {
    "dialtone/prelude.py": b"'''starts'''\n" + b"# so that it has more than one block\n" * 200,
    "dialtone/phone.py": b"VERSION = 2\n",
    "dialtone/webui/icon.svg": b"<svg/>",
    "empty": b"",
}


def trust(storage, *keys):
    """Let the phone with ``storage`` believe images signed with ``PRIVATE`` (or those of ``keys``)."""
    storage.write_atomic(NAME, [hexlify(key) + b"\n" for key in keys or (KEY,)])


def public(private):
    x, y = p256.public_key(private)
    return x.to_bytes(32, "big") + y.to_bytes(32, "big")


def head(payload, version="1.0.0.2-SIP", private=PRIVATE, **changes):
    """Header, hash list and signature."""
    fields = {"kind": image.APPLICATION, "models": ("57i",), "abi": 6, "signer": key_id(KEY)}
    fields.update(changes)
    header = image.Header(version=version, payload_length=len(payload), **fields)
    data = building.build_header(header)
    for at in range(0, len(payload), image.BLOCK_BYTES):
        data += sha256(payload[at : at + image.BLOCK_BYTES]).digest()
    r, s = p256.sign(private, sha256(data).digest())
    return data + r.to_bytes(32, "big") + s.to_bytes(32, "big")


def build(payload, **changes):
    """A whole image."""
    return head(payload, **changes) + payload


def _number(value):
    data = bytes([value & 0x7F])
    while value > 0x7F:
        value >>= 7
        data = bytes([0x80 | value & 0x7F]) + data
    return data


def _record(kind, data):
    return _number(kind) + _number(len(data)) + data


def _named(name, data):
    return _number(len(name)) + name.encode() + data


def pack(files):
    """A ROMFS image of {path: bytes}, as mpremote writes it."""
    return romfs.MAGIC + _sized(_folder(files))


def _sized(data):
    return _number(len(data)) + data


def _folder(files):
    here, below = b"", {}
    for path in sorted(files):
        name, _, rest = path.partition("/")
        if rest:
            below.setdefault(name, {})[rest] = files[path]
        else:
            here += _record(5, _named(path, _record(2, files[path])))
    for name in sorted(below):
        here += _record(4, _named(name, _folder(below[name])))
    return here
