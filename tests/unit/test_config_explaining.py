from dialtone.config import explaining
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
