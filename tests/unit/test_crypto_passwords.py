"""Against the vectors of RFC 7914 section 11 and RFC 6070's inputs; tests/host compares with OpenSSL."""

from binascii import hexlify

from dialtone.crypto import passwords
from dialtone.errors import CallerError
from support import raises

SALT = b"0123456789abcdef"


def salt(count):
    return SALT[:count]


def test_vectors():
    for password, salted, rounds, key in (
        (b"passwd", b"salt", 1, b"55ac046e56e3089fec1691c22544b605f94185216dde0465e68b9d57c20dacbc"),
        (b"password", b"salt", 1, b"120fb6cffcf8b32c43e7225256c4f837a86548c92ccc35480805987cb70be17b"),
        (b"password", b"salt", 2, b"ae4d0c95af6b46d32d0adff928f06dd02a303f8ef3c251dfd6e2d85a95474c43"),
    ):
        assert hexlify(passwords.derive(password, salted, rounds)) == key, (password, rounds)


def test_a_hash_opens_for_its_password_alone():
    stored = passwords.kept("s3cret", salt)
    assert stored.startswith("$pbkdf2-sha256$800$") and "s3cret" not in stored and len(stored) < 90
    assert passwords.matches("s3cret", stored)
    for wrong in ("", "s3cre", "s3cret ", "S3cret", stored):
        assert not passwords.matches(wrong, stored), wrong


def test_long_and_foreign_passwords():
    for text in ("x" * 64, "x" * 65, "x" * 200, "\u00fcml\u00e4ut", "\u5bc6\u7801"):
        stored = passwords.kept(text, salt)
        assert passwords.matches(text, stored) and not passwords.matches(text[:-1], stored), text


def test_each_hash_has_its_own_salt():
    salts = [b"a" * 16, b"b" * 16]
    one, two = [passwords.kept("22222", lambda count: salts.pop()) for _ in range(2)]
    assert one != two and passwords.matches("22222", one) and passwords.matches("22222", two)


def test_what_is_stored_stays_when_it_is_the_same():
    stored = passwords.kept("4711", salt)
    assert passwords.kept("4711", lambda count: b"z" * count, ("22222", stored)) is stored
    assert passwords.kept("22222", salt, ("22222",)) == "22222", "the default needs no hash"
    assert passwords.kept(stored, None) is stored and passwords.kept("", None) == ""


def test_plain_values_still_open():
    assert passwords.matches("22222", "22222") and not passwords.matches("2222", "22222")
    assert passwords.matches("", "") and not passwords.matches("", "22222")


def test_hashes_that_no_phone_could_use_are_refused():
    good = passwords.kept("4711", salt)
    assert passwords.legal(good) and not passwords.legal("4711") and not passwords.legal("$1$")
    head, rounds, salted, key = good.split("$")[1:]
    for bad in (
        passwords.MARK,
        good[:-1],
        good + "$",
        "$%s$%s$%s$%s" % (head, "4001", salted, key),
        "$%s$%s$%s$%s" % (head, "0", salted, key),
        "$%s$%s$%s$%s" % (head, "9" * 30, salted, key),
        "$%s$%s$%s$%s" % (head, "-5", salted, key),
        "$%s$%s$%s$%s" % (head, rounds, "", key),
        "$%s$%s$%s$%s" % (head, rounds, salted, key * 2),
        "$%s$%s$%s$%s" % (head, rounds, "a", key),
    ):
        with raises(CallerError):
            passwords.legal(bad)
        assert not passwords.matches("4711", bad)
