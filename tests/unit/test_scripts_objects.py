import gc

from dialtone.errors import PeerError
from dialtone.scripts.objects import Builder
from support import raises


def _script(text, step=4096):
    document = text.encode()
    builder = Builder()
    for at in range(0, len(document), step):
        builder.feed(document[at : at + step])
    return builder.finish()


_MENU = (
    '<?xml version="1.0"?><AastraIPPhoneTextMenu defaultIndex="2" destroyOnExit="yes" style="none" Timeout="0">'
    '<Title wrap="yes">\n  The menu\n</Title>'
    '<MenuItem base="http://h/a/"><Prompt>One</Prompt><URI>1?x=1&amp;y=2</URI><Selection>s1</Selection></MenuItem>'
    "<MenuItem><Prompt>Two</Prompt><URI>2</URI><Unknown>x</Unknown></MenuItem>"
    '<MenuItem base=""><Prompt>Three</Prompt><URI>3</URI></MenuItem><Odd><URI>no</URI></Odd>'
    '<SoftKey index="1"><Label>Go</Label><URI>SoftKey:Select</URI></SoftKey>'
    '<SoftKey index="6" icon="1"><Label>Out</Label><URI>SoftKey:Exit</URI></SoftKey>'
    '<SoftKey index="7"><Label>No</Label></SoftKey><SoftKey index="x"><Label>No</Label></SoftKey><SoftKey/>'
    "</AastraIPPhoneTextMenu>"
)


def test_menu_in_any_split():
    for step in (1, 7, 4096):
        script = _script(_MENU, step)
        assert script.kind == "TextMenu" and script.get("title") == "The menu" and script.yes("title.wrap")
        assert [script.item(at)[:5] for at in range(3)] == [
            ["One", "1?x=1&y=2", "s1", "", "http://h/a/"],
            ["Two", "2", "", "", "http://h/a/"],
            ["Three", "3", "", "", ""],
        ]
        assert script.softkeys == {1: "Go\0SoftKey:Select\0\0", 6: "Out\0SoftKey:Exit\x001\0"}
        assert script.yes("destroyonexit") and not script.yes("lockin")
        assert (
            script.number("defaultindex", 1) == 2
            and script.number("timeout", 45) == 0
            and script.number("beep", 9) == 9
        )
        assert script.get("style") == "none" and script.get("doneaction") == ""


def test_text_screen():
    script = _script(
        '<AastraIPPhoneTextScreen Beep="yes" Timeout="-5"><TopTitle>x</TopTitle><Title>T</Title><Text>one</Text>'
        "<Text> two\nlines &lt;b&gt; </Text><Text/></AastraIPPhoneTextScreen>"
    )
    assert script.kind == "TextScreen" and script.get("title") == "T" and not script.yes("title.wrap")
    assert script.items == ["one\0", "two\nlines <b>\0", "\0"] and script.get("toptitle") == "x"
    assert script.number("timeout", 45) == 45


def test_what_is_no_object():
    for text, reason in (
        ("<html><body/></html>", "XML line 1: <html> is not an object for phones"),
        (
            "\n<AastraIPPhoneTextScreen>\n<Text>a & b</Text></AastraIPPhoneTextScreen>",
            "XML line 3: & must be written &amp;",
        ),
        ("<AastraIPPhoneTextScreen>", "XML line 1: <AastraIPPhoneTextScreen> is never closed"),
        ("", "XML line 1: no element at all"),
        ("<AastraIPPhoneTextMenu><Title>T</Title></AastraIPPhoneTextMenu>", "The menu has no entry"),
    ):
        with raises(PeerError) as caught:
            _script(text)
        assert caught.value.text == reason, caught.value.text


def test_bounds():
    item = "<MenuItem><Prompt>p</Prompt><URI>u</URI></MenuItem>"
    script = _script("<AastraIPPhoneTextMenu>" + item * 100 + "</AastraIPPhoneTextMenu>")
    assert len(script.items) == 30
    builder = Builder()
    builder.feed(b"<AastraIPPhoneTextScreen><Text>")
    with raises(PeerError) as caught:
        for _ in range(100):
            builder.feed(b"x" * 100)
    assert "10000" in caught.value.text


def test_a_full_menu_costs_little_more_than_its_text():
    item = (
        "<MenuItem>\n<Prompt>Entry %d</Prompt>\n<URI>http://192.168.1.10/menu.php?user=1234&amp;position=%d&amp;pad="
        + "z" * 190
    )
    body = "".join([(item + "</URI>\n</MenuItem>\n") % (number, number) for number in range(30)])
    text = "<AastraIPPhoneTextMenu>" + body + "</AastraIPPhoneTextMenu>"
    assert 9000 < len(text) <= 10000
    document = text.encode()
    if not hasattr(gc, "mem_alloc"):
        assert len(_script(text).items) == 30
        return
    del text, body
    gc.collect()
    before = gc.mem_alloc()
    builder = Builder()
    view = memoryview(document)
    for at in range(0, len(document), 512):
        builder.feed(view[at : at + 512])
    script = builder.finish()
    builder = None
    gc.collect()
    used = gc.mem_alloc() - before
    assert used < 14000 and len(script.items) == 30, used


_ALL = (
    "destroyOnExit cancelAction doneAction Beep Timeout LockIn GoodbyeLockInURI allowAnswer allowDrop allowXfer"
    " allowConf allowDTMF scrollUp scrollDown scrollLeft scrollRight"
)
_OWN = {
    "TextScreen": ("", "<Text Color='red'>a</Text>", ["a", "red"]),
    "FormattedTextScreen": (
        "",
        "<Scroll Height='3'><Line Size='double' Align='right' Color='red'>a</Line></Scroll>",
        ["a", "double", "right", "red", "3"],
    ),
    "TextMenu": (
        "defaultIndex style wrapList scrollConstrain numberLaunch unitScroll Bcolor",
        "<MenuItem base='b' icon='1'><Prompt split='2' Color='red'>a</Prompt><URI>u</URI><Selection>s</Selection>"
        "<Dial line='4'>d</Dial></MenuItem>",
        ["a", "u", "s", "d", "b", "1", "2", "red", "4"],
    ),
    "InputScreen": (
        "type password editable defaultIndex defaultFocus inputLanguage displayMode",
        "<InputField type='IP' password='yes' editable='no'><Prompt>a</Prompt><Parameter>p</Parameter>"
        "<Selection>s</Selection><Default>d</Default><choiceURL>c</choiceURL></InputField>",
        ["a", "p", "d", "IP", "yes", "no", "s", "c"],
    ),
    "Directory": ("previous next", "<MenuItem><Prompt>a</Prompt><URI>1</URI></MenuItem>", ["a", "1"]),
    "ImageScreen": ("imageAction mode", "", None),
    "ImageMenu": (
        "imageAction mode",
        "<URIList base='b'><URI key='#' base='c'>u</URI></URIList>",
        ["u", "#", "b", "c"],
    ),
    "CallLog": (
        "scrollConstrain deleteUri deleteAllUri dialUri addUri",
        "<LogItem duration='1' type='missed' callingTerminal='home' count='2' line='3'><Name>n</Name><Number>5</Number>"
        "<Date>01-02-2026</Date><Time>10:00</Time><Selection>s</Selection></LogItem>",
        ["n", "5", "01-02-2026", "10:00", "s", "1", "missed", "home", "2", "3"],
    ),
}


def test_every_attribute_of_every_screen():
    for kind in _OWN:
        own, child, item = _OWN[kind]
        names = (_ALL + " " + own).split()
        attributes = " ".join(["%s='v%d'" % (name, at) for at, name in enumerate(names)])
        builder = Builder()
        builder.feed(("<AastraIPPhone%s %s><Title wrap='yes' Color='red'>T</Title>" % (kind, attributes)).encode())
        builder.feed(b"<TopTitle icon='1' Color='blue'>Top</TopTitle>" + child.encode())
        builder.feed(b"<IconList><Icon index='1'>Icon:Home</Icon><Icon index='2'>00FF</Icon></IconList>")
        builder.feed(b"<SoftKey index='3' icon='2'><Label Color='red'>L</Label><URI>U</URI></SoftKey>")
        builder.feed(b"</AastraIPPhone%s>" % kind.encode())
        script = builder.finish()
        assert builder.notes == [], (kind, builder.notes)
        for at, name in enumerate(names):
            assert script.get(name.lower()) == "v%d" % at, (kind, name)
        assert script.get("title") == "T" and script.get("title.color") == "red" and script.yes("title.wrap")
        assert script.get("toptitle") == "Top" and script.get("toptitle.icon") == "1"
        assert script.icons == {"1": "Icon:Home", "2": "00FF"} and script.softkeys == {3: "L\0U\0002\0red"}
        assert script.items == [] if item is None else script.item(0) == item, (kind, script.items)


def test_blanks_that_do_not_break_stay_where_they_are():
    builder = Builder()
    builder.feed("<AastraIPPhoneTextMenu><MenuItem><Prompt>\n \xa0 1 \xa0\r\n \xa0two\t</Prompt>".encode())
    builder.feed("<URI> http://h/ </URI></MenuItem></AastraIPPhoneTextMenu>".encode())
    assert builder.finish().item(0)[:2] == ["\xa0 1 \xa0 \xa0two", "http://h/"]


def test_objects_without_a_screen():
    for text, item in (
        (
            "<AastraIPPhoneStatus Beep='yes' triggerDestroyOnExit='yes'><Session>s</Session>"
            "<Message Index='0' Type='alert' Timeout='5' URI='u' icon='1' Color='red'>m</Message>"
            "</AastraIPPhoneStatus>",
            ["m", "0", "alert", "5", "u", "1", "red"],
        ),
        (
            "<AastraIPPhoneExecute Beep='yes' triggerDestroyOnExit='yes'><ExecuteItem URI='Command: Reset' "
            "interruptCall='no'/></AastraIPPhoneExecute>",
            ["Command: Reset", "no"],
        ),
        (
            "<AastraIPPhoneConfiguration Beep='yes' triggerDestroyOnExit='yes' setType='local'><ConfigurationItem "
            "setType='oneBoot'><Parameter firstItem='1' lastItem='3'>softkey# type</Parameter><Value>xml</Value>"
            "</ConfigurationItem></AastraIPPhoneConfiguration>",
            ["softkey# type", "xml", "oneBoot", "1", "3"],
        ),
    ):
        for step in (1, 4096):
            script = _script(text, step)
            assert script.screen == "" and script.yes("beep") and script.yes("triggerdestroyonexit")
            assert script.item(0) == item


def test_input_of_one_field():
    script = _script(
        "<AastraIPPhoneInputScreen type='IP'><Prompt>P</Prompt><URL>http://h/</URL><Parameter>p</Parameter>"
        "<Default>1.2.3.4</Default></AastraIPPhoneInputScreen>"
    )
    get = script.get
    assert (get("prompt"), get("url"), get("parameter"), get("default")) == ("P", "http://h/", "p", "1.2.3.4")
    assert script.items == []


def test_softkeys_of_a_field():
    script = _script(
        "<AastraIPPhoneInputScreen><InputField><Prompt>1</Prompt></InputField><InputField><SoftKey index='2'><Label>L"
        "</Label><URI>U</URI></SoftKey></InputField></AastraIPPhoneInputScreen>"
    )
    assert script.softkeys == {202: "L\0U\0\0"}


def test_what_is_unknown_is_skipped_and_told():
    builder = Builder()
    builder.feed(
        b"<AastraIPPhoneTextMenu\n odd='1'><Odd><MenuItem><Prompt>no</Prompt></MenuItem></Odd>\n<MenuItem colour='x'>"
        b"<Prompt Odd='2'>yes<b>bold</b> indeed</Prompt><Text>no</Text></MenuItem></AastraIPPhoneTextMenu>"
    )
    script = builder.finish()
    assert [script.item(at)[0] for at in range(len(script.items))] == ["yes indeed"]
    assert builder.notes == [
        "line 2: attribute odd of <AastraIPPhoneTextMenu> means nothing here",
        "line 2: <Odd> means nothing here",
        "line 3: attribute colour of <MenuItem> means nothing here",
        "line 3: attribute Odd of <Prompt> means nothing here",
        "line 3: <b> means nothing here",
        "line 3: <Text> means nothing here",
    ], builder.notes


def test_notes_are_bounded():
    builder = Builder()
    builder.feed(b"<AastraIPPhoneTextScreen>" + b"<Odd/>" * 200 + b"</AastraIPPhoneTextScreen>")
    builder.finish()
    assert len(builder.notes) == 8


def test_variables_in_texts_and_not_in_addresses():
    builder = Builder({"LOCALIP": "10.0.0.5"}.get)
    builder.feed(
        b"<AastraIPPhoneTextMenu><Title>I am $$LOCALIP$$</Title><MenuItem><Prompt>$$LOCALIP$$ $$ 5</Prompt>"
        b"<URI>http://h/?ip=$$LOCALIP$$</URI></MenuItem></AastraIPPhoneTextMenu>"
    )
    script = builder.finish()
    assert script.get("title") == "I am 10.0.0.5"
    assert script.item(0)[:2] == ["10.0.0.5 $$ 5", "http://h/?ip=$$LOCALIP$$"]


def test_too_many_icons_are_an_error():
    icons = "".join(["<Icon index='%d'>Icon:Home</Icon>" % at for at in range(1, 23)])
    with raises(PeerError) as caught:
        _script("<AastraIPPhoneTextScreen><IconList>" + icons + "</IconList></AastraIPPhoneTextScreen>")
    assert caught.value.text == "XML line 1: more than 21 icons"


def test_encodings():
    for document, text in (
        (
            b"<AastraIPPhoneTextScreen><Text>M\xc3\xbcller &#252; &#xFC;</Text></AastraIPPhoneTextScreen>",
            "M\u00fcller \u00fc \u00fc",
        ),
        (
            b"<?xml version='1.0' encoding='iso-8859-1'?><AastraIPPhoneTextScreen><Text>M\xfcller</Text>"
            b"</AastraIPPhoneTextScreen>",
            "M\u00fcller",
        ),
    ):
        builder = Builder()
        builder.feed(document)
        assert builder.finish().item(0)[0] == text


def test_pictures():
    for text, picture, address in (
        ("FF 00\n0f", b"\xff\x00\x0f", ""),
        ("", None, ""),
        ("http://h/a.png", None, "http://h/a.png"),
        ("FFF", None, "FFF"),
    ):
        script = _script("<AastraIPPhoneImageScreen><Image>%s</Image></AastraIPPhoneImageScreen>" % text)
        assert script.picture == picture and script.get("image") == address
