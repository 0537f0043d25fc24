import gc

from dialtone.errors import PeerError
from dialtone.xml.reader import DONE, END, START, TEXT, Reader
from support import raises


def _events(document, step=20000, limit=10000):
    """All events, neighbouring texts joined."""
    reader = Reader(limit)
    out = []
    at = 0
    while True:
        event = reader.next_event()
        if event is None:
            reader.feed(document[at : at + step])
            at += step
        elif event[0] == DONE:
            return out
        elif event[0] == TEXT and out and out[-1][0] == TEXT:
            out[-1] = (TEXT, out[-1][1] + event[1])
        else:
            out.append(event)


def _refused(document):
    with raises(PeerError) as caught:
        _events(document)
    return caught.value.text


def _text(document):
    return "".join([event[1] for event in _events(document) if event[0] == TEXT])


_SAMPLE = (
    b'<?xml version="1.0" encoding="UTF-8"?>\r\n<!-- a - b -->\n<Menu defaultIndex="2" style=\'none\'>\n'
    b'<Title wrap = "yes" >Gr\xc3\xbc\xc3\x9fe &amp; &lt;more&gt; &quot;&apos;</Title><?php echo 1 ?>'
    b"<Empty/><![CDATA[<raw> & ]] ]]></Menu>\n<!-- after -->\n"
)
_SAMPLE_EVENTS = [
    (START, "Menu", [("defaultIndex", "2"), ("style", "none")]),
    (TEXT, "\n"),
    (START, "Title", [("wrap", "yes")]),
    (TEXT, "Gr\u00fc\u00dfe & <more> \"'"),
    (END, "Title"),
    (START, "Empty", []),
    (END, "Empty"),
    (TEXT, "<raw> & ]] "),
    (END, "Menu"),
]


def test_a_whole_document_in_any_split():
    for step in (1, 2, 3, 5, 17, 100, 1000):
        assert _events(_SAMPLE, step) == _SAMPLE_EVENTS


def test_views_are_taken_and_not_kept():
    buffer = bytearray(16)
    view = memoryview(buffer)
    reader = Reader()
    out = []
    at = 0
    while True:
        event = reader.next_event()
        if event is None:
            piece = _SAMPLE[at : at + 16]
            at += 16
            view[: len(piece)] = piece
            reader.feed(view[: len(piece)])
            for index in range(len(piece)):
                buffer[index] = 0 if event else buffer[index]
        elif event[0] == DONE:
            break
        else:
            out.append(event)
    assert out == _SAMPLE_EVENTS


def test_latin_1_by_declaration_only():
    assert _text(b'<?xml version="1.0" encoding="ISO-8859-1"?><a>\xe9\xa4</a>') == "\xe9\xa4"
    assert _text(b"<?xml version='1.0' encoding='iso-8859-1'?><a>\xe9</a>") == "\xe9"
    assert "UTF-8" in _refused(b"<a>\xe9</a>")
    assert "UTF-8" in _refused(b"<?xml version='1.0'?><a>\xe9</a>")


def test_byte_order_marks():
    assert _text(b"\xef\xbb\xbf<a>x</a>") == "x"
    assert _text(b"\xef\xbb\xbf<?xml version='1.0' encoding='utf-8'?><a>\xc3\xa9</a>") == "\xe9"
    assert "UTF-16" in _refused(b"\xff\xfe<\0a\0/\0>\0")
    assert "UTF-16" in _refused(b"\0<\0a\0/\0>")


def test_other_encodings_and_wrong_declarations_are_refused():
    assert "UTF-7" in _refused(b"<?xml version='1.0' encoding='utf-7'?><a/>")
    for head in (
        b"<?xml?>",
        b"<?xml encoding='UTF-8'?>",
        b"<?xml version='2.0'?>",
        b"<?xml version='1.0' standalone='maybe'?>",
        b"<?xml encoding='UTF-8' version='1.0'?>",
        b"<?xml version='1.0' other='x'?>",
        b"<?xml version='1.0'",
        b" <?xml version='1.0'?>",
    ):
        _refused(head + b"<a/>")


def test_bad_utf_8_is_refused():
    for raw in (
        b"\xc0\xaf",
        b"\x80",
        b"\xe2\x82",
        b"\xed\xa0\x80",
        b"\xef\xbf\xbe",
        b"\xf4\x90\x80\x80",
        b"\xe0\x80\xaf",
        b"\xff",
    ):
        _refused(b"<a>" + raw + b"</a>")
        _refused(b"<a b='" + raw + b"'/>")
        _refused(b"<a><!--" + raw + b"--></a>")


def test_character_references():
    assert _text(b"<a>&#65;&#x42;&#0010;&#x20ac;&#x1F600;</a>") == "AB\n\u20ac\U0001f600"
    for name in (
        b"#0",
        b"#31",
        b"#xD800",
        b"#xFFFE",
        b"#x110000",
        b"#",
        b"#x",
        b"#X41",
        b"#+65",
        b"#1_0",
        b"# 65",
        b"nbsp",
        b"",
        b"a b",
    ):
        _refused(b"<a>&" + name + b";</a>")


def test_a_bare_ampersand_says_how_to_write_it():
    assert _refused(b"<a>\n<URI>http://h/?a=1&b=2</URI></a>") == "XML line 2: & must be written &amp;"
    assert "&amp;" in _refused(b"<a b='x&y'/>")


def test_attributes():
    assert _events(b"<a b='x\ty\r\nz' c=\"&#10;&lt;'\" d = '>' />")[0] == (
        START, "a", [("b", "x y z"), ("c", "\n<'"), ("d", ">")],
    )  # fmt: skip
    for tag in (
        b"<a b>",
        b"<a b=>",
        b"<a b=c>",
        b"<a b='c'd='e'>",
        b"<a b='<'>",
        b"<a 1='c'>",
        b"<a b='c' b='d'>",
        b"<a ='c'>",
    ):
        _refused(tag + b"</a>")


def test_structure_errors_name_the_line():
    assert _refused(b"<a>\n<b>\r</a>") == "XML line 3: </a> where </b> belongs"
    assert _refused(b"<a>\n\n") == "XML line 3: <a> is never closed"
    assert _refused(b"") == "XML line 1: no element at all"
    assert _refused(b"  \n ") == "XML line 2: no element at all"
    assert _refused(b"<a/>\n<b/>") == "XML line 2: a second root element"
    assert _refused(b"hello") == "XML line 1: text outside the root element"
    assert _refused(b"<a/>x") == "XML line 1: text outside the root element"
    assert "</>" in _refused(b"</>")
    for document in (
        b"<a",
        b"<a b='",
        b"<a><!-- x",
        b"<a><![CDATA[x]]",
        b"<a><?x",
        b"<",
        b"<a><",
        b"<a></a",
        b"<!",
        b"<a/><!-",
        b"<a>&amp",
    ):
        _refused(document)
    for document in (
        b"< a/>",
        b"<a><1/></a>",
        b"<a></ a>",
        b"<a><//a>",
        b"<\xc3\xa9/>",
        b"<a>a < b</a>",
        b"<a>]]></a>",
        b"<a>\0</a>",
        b"<a>\x0b</a>",
    ):
        _refused(document)


def test_comments_and_instructions():
    assert _text(b"<!----><a>x<!-- <b> & --><?p ?><?q?>y</a>") == "xy"
    for document in (
        b"<a><!-- -- --></a>",
        b"<a><!-----></a>",
        b"<a><? x?></a>",
        b"<a><?xml version='1.0'?></a>",
        b"<a><?1?></a>",
        b"<![CDATA[x]]><a/>",
    ):
        _refused(document)
    assert _text(b"<a>1<!--" + b"long - comment " * 300 + b"-->2</a>") == "12"


def test_document_types_cost_nothing():
    bomb = b'<!DOCTYPE l [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;">]><l>&b;</l>'
    assert _refused(bomb) == "XML line 1: a document type is not accepted"
    assert "document type" in _refused(b'<?xml version="1.0"?>\n<!DOCTYPE a SYSTEM "file:///etc/passwd"><a/>')
    assert _refused(b"<a><!ELEMENT b></a>") == "XML line 1: unknown <! declaration"


def test_bounds():
    assert "deeper than 16" in _refused(b"<a>" * 100)
    _events(b"<a>" * 16 + b"</a>" * 16)
    _refused(b"<a>" * 17 + b"</a>" * 17)
    names = ["b%d='1'" % number for number in range(25)]
    assert len(_events(("<a " + " ".join(names[:24]) + "/>").encode())[0][2]) == 24
    _refused(("<a " + " ".join(names) + "/>").encode())
    assert "longer than 2048" in _refused(b"<a b='" + b"x" * 3000 + b"'/>")
    assert "longer than 2048" in _refused(b"<a" + b" " * 9000)
    _refused(b"<" + b"n" * 65 + b"/>")
    assert "10000" in _refused(b"<a>" + b"x" * 10000 + b"</a>")
    assert len(_text(b"<a>" + b"x" * 9993 + b"</a>")) == 9993


def test_long_text_is_cut_at_no_bad_place():
    for fill in range(240, 262):
        for tail in (b"&amp;", b"&#x20AC;", b"\xe2\x82\xac", b"\xf0\x9f\x98\x80", b"\r\n", b"]]&gt;", b"]" * 40):
            document = b"<a>" + b"x" * fill + tail * 3 + b"y" * 300 + b"</a>"
            want = _text(b"<a>" + tail + b"</a>") * 3
            assert _text(document) == "x" * fill + want + "y" * 300
        _refused(b"<a>" + b"x" * fill + b"]]>" + b"y" * 300 + b"</a>")
        _refused(b"<a>" + b"x" * fill + b"&" + b"y" * 300 + b"</a>")
        _refused(b"<a>" + b"x" * fill + b"\xe2\x82" + b"y" * 300 + b"</a>")


def menu(items):
    """A menu of ``items`` entries, about 10,000 bytes with 30."""
    item = (
        '<MenuItem base="http://192.168.1.10/scripts/">\n<Prompt>Entry number %d of the long directory</Prompt>\n'
        "<URI>entry.php?user=1234&amp;list=personal&amp;position=%d&amp;sort=name&amp;language=en&amp;"
        "token=0123456789abcdef0123456789abcdef&amp;again=0123456789abcdef0123456789abcdef</URI>\n<Selection>%d</Selection>\n</MenuItem>\n"
    )
    out = [
        '<?xml version="1.0" encoding="ISO-8859-1"?>\n<AastraIPPhoneTextMenu destroyOnExit="yes">\n<Title>All</Title>\n'
    ]
    for number in range(items):
        out.append(item % (number, number, number))
    out.append("</AastraIPPhoneTextMenu>")
    return "".join(out).encode()


def test_a_full_menu_fits_8_kb_of_heap():
    document = menu(30)
    assert 9000 < len(document) <= 10000
    if not hasattr(gc, "mem_alloc"):  # CPython has no such figure: there the events are what is tested
        assert len(_events(document)) > 400
        return
    reader = Reader()
    view = memoryview(document)
    gc.collect()
    before = gc.mem_alloc()
    most = at = 0
    while True:
        event = reader.next_event()
        if event is None:
            reader.feed(view[at : at + 512])
            at += 512
            gc.collect()
            most = max(most, gc.mem_alloc() - before)
        elif event[0] == DONE:
            break
    assert most <= 8192, most
