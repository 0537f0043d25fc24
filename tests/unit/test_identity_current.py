from binascii import hexlify
from hashlib import sha256

import net_identity as ids
from identity_support import NOW, Phone, files, uploaded
from support import raises, run

from dialtone.crypto import p256
from dialtone.errors import DeviceError
from dialtone.identity import change, current, stored
from dialtone.x509 import certificate, der, keys, pem


def made(phone):
    """The stored certificate, checked against the stored key and its own signature."""
    key, data, _ = files(phone)
    one = certificate.parse(data)
    private = keys.read_private(key)
    assert private[0] == "p256" and one.public_key == ("p256",) + p256.public_key(private[1])
    r, s = der.read_ecdsa(one.signature)
    assert p256.verify(one.public_key[1], one.public_key[2], sha256(one.tbs).digest(), r, s)
    return one


def test_a_first_start_makes_key_and_certificate():
    phone = Phone()
    current.prepare(phone)
    one = made(phone)
    assert one.dns == ["57i-123456", "57i-123456.local"] and one.ip == [b"\xc0\0\2\7"]
    assert one.subject_text() == one.issuer_text() == "CN=57i-123456"
    assert not one.ca and one.key_usage == certificate.DIGITAL_SIGNATURE
    assert one.extended_key_usage == (certificate.SERVER_AUTHENTICATION,) and one.unknown_critical == ""
    assert one.not_before < NOW - 86400 and NOW + 19 * 365 * 86400 < one.not_after < NOW + 21 * 365 * 86400
    assert 1 << 100 < one.serial < 1 << 120
    assert phone.platform.asked == [40, 15], "the key is made of random bytes, the serial too"
    assert phone.platform.fed > 100, "a watchdog would have been fed all the time"
    titles = [title for title, _ in phone.panel.said]
    assert titles == ["Making the key and certificate"] * len(titles)
    assert phone.panel.said[-1][1].startswith("Made in ")
    assert len(phone.log.lines) == 1 and "key and certificate for 57i-123456" in phone.log.lines[0]


def test_a_second_start_makes_nothing():
    phone = Phone()
    current.prepare(phone)
    before = files(phone)
    phone.platform.asked = []
    current.prepare(phone)
    assert files(phone) == before and not phone.platform.asked


def test_the_context_and_its_fingerprint():
    phone = Phone()
    current.prepare(phone)
    assert current.context(phone)
    assert phone.fingerprint == hexlify(sha256(files(phone)[1]).digest()).decode()
    assert phone.lacks == "" and phone.signed is None


def test_another_name_or_address_is_a_new_certificate_for_the_same_key():
    phone = Phone()
    current.prepare(phone)
    key, first, _ = files(phone)
    run(change.change(phone, None))
    assert files(phone)[1] == first and phone.listeners[1].context == "old"
    phone.platform.where = "198.51.100.9"
    run(change.change(phone, None))
    one = made(phone)
    assert files(phone)[0] == key and one.ip == [b"\xc6\x33\x64\x09"]
    assert phone.listeners[0].context is None and phone.listeners[1].context != "old"
    assert phone.panel.said[-1][0] is None, "the idle screen is back"
    assert phone.fingerprint in phone.log.lines[-1]
    phone.store.values["hostname"] = "Desk7.Example.com"
    run(change.change(phone, None))
    one = made(phone)
    assert files(phone)[0] == key and one.dns == ["desk7.example.com", "desk7.local"]
    assert one.subject_text() == "CN=desk7"
    assert "key" not in phone.log.lines[-2].split(" for ")[0]


def test_names_that_are_none_and_addresses_of_other_kinds():
    phone = Phone()
    for text in ("192.0.2.1", "2001:db8::1", "10.1", "a_b", "[::1]"):
        phone.store.values["hostname"] = text
        assert current.name(phone) == "57i-123456", text
    phone.store.values["hostname"] = "x" * 63 + "." + "y" * 63 + ".example"
    phone.platform.where = "2001:db8::7"
    current.prepare(phone)
    one = made(phone)
    assert one.ip == [] and one.dns[1] == "x" * 63 + ".local"
    phone.platform.where = "127.0.0.1"
    current.prepare(phone)
    assert "localhost" in made(phone).dns


def test_damaged_and_missing_files_are_made_again():
    for name in ("certificate.der", "certificate.for", "key.der", "request.csr"):
        for damage in (None, (b"damaged",), (b"\xff\xfe",), (b"x" * 100,) * 50):
            phone = Phone()
            current.prepare(phone)
            key = files(phone)[0]
            if damage and name != "request.csr":
                phone.storage.write_atomic(name, damage)
            else:
                phone.storage.remove(name)
            current.prepare(phone)
            made(phone)
            assert phone.storage.size("request.csr") > 400
            assert (files(phone)[0] == key) == (name != "key.der"), name


def test_a_foreign_key_that_is_good_is_kept():
    phone = Phone()
    phone.storage.write_atomic("key.der", (ids.KEY_SEC1,))
    current.prepare(phone)
    made(phone)
    assert files(phone)[0] == ids.KEY_SEC1


def test_a_certificate_that_is_over_is_issued_anew():
    phone = Phone()
    current.prepare(phone)
    key, first, _ = files(phone)
    phone.clock.now += 21 * 365 * 86400
    current.prepare(phone)
    assert files(phone)[0] == key and made(phone).not_after > phone.clock.now and files(phone)[1] != first


def test_a_clock_that_is_not_set_makes_a_sane_certificate():
    from dialtone.version import BUILT

    phone = Phone(now=BUILT)
    current.prepare(phone)
    one = made(phone)
    assert one.not_before < BUILT < one.not_after - 19 * 365 * 86400


def test_an_uploaded_identity_is_served_instead():
    phone = Phone()
    current.prepare(phone)
    own_one = files(phone)[1]
    for mark, signed in ((b"self-signed\n", False), (b"CA-signed\n", True)):
        phone.storage.write_atomic("identity.pem", (uploaded(mark=mark),))
        assert current.context(phone)
        assert phone.fingerprint == hexlify(sha256(ids.SELF_SIGNED).digest()).decode()
        assert phone.signed == signed
    run(change.change(phone, b""))
    assert phone.fingerprint == hexlify(sha256(own_one).digest()).decode() and phone.signed is None
    assert phone.judgement[0] and not phone.storage.exists("identity.pem")


def test_a_chain_without_a_key_is_for_our_own():
    phone = Phone()
    phone.storage.write_atomic("key.der", (ids.KEY,))
    current.prepare(phone)
    phone.storage.write_atomic("identity.pem", (uploaded(key=None),))
    assert current.context(phone)
    assert phone.fingerprint == hexlify(sha256(ids.SELF_SIGNED).digest()).decode()


def test_a_damaged_upload_is_passed_over():
    phone = Phone()
    current.prepare(phone)
    own_one = hexlify(sha256(files(phone)[1]).digest()).decode()
    damaged = uploaded(certificate=b"\x30" * 40), uploaded(key=b"\x30\0")
    for data in (b"damaged", uploaded()[:-60], None) + damaged:
        phone.storage.write_atomic("identity.pem", (data,) if data else [b"x" * 1000] * 10)
        assert current.context(phone), data
        assert phone.fingerprint == own_one
    assert len([line for line in phone.log.lines if "not used" in line]) >= 3


def test_a_new_key_ends_an_upload_that_was_for_the_old_one():
    for key, stays in ((None, False), (ids.KEY, True)):
        phone = Phone()
        phone.storage.write_atomic("identity.pem", (uploaded(key=key),))
        current.prepare(phone)
        assert phone.storage.exists("identity.pem") == stays


def test_the_request_for_a_certificate():
    phone = Phone()
    current.prepare(phone)
    ((label, data),) = pem.blocks(phone.storage.read("request.csr", 1000))
    assert label == "CERTIFICATE REQUEST"
    reader = der.Reader(data).take(der.SEQUENCE)
    tbs = reader.whole(der.SEQUENCE)
    reader.whole(der.SEQUENCE)
    r, s = der.read_ecdsa(reader.bits())
    _, x, y = certificate.parse(files(phone)[1]).public_key
    assert p256.verify(x, y, sha256(tbs).digest(), r, s)
    for part in (b"57i-123456.local", b"\x87\x04\xc0\0\2\7"):
        assert bytes(tbs).find(part) > 0


def test_a_full_flash_is_told():
    phone = Phone()

    def full(name, pieces):
        raise DeviceError("storage is full")

    phone.storage.write_atomic = full
    with raises(DeviceError):
        current.prepare(phone)


def test_what_the_page_shows():
    phone = Phone()
    current.prepare(phone)
    current.context(phone)
    rows = dict(stored.about(phone))
    assert rows["Subject"] == "CN=57i-123456" and rows["Issued by"] == "itself" and rows["Key"] == "P-256"
    assert rows["Names"] == "57i-123456, 57i-123456.local, 192.0.2.7"
    assert rows["Valid"].startswith("2025-") and " to 2046-" in rows["Valid"]
    phone.storage.write_atomic("certificate.for", (b"\xff\xfe\n\xff\n",))
    assert stored.about(phone) == []


class Entry:
    is_idle = True

    def __init__(self, phone, begun):
        self.phone = phone
        self.begun = begun

    def expire(self):
        self.phone.table.entries.remove(self)


def test_work_ends_idle_connections_but_not_those_that_have_just_come():
    phone = Phone()
    shed = []
    phone.heap.relieve = lambda: shed.append(len(phone.table.entries))
    phone.table.entries = [Entry(phone, False), Entry(phone, True)]
    run(change.change(phone, None))
    assert shed == [1] and phone.storage.exists("key.der")
    assert not phone.table.entries[0].begun


def test_what_was_made_and_found_no_memory_is_used_by_the_next_try():
    phone = Phone()
    listener = phone.listeners[1]
    run(change.change(phone, None))
    first = listener.context
    run(change.change(phone, None))
    assert listener.context is first, "nothing to do"
    run(change.change(phone, None, True))
    assert listener.context is not first
