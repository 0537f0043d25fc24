from dialtone.config import explaining, parameters
from dialtone.config.store import Store
from dialtone.errors import CallerError
from support import raises


def test_explain_of_an_unknown_name():
    with raises(CallerError):
        Store("57i").explain("no such name")


def test_explain_of_a_key():
    store = Store("57i")
    assert store.explain("Softkey3 Type") == [("default", "none", False, "default", True)]


def test_describe():
    text = explaining.describe(("a.cfg", 3, 7, "no", ""))
    assert text == "a.cfg:3:7: no"
    assert explaining.describe(("a.cfg", 3, 7, "no", "x")) == 'a.cfg:3:7: no (did you mean "x"?)'


def test_no_face_shows_the_password_in_a_url():
    row = parameters.find("firmware server")
    for value, shown in (("https://me:hush@fw.example/x", "https://me:********@fw.example/x"), ("", "")):
        assert explaining.shown(row, value) == shown
    secret = parameters.find("http digest password")
    assert explaining.shown(secret, "hush") == "********" and explaining.shown(secret, "") == ""
