import net_identity as ids
from support import raises

from dialtone.crypto import p256
from dialtone.errors import PeerError
from dialtone.x509 import keys, writer

D = int.from_bytes(ids.KEY[36:68], "big")


def test_keys_in_each_form():
    assert keys.read_private(ids.KEY) == ("p256", D)
    assert keys.read_private(ids.KEY_SEC1) == ("p256", D)
    assert keys.read_private(writer.private_key(D, p256.public_key(D))) == ("p256", D)


def test_a_key_we_write_is_what_others_write():
    assert writer.private_key(D, p256.public_key(D)) == ids.KEY


def test_damaged_keys_are_one_kind_of_error():
    for data in (ids.KEY, ids.KEY_SEC1):
        for cut in range(len(data)):
            with raises(PeerError):
                keys.read_private(data[:cut])
        for at in range(40):
            changed = bytearray(data)
            changed[at] ^= 0xFF
            try:
                keys.read_private(changed)
            except PeerError:
                pass
    with raises(PeerError):
        keys.read_private(ids.LEAF)
