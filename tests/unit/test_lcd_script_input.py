from dialtone.lcd import script_input
from script_support import Host, shown

HEAP = "160k"  # the code of an input screen beside the parser, which the phone unloads


def _input(kind, default="", attributes="", keys="", small=False):
    xml = (
        '<AastraIPPhoneInputScreen type="%s"%s><Prompt>P</Prompt><URL>http://h/s</URL><Parameter>p q</Parameter>'
        "<Default>%s</Default></AastraIPPhoneInputScreen>"
    )
    return shown(xml % (kind, attributes, default), small, keys)


def _sent(kind, default="", keys="", attributes=""):
    panel = _input(kind, default, attributes, keys + " softkey5")
    return Host.asked[-1] if Host.asked else panel.rows()[0]


def test_strings_by_keypad():
    assert _sent("string", "", "2 2 right 2 # 3 # 4 # *") == "http://h/s?p%20q=baD4."
    assert _sent("string", "\u00e9 &amp; $$LOCALIP$$") == "http://h/s?p%20q=%C3%A9%20%26%2010.0.0.5"
    assert _sent("", "abc", "left left") == "http://h/s?p%20q=a"
    assert _sent("string", "", "softkey2 2 softkey2 softkey1") == "http://h/s?p%20q="


def test_numbers_take_digits_star_and_hash():
    assert _sent("number", "", "1 1 * * # 0") == "http://h/s?p%20q=11%2A%2A%230"


def test_addresses():
    assert _sent("IP", "", "1 0 * 0 softkey2 0 * 5") == "http://h/s?p%20q=10.0.0.5"
    for wrong in ("", "1.2.3", "1.2.3.4.5", "256.1.1.1", "1..2.3", "a.b.c.d", "1.2.3.1000", "1.2.3.\u00b2"):
        assert _sent("IP", wrong) == "Please enter an IP", wrong


def test_times():
    assert _sent("timeInt", "", "2 3 5 9 0 1 7") == "http://h/s?p%20q=23%3A59%3A01"
    assert _sent("timeUS", "", "1 2 0 0 0 0 #") == "http://h/s?p%20q=12%3A00%3A00%20PM"
    assert _sent("timeUS", "09:15:00 PM", "softkey2") == "http://h/s?p%20q=09%3A15%3A00%20AM"
    assert _sent("timeUS", "09:15:00 pm", "left 7") == "http://h/s?p%20q=09%3A15%3A07%20PM"
    for kind, wrong in (
        ("timeInt", "24:00:00"),
        ("timeInt", "10:60:00"),
        ("timeInt", "10:10:61"),
        ("timeInt", "10:10"),
        ("timeUS", "13:00:00 AM"),
        ("timeUS", "00:00:00 AM"),
        ("timeInt", ""),
    ):
        assert _sent(kind, wrong)[:12] == "Please enter", (kind, wrong)


def test_dates():
    assert _sent("dateInt", "", "2 9 0 2 2 0 2 4") == "http://h/s?p%20q=29%2F02%2F2024"
    assert _sent("dateUS", "02/28/1900") == "http://h/s?p%20q=02%2F28%2F1900"
    for kind, wrong in (
        ("dateInt", "29/02/2023"),
        ("dateUS", "02/29/1900"),
        ("dateUS", "13/01/2024"),
        ("dateInt", "31/04/2024"),
        ("dateInt", "00/01/2024"),
        ("dateUS", "04/31/2024"),
        ("dateUS", "4/1/24"),
        ("dateUS", "01/01/0000"),
    ):
        assert _sent(kind, wrong)[:12] == "Please enter", (kind, wrong)


def test_deleting_in_a_mask():
    panel = _input("timeUS", "10:30:00 AM", "", "left left left")
    assert panel.rows()[1] == "10:3_ AM"
    panel = _input("dateInt", "31/12/2024", "", "left left left left left")
    assert panel.rows()[1] == "31/1_"


def test_not_editable():
    assert _sent("string", "fixed", "2 3 softkey1", ' editable="no"') == "http://h/s?p%20q=fixed"


def test_password_never_shows():
    for small in (False, True):
        panel = _input("number", "77", ' password="yes"', "1 2 3", small)
        text = " ".join(panel.rows())
        assert "*****_" in text and "7" not in text and "3" not in text


def test_a_wrong_value_is_told_and_kept():
    panel = _input("IP", "1.2.3", "", "softkey5")
    assert panel.rows()[:2] == ["Please enter an IP", "address, such as"] and Host.asked == []
    panel.press("softkey6")
    assert panel.rows()[1] == "1.2.3_"


def test_left_leaves_when_there_is_nothing_to_delete():
    panel = _input("string", "a", "", "left")
    assert panel.rows()[1] == "_"
    panel.press("left")
    assert panel.top() is panel.idle


def test_own_softkeys():
    keys = "".join(
        [
            "<SoftKey index='%d'><Label>%s</Label><URI>SoftKey:%s</URI></SoftKey>" % (at + 1, name, name)
            for at, name in enumerate(("BackSpace", "Dot", "NextSpace", "Submit", 'SymbolList="@."', "Dial"))
        ]
    ).replace('<Label>SymbolList="@."', "<Label>Symbols")
    xml = (
        "<AastraIPPhoneInputScreen><Prompt>P</Prompt><URL>http://h/s</URL><Parameter>p</Parameter>%s"
        "</AastraIPPhoneInputScreen>" % keys
    )
    panel = shown(xml, False, "2 softkey3 softkey3 softkey5 softkey5 softkey2")
    assert panel.softkeys() == ["BackSpace", "Dot", "NextSpace", "Submit", "Symbols", "Dial"]
    assert panel.rows()[1] == "a .._", panel.rows()
    panel.press("softkey1")
    panel.press("softkey4")
    assert Host.asked == ["http://h/s?p=a%20."]
    panel = shown(xml, False, "1 softkey6")
    assert panel.rows()[:2] == ["Not available", "Dial:1"]


_FIELDS = """<AastraIPPhoneInputScreen type="number"><URL>http://h/l?z</URL>
<InputField type="string"><Prompt>Name</Prompt><Parameter>user</Parameter><Default>ada</Default><Selection>1</Selection>
</InputField><InputField><Prompt>PIN</Prompt><Parameter>pin</Parameter><Selection>2</Selection></InputField>
<InputField type="empty"><Parameter>no</Parameter></InputField>
<InputField type="choice"><Prompt>Room</Prompt><Parameter>room</Parameter><Default>12</Default><choiceURL>http://h/c
</choiceURL></InputField></AastraIPPhoneInputScreen>"""


def test_fields_are_sent_together():
    shown(_FIELDS, False, "down 4 2 softkey5")
    assert Host.asked == ["http://h/l?z&user=ada&pin=42&room=12&selection=2"]
    shown(_FIELDS, False, "right 9 select")
    assert Host.asked == ["http://h/l?z&user=ada&pin=9&room=12&selection=2"]
    shown(_FIELDS, False, "down down up up down 7 softkey5")
    assert Host.asked == ["http://h/l?z&user=ada&pin=7&room=12&selection=2"]


def test_a_choice_is_asked_for():
    for keys in ("down down right", "down down softkey1"):
        shown(_FIELDS, False, keys)
        assert Host.asked == ["http://h/c"], keys


def test_a_string_that_begins_with_digits_is_a_string():
    panel = shown(_FIELDS.replace('"string"', '"stringN"'), False, "2")
    assert "ada" in panel.rows()[1] and panel.softkeys()[1] and "# for" in panel.rows()[7]


def test_only_empty_fields_do_not_hang():
    panel = shown(
        '<AastraIPPhoneInputScreen><URL>http://h/</URL><InputField type="empty"/><InputField type="empty"/>'
        "</AastraIPPhoneInputScreen>",
        False,
        "down up 1 softkey5",
    )
    assert Host.asked == ["http://h/"] and panel.rows()[0] == "Loading Page......."


def test_no_url_does_nothing():
    xml = "<AastraIPPhoneInputScreen><Prompt>P</Prompt><Parameter>p</Parameter></AastraIPPhoneInputScreen>"
    panel = shown(xml, False, "2 softkey5")
    assert panel.rows()[:2] == ["P", "a_"] and Host.asked == []


def test_masks():
    for kind, text, shape in (
        ("timeint", "123", "12:3"),
        ("timeint", "12:34:56:78", "12:34:56"),
        ("dateus", "1", "1"),
        ("timeus", "", " AM"),
        ("timeus", "1 PM", "1 PM"),
        ("string", "1 PM", "1 PM"),
    ):
        assert script_input._shaped(kind, text) == shape, (kind, text)
