import net_identity as ids
from identity_support import Phone

from dialtone.identity import current, fetched, stored

FILE = "server-fetched.pem"
KEY = ids.pem(ids.KEY, "PRIVATE KEY")


def phone_with(data):
    phone = Phone()
    current.prepare(phone)
    phone.storage.write_atomic(FILE, (data,))
    return phone


def test_a_good_file_is_served_and_looked_at_once():
    phone = phone_with(ids.pem(ids.LEAF) + ids.pem(ids.CA) + KEY)
    assert fetched.take(phone, FILE) is None
    assert phone.signed and phone.listeners[1].context != "old"
    rows = dict(stored.about(phone))
    assert rows["Issued by"] == "CN=Test CA" and rows["Source"].startswith("configuration file, ")
    context, said = phone.listeners[1].context, len(phone.log.lines)
    assert fetched.take(phone, FILE) is None
    assert phone.listeners[1].context is context and len(phone.log.lines) == said
    phone.storage.write_atomic(FILE, (ids.pem(ids.SELF_SIGNED) + KEY,))
    assert fetched.take(phone, FILE) is None and phone.signed is False


def test_before_the_servers_listen_it_is_kept_for_them():
    phone = phone_with(ids.pem(ids.LEAF) + KEY)
    phone.listeners = []
    assert fetched.take(phone, FILE) is None
    assert current.context(phone) and phone.signed


def test_a_bad_file_is_told_and_the_old_one_stays():
    for data, reason in (
        (ids.pem(ids.EXPIRED) + KEY, "expired on 2021-01-01"),
        (ids.pem(ids.LEAF), "not for the phone's own key"),
        (b"<html>", "no certificate"),
    ):
        phone = phone_with(data)
        for _ in range(2):  # and again at the next start
            error = fetched.take(phone, FILE)
            assert error.text.startswith("https server certificate: ")
            assert reason in str(error), (reason, str(error))
        assert phone.listeners[1].context == "old" and not phone.storage.exists("identity.pem")
        assert not [line for line in phone.log.lines if "PRIVATE" in line]
