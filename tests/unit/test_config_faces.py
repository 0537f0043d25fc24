"""One table, one way in: a file, a web page, the display and an XML object store the same for the same input, and no
control character on any path.
"""

import random

from dialtone.config import levels, parameters, saving, values, zones
from dialtone.config.store import LOCAL, Store
from dialtone.errors import CallerError
from dialtone.lcd.editor import Entry, Value
from dialtone.lcd.menu import Menu
from dialtone.lcd.panel import Panel
from dialtone.webui import saving as web
from fake_phone import FakePhone
from support import long, raises, seed
from webui_support import context

HEAP = "256k"  # every face's code at once, with a phone for each
_WORDS = {
    "bool": ("1", "0", "2", "on", " 1 ", "00"),
    "host": ("a.example", "10.0.0.1", "a b", "-", "x" * 300, " a.example ", "2001:db8::1", "a..b"),
    "ip": ("10.0.0.1", "10.0.0.256", "10.0.0", "0.0.0.0", " 10.0.0.1", "::1"),
    "url": ("https://a.example/x?y=$$LOCALIP$$#z", "http://a", "ftp://a/", "javascript:1", "x", "http://" + "y" * 300),
    "list": ("10.0.0.1", "a.example, b.example", ",,", "a b", "x" * 600, "idle connected"),
    "time": ("00:00", "23:59", "24:00", "1:2", "01:02 "),
    "zone": ("DE-Berlin", "us-eastern", "HK-Hong_Kong", "CUSTOM", "UTC", "Atlantis", "DE-Berln", "-60e", "0", ","),
    "pin": ("0" * 64, "F" * 64, "0" * 63, "sha256//x"),
    "text": (' "A" #1 ', "# x", '"', "Grün €", "x" * 600, " ", "a: b", "[a|b]", "!x", "$$X$$", "<b>&amp;</b>"),
}
_ALSO = {"path": "text", "secret": "text", "password": "text", "live": "text"}


def _inputs(row):
    """Legal and illegal texts of a row."""
    if row.kind == "int":
        low, high = parameters.bounds(row)
        texts = [str(number) for number in (low, high, low - 1, high + 1)] + ["007", "1.5", "x", "9" * 30]
    elif row.kind in ("choice", "method"):
        texts = [value for value, _ in parameters.choices(row)]
        texts += [value.lower() for value in texts] + [value.upper() for value in texts] + ["nonsense", "tls 1.2"]
    else:
        texts = list(_WORDS[_ALSO.get(row.kind, row.kind)])
    return texts + ["", parameters.MASK]


def _rows():
    """Every row of the table, families as their first key."""
    for row in parameters.rows():
        if row.name[:4] == "keyN":
            row = parameters.find("softkey1" + row.name[4:])
            if row is None or row.name == "softkey1 locked":
                continue
        yield row


def _store():
    return Store("57i", lambda count: b"s" * count)  # the same salt for each face


def _file(store, row, text):
    draft = store.begin_server()
    draft.layer("mac", "00085D123456.cfg", True)
    draft.feed(("%s: %s\n" % (row.name, saving.quoted(text))).encode())
    draft.commit()
    good = not [each for each in store.diagnostics if each[3] is None or "is insecure" not in each[3]]
    return good, store.get(row.name)


def _escaped(text):
    escaped = bytearray()  # a list of the pieces of a long text would be 4 KB in one piece
    for byte in text.encode():
        escaped.extend(b"%%%02X" % byte)
    return bytes(escaped)


def _web(phone, row, text):
    made = context("/provis.html", "POST", row.field.encode() + b"=" + _escaped(text), phone)
    sections = (row.section,)
    if row.section == "softkeys":
        sections = ("softkeys", "softkey", (1,), range(1, 21), range(1, 21), 20)
    _, errors, _ = web.save(made, sections)
    assert not errors or list(errors) == [row.name]
    return not errors, phone.store.get(row.name)


def _display(panel, row, text):
    """What the screens of one value make of it; None for a choice that they do not offer."""
    panel.host.saved = lambda name: None
    panel.push(Value(row.name, "57i"))
    panel.press("enter")
    screen = panel.top()
    if isinstance(screen, Entry):
        screen._text = text  # by keypad: test_lcd_editor.py
        panel.press("enter")
    else:
        assert isinstance(screen, Menu)
        choices = ["1", "0"]
        if row.kind != "bool":
            choices = [each[0] for each in (zones.names() if row.kind == "zone" else parameters.choices(row))]
        if text not in choices:
            panel.home()
            return None
        for _ in choices:
            if screen._index != choices.index(text):
                panel.press("down")
        panel.press("enter")
    good = "Not saved" not in panel.rows()[0]
    panel.home()
    return good, panel.host.store.get(row.name)


def _object(store, row, text, level="local"):
    refused, _, _ = levels.apply(store, [(row.name, text, level, 0, 0)])
    return not refused, store.get(row.name)


def _phone():
    phone = FakePhone(_store())
    phone.unload = lambda *names: None
    return phone


def test_each_face_stores_the_same_for_every_parameter():
    random.seed(seed())
    web_phone, lcd_phone = _phone(), _phone()
    panel = Panel(24, 8, None, lcd_phone)
    empty = [phone.store.layers[LOCAL] for phone in (web_phone, lcd_phone)]
    file_store, object_store = _store(), _store()
    nothing = object_store.layers[:]
    seen = refused = offered = 0
    for row in _rows():
        inputs = _inputs(row)
        if not long():
            inputs = [random.choice(inputs) for _ in range(2)]
        for text in inputs:
            secret = parameters.SECRET in row.flags
            if secret and text in ("", parameters.MASK):
                continue  # on the web they mean "keep it": test_webui_forms.py
            expected = _file(file_store, row, text)
            seen += 1
            refused += not expected[0]
            if parameters.FILE_ONLY in row.flags:
                with raises(CallerError):
                    web_phone.store.set_local(row.name, text, "lcd")
                continue
            web_phone.store.restore_local(empty[0])
            assert _web(web_phone, row, text) == expected, (row.name, text)
            lcd_phone.store.restore_local(empty[1])
            found = _display(panel, row, text)
            offered += found is not None
            assert found in (None, expected), (row.name, text, found, expected)
            if parameters.TRUST not in row.flags and parameters.NO_XML not in row.flags:
                object_store.layers = nothing[:]
                object_store.forget()
                assert _object(object_store, row, text) == expected, (row.name, text)
    assert seen > 150 and refused > 20 and offered > 80, (seen, refused, offered)


_CONTROLS = ("\n", "\r", "\0", "\t", "\x01", "\x0b", "\x1b", "\x1f", "\x7f", "\x85", "\x9f", "\u2028", "\u2029")
_KINDS = ("hostname", "https path", "https server", "http digest password", "xml application post list")
_KINDS += ("softkey1 value",)


def _places(control):
    return (control, "a" + control, control + "a", "a%sadmin password: x" % control)


def _each():
    for name in _KINDS:
        row = parameters.find(name)
        for control in _CONTROLS if long() else [random.choice(_CONTROLS), "\n", "\0"]:
            for text in _places(control):
                yield row, text


def test_a_control_character_gets_into_the_store_on_no_path():
    random.seed(seed())
    phone, host = _phone(), _phone()
    panel = Panel(24, 8, None, host)
    store = _store()
    before = [host.store.get(name) for name in _KINDS]
    for row, text in _each():
        for source in ("lcd", "https page", "http page", "flash", "xml", "push", "file plain", "file verified"):
            with raises(CallerError):
                store.set_local(row.name, text, source)
        with raises(CallerError):
            values.canonical(row, text)
        assert _web(phone, row, text)[0] is False, (row.name, text)
        assert _display(panel, row, text)[0] is False, (row.name, text)
        for level in levels.LEVELS:
            assert _object(store, row, text, level)[0] is False, (row.name, text, level)
        for each in (phone.store, host.store, store):
            assert [each.get(name) for name in _KINDS] == before
            assert each.get("admin password") == "22222" and not each.layers[LOCAL].size()


def test_a_control_character_in_a_file_ends_its_line_or_is_refused():
    random.seed(seed())
    for row, text in _each():
        for layer, mark in (("mac", ""), ("local", ""), ("local", "!"), ("aastra", "!")):
            store = _store()
            line = ("%s%s: %s\n" % (mark, row.name, text.replace("admin password", "https path"))).encode()
            if layer == "local":
                store.load(layer, [line])
            else:
                draft = store.begin_server()
                draft.layer(layer, layer + ".cfg", True)
                draft.feed(line)
                draft.commit()
            _clean(store)
        for place in (b"-1", b"!7"):
            store = _store()
            data = row.name.encode() + b"\t" + place + b"\t" + text.encode() + b"\n"
            store.load("aastra", [b"=aastra.cfg\t1\n"] + [each + b"\n" for each in data.split(b"\n")[:-1]])
            _clean(store)


def _clean(store):
    """No value in any layer holds what could become another line."""
    for layer in store.layers:
        for name, _, _, value in layer.rows():
            for control in _CONTROLS:
                assert control not in value and control not in name, (name, value)


_NOISE = b'\0\t\r\n "#:=[]|!^\x7f\x85\xc3\xa9\xff1aZ'


def test_any_bytes_as_a_file_of_any_layer_are_values_or_diagnostics():
    random.seed(seed())
    known = [row.name.encode() for row in parameters.rows()]
    for _ in range(400 if long() else 25):
        store = _store()
        draft = store.begin_server()
        for layer in ("aastra", "model", "mac"):
            draft.layer(layer, layer + ".cfg", bool(random.randrange(2)))
            for _ in range(random.randrange(6)):
                name = random.choice(known).replace(b"keyN", b"prgkey%d" % random.randrange(99))
                draft.feed(random.choice((b"", b"!", b"^", b"[", b"\xef\xbb\xbf")) + name)
                draft.feed(random.choice((b":", b" ", b": ")))
                draft.feed(bytes([random.choice(_NOISE) for _ in range(random.randrange(30))]))
                draft.feed(random.choice((b"\n", b"\r", b"\r\n", b"", b"\0\n")))
        draft.commit()
        _clean(store)
        for layer in store.layers:
            for name, mark, _, value in layer.rows():
                row = parameters.find(name)
                assert row.name == name and mark in "-!" and values.canonical(row, value) == value
        text = [piece.encode() for piece in store.dump("mac")]
        twin = _store()
        twin.load("mac", text)
        assert sorted(twin.layers[2].rows()) == sorted(store.layers[2].rows())
