"""What a start does when not all is as it should be."""

from binascii import hexlify
from hashlib import sha256

import net_identity as ids
from dialtone import startup
from dialtone.errors import DeviceError
from identity_support import Phone
from support import raises


def test_a_full_flash_does_not_keep_a_phone_from_serving():
    phone = Phone()
    phone.storage.write_atomic("key.der", (ids.KEY,))
    phone.storage.write_atomic("certificate.der", (ids.SELF_SIGNED,))

    def full(name, pieces):
        raise DeviceError("storage is full")

    phone.storage.write_atomic = full
    assert startup._identity(phone)
    assert phone.fingerprint == hexlify(sha256(ids.SELF_SIGNED).digest()).decode()
    assert [line for line in phone.log.lines if "storage is full" in line]
    phone.storage.remove("key.der")
    with raises(DeviceError):
        startup._identity(phone)  # without any there is nothing to serve with
