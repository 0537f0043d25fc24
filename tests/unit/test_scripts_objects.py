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
