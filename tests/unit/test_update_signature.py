"""Whom the phone believes: keys in flash, signatures over a head, rotation that leaves a key in any case."""

from hashlib import sha256

import firmware_images
from dialtone.errors import DeviceError, PeerError
from dialtone.storage.files import Storage
from dialtone.update import image, proof, signature
from firmware_images import KEY, PRIVATE, public
from support import raises, tmp_dir


def _storage(*keys):
    storage = Storage(tmp_dir())
    firmware_images.trust(storage, *keys)
    return storage


def test_a_signature_holds_for_its_key_and_bytes_alone():
    data = firmware_images.head(b"payload")
    digest, signed = sha256(data[:-64]).digest(), data[-64:]
    proof.verify(KEY, digest, signed)
    other = public(PRIVATE + 1)
    for key, hashed, found in (
        (other, digest, signed),
        (KEY, sha256(data[:-65]).digest(), signed),
        (KEY, digest, signed[:-1] + bytes([signed[-1] ^ 1])),
        (KEY, digest, bytes(64)),
        (KEY, digest, signed[:10]),
        (bytes(64), digest, signed),
    ):
        with raises(PeerError) as e:
            proof.verify(key, hashed, found)
        assert "wrong signature" in e.value.text


def test_the_key_is_found_by_its_name():
    other = public(PRIVATE + 1)
    storage = _storage(other, KEY)
    header = image.parse_header(firmware_images.head(b"payload"))
    assert signature.find(storage, header) == KEY
    with raises(PeerError) as e:
        signature.find(_storage(other), header)
    assert "unknown key" in e.value.text
    with raises(DeviceError):
        signature.find(Storage(tmp_dir()), header)


def test_lines_that_are_no_key_are_skipped():
    storage = Storage(tmp_dir())
    storage.write_atomic(signature.NAME, [b"# mine\n", b"12\n", b"zz" * 64 + b"\n", b"\n", b"0" * 127])
    assert signature.keys(storage) == []


def test_rotation():
    new = public(PRIVATE + 1)
    storage = _storage()
    for _ in range(2):
        signature.rotate(storage, new, b"")
        assert signature.keys(storage) == [KEY, new]
    for _ in range(2):
        signature.rotate(storage, new, signature.key_id(KEY))
        assert signature.keys(storage) == [new]
    signature.rotate(storage, b"", signature.key_id(new))
    assert signature.keys(storage) == [new], "the last one stays"
    signature.rotate(storage, new, signature.key_id(new))
    assert signature.keys(storage) == [new]


def test_images_that_bring_a_key_each_leave_the_last_eight():
    """A ninth once made the file longer than it was read, and no firmware was taken any more."""
    storage = _storage()
    made = [public(PRIVATE + 1 + number) for number in range(3)]
    some = [bytes([number]) * 64 for number in range(9)]
    for key in some:
        signature.rotate(storage, key, b"")
    assert signature.keys(storage) == some[1:]
    for key in made:
        signature.rotate(storage, key, signature.key_id(some[8]))
    assert signature.keys(storage) == some[3:8] + made
    header = image.parse_header(firmware_images.head(b"payload", signer=signature.key_id(made[2])))
    assert signature.find(storage, header) == made[2]
