from dialtone import keys
from dialtone.errors import PeerError
from fake_phone import FakePhone
from support import raises


class Clock:
    def uptime_s(self):
        return 7


def _phone():
    phone = FakePhone()
    phone.clock = Clock()
    phone.supervisor = phone
    phone.spawn = None
    phone.unload = phone.platform.unload
    phone.store.number = lambda name: 30
    return phone


def test_refresh_header():
    for text, wanted in (
        ("5; url=http://h/a", (5, "http://h/a")),
        (" 30 ;URL= next.xml ", (30, "next.xml")),
        ("7", (7, "")),
        ("7;", (7, "")),
        ("0; url=http://h/", None),
        ("-1; url=http://h/", None),
        ("5.5;url=x", None),
        ("123456;url=x", None),
        ("\u00b2", None),
        ("", None),
        (None, None),
    ):
        assert keys._refresh(text) == wanted, text


def test_what_is_skipped_and_what_is_wrong_is_noted():
    phone = _phone()
    xml = b"<AastraIPPhoneTextScreen Foo='secret'><Odd>secret</Odd><Text>$$LOCALIP$$</Text></AastraIPPhoneTextScreen>"
    script = keys._parsed(phone, [xml[:20], xml[20:]], "h/a.xml")
    assert script.item(0)[0] == "192.0.2.7"
    assert phone.xml_log == [
        "7 h/a.xml, line 1: attribute Foo of <AastraIPPhoneTextScreen> means nothing here",
        "7 h/a.xml, line 1: <Odd> means nothing here",
    ]
    assert phone.log.lines == []
    with raises(PeerError):
        keys._parsed(phone, [b"<html>"], "push")
    assert phone.xml_log[2] == "7 push: XML line 1: <html> is not an object for phones" and len(phone.log.lines) == 1


def test_the_xml_log_is_bounded():
    phone = _phone()
    for number in range(100):
        keys.note(phone, "%d \x1b[31m" % number + "x" * 500)
    assert len(phone.xml_log) == 16 and phone.xml_log[15][:10] == "7 99 ?[31m" and len(phone.xml_log[0]) < 100


def test_variables():
    host = keys.Host(_phone())
    assert [host.lookup(name) for name in ("LOCALIP", "LINESTATE", "REMOTENUMBER")] == ["192.0.2.7", "IDLE", ""]
