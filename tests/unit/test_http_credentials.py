from dialtone.errors import CallerError
from dialtone.http.credentials import basic, basic_value
from support import raises


def test_there_and_back():
    for user, password in (
        ("admin", "22222"),
        ("a", ""),
        ("", "b"),
        ("u", "p:q:r"),
        ("\xfcser", "p\xe4ss \u20ac"),
        ("a", "=" * 50),
    ):
        assert basic(basic_value(user, password)) == (user, password)


def test_spellings():
    assert basic_value("Aladdin", "open sesame") == "Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ=="
    assert basic("BASIC   QWxhZGRpbjpvcGVuIHNlc2FtZQ== ") == ("Aladdin", "open sesame")


def test_what_is_no_log_in():
    for value in (
        "",
        "Basic",
        "Basic ",
        "Bearer YTpi",
        "BasicYTpi",
        "Basic YTp",
        "Basic YTpi=",
        "Basic YTpi====",
        "Basic YT=pi",
        "Basic YTpi YTpi",
        "Basic YTp*",
        "Basic Y-_i",
        "Basic YTp\xe4",
        "Basic YWI=",  # no colon
        "Basic YQA6Yg==",  # NUL
        "Basic YTpi/w==",  # not UTF-8
        "Basic YTpiCg==",  # line feed
        "Basic " + "YTpi" * 65,  # too long
    ):
        assert basic(value) is None, value


def test_names_that_basic_cannot_carry():
    for user, password in (("a:b", "c"), ("a\n", "b"), ("a", "b\0"), ("a", "\x7f")):
        with raises(CallerError):
            basic_value(user, password)
