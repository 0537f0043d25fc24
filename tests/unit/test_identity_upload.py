from binascii import hexlify
from hashlib import sha256

import net_identity as ids
from identity_support import NOW, Phone, files
from support import raises, run

from dialtone.errors import CallerError, DeviceError
from dialtone.identity import change, current, stored, upload

KEY = ids.pem(ids.KEY, "PRIVATE KEY")


def fingerprint(der):
    return hexlify(sha256(der).digest()).decode()


def ready():
    phone = Phone()
    run(change.change(phone, None))
    return phone


def uploaded(phone, data):
    """What came of it."""
    run(change.change(phone, data))
    return phone.judgement


def test_a_good_one_is_served_at_once_and_after_a_restart():
    phone = ready()
    before = phone.listeners[1].context
    assert uploaded(phone, ids.pem(ids.LEAF) + ids.pem(ids.CA) + KEY)[0]
    assert phone.listeners[1].context is not before and phone.listeners[0].context is None
    assert phone.fingerprint == fingerprint(ids.LEAF) and phone.signed
    assert phone.fingerprint in phone.log.lines[-1]
    phone.fingerprint = ""
    phone.signed = None
    assert current.context(phone)
    assert phone.fingerprint == fingerprint(ids.LEAF) and phone.signed


def test_back_to_the_phones_own():
    phone = ready()
    own = phone.fingerprint
    assert uploaded(phone, ids.pem(ids.SELF_SIGNED) + ids.pem(ids.KEY_SEC1, "EC PRIVATE KEY"))[0]
    assert phone.fingerprint == fingerprint(ids.SELF_SIGNED) and phone.signed is False
    assert uploaded(phone, b"")[0]
    assert phone.fingerprint == own and phone.signed is None and not phone.storage.exists("identity.pem")


def test_one_for_the_phones_own_key_needs_no_key():
    phone = Phone()
    phone.storage.write_atomic("key.der", (ids.KEY,))
    current.prepare(phone)
    assert uploaded(phone, ids.pem(ids.LEAF))[0]
    assert phone.fingerprint == fingerprint(ids.LEAF)
    assert phone.storage.read("identity.pem", 4096).find(b"KEY") < 0
    current.context(phone)
    assert phone.fingerprint == fingerprint(ids.LEAF), "the stored one goes with the phone's own key"


def test_the_old_one_keeps_serving_when_a_new_one_is_refused():
    phone = ready()
    assert uploaded(phone, ids.pem(ids.LEAF) + KEY)[0]
    assert dict(stored.about(phone))["Issued by"] == "CN=Test CA"
    context, kept = phone.listeners[1].context, phone.storage.read("identity.pem", 8192)
    for data, reason in (
        (b" ", "no certificate"),
        (ids.pem(ids.EXPIRED) + KEY, "expired on 2021-01-01"),
        (ids.pem(ids.FUTURE) + KEY, "begins on 2090-01-01"),
        (ids.pem(ids.LEAF), "not for the phone's own key"),
        (ids.pem(ids.CA) + KEY, "names no host"),
        (ids.pem(ids.LEAF) + ids.pem(ids.SELF_SIGNED) + KEY, "was not issued by"),
        (ids.pem(ids.LEAF[:-1]) + KEY, "damaged"),
        (KEY, "no certificate"),
        (ids.pem(ids.LEAF) + ids.pem(files(phone)[0], "PRIVATE KEY"), "do not belong together"),
    ):
        good, text = uploaded(phone, data)
        assert good is False and reason in text, (reason, text)
    assert phone.listeners[1].context is context and phone.storage.read("identity.pem", 8192) == kept
    assert phone.fingerprint == fingerprint(ids.LEAF)
    assert not [line for line in phone.log.lines if "PRIVATE" in line]


def test_what_tls_does_not_take_is_not_kept():
    from dialtone.net import serving

    phone = ready()
    real = serving.server_context

    def broken(certificate, key):
        raise DeviceError("damaged")

    serving.server_context = broken
    try:
        with raises(CallerError):
            upload.take(phone, ids.pem(ids.LEAF) + KEY)
    finally:
        serving.server_context = real
    assert not phone.storage.exists("identity.pem")


def test_a_full_flash_leaves_the_old_one():
    phone = ready()
    before = phone.listeners[1].context, phone.fingerprint

    def full(name, pieces):
        raise DeviceError("storage is full")

    phone.storage.write_atomic = full
    assert uploaded(phone, ids.pem(ids.LEAF) + KEY) == (False, "storage is full")
    assert (phone.listeners[1].context, phone.fingerprint) == before


def test_too_little_memory_is_told():
    phone = ready()

    def full(name, pieces):
        raise MemoryError

    phone.storage.write_atomic = full
    good, text = uploaded(phone, ids.pem(ids.LEAF) + KEY)
    assert good is False and "No memory" in text


def test_which_key_a_certificate_belongs_to():
    assert upload._belongs(("rsa", 55, 3, 27, 5, 11), ("rsa", 55, 3), None)
    for wrong in (("rsa", 55, 3, 27, 5, 13), ("rsa", 55, 7, 27, 5, 11), ("rsa", 55, 3, 25, 5, 11), ("p256", 1)):
        assert not upload._belongs(wrong, ("rsa", 55, 3), None)
    assert not upload._belongs(("p256", 0), ("p256", 1, 1), None)


def test_a_form_or_a_file_may_have_anything_around_the_blocks():
    form = b'--x\r\nContent-Disposition: form-data; name="chain"; filename="a"\r\n\r\n%s\r\n--x\r\n\r\n%s\r\n--x--\r\n'
    body = bytearray(form % (ids.pem(ids.LEAF).replace(b"\n", b"\r\n"), KEY))
    found = upload.check(body, NOW, b"")
    assert found.signed and found.chain == [ids.LEAF] and found.key == ("PRIVATE KEY", ids.KEY)
    kept = "".join(upload.text(found)).encode()
    again = upload.check(kept, NOW, b"")
    assert again.chain == found.chain and again.key == found.key
    assert current.parts(kept)[0].startswith(b"-----BEGIN CERTIFICATE-----\n")
    assert current.parts(kept)[1].startswith(b"-----BEGIN PRIVATE KEY-----\n")
