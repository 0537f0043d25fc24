from dialtone.config.store import Store
from dialtone.webui import keyplaces
from fake_phone import FakePhone
from webui_support import ask

HEAP = "768k"  # holds whole pages as text, which the phone never does: test_webui_heap has the phone's own


def phone_with(*lines, **options):
    store = Store(options.get("model", "57i"))
    draft = store.begin_server()
    draft.layer("mac", "00085D123456.cfg", True)
    for line in lines:
        draft.feed(line + b"\n")
    draft.commit()
    return FakePhone(store)


def field(text, name):
    start = text.find('<label for="%s">' % name)
    assert start >= 0, name
    return text[start : text.find("</div></div>", start)]


def test_a_key_shows_what_it_is_where_it_comes_from_and_what_is_locked():
    phone = phone_with(b"softkey3 type: xml", b"softkey3 label: <Lunch>", b"softkey4 locked: 1", b"!softkey5 type: dnd")
    phone.store.set_local("softkey3 value", "http://10.0.0.1/menu.xml", "https page")
    status, text, _ = ask("/softkeys.html", phone=phone)
    assert status == 200 and "<summary>Softkey 3 " in text and ">xml</span> &lt;Lunch&gt;</summary>" in text
    assert "00085D123456.cfg line 1" in field(text, "type3") and '<option value="xml" selected>' in field(text, "type3")
    assert "set here" in field(text, "value3") and 'value="http://10.0.0.1/menu.xml"' in field(text, "value3")
    assert "at once" in field(text, "label3") and "1 to 9" in field(text, "line3") and field(text, "states3")
    for name, line in (("type4", 3), ("label4", 3), ("type5", 4)):
        assert "locked by 00085D123456.cfg line %d" % line in field(text, name) and " disabled" in field(text, name)
    assert " disabled" not in field(text, "label5") and text.count("<summary>") == 20


def test_every_key_of_every_model_has_its_place():
    for model, path, count in (
        ("57i", "/softkeys.html", 20), ("57i", "/topsoftkey.html", 10), ("53i", "/prgkeys.html", 6),
        ("9480i", "/softkeys.html", 6), ("55i", "/prgkeys.html", 6),
    ):  # fmt: skip
        numbers = []
        for page in range(1, (count + 4) // 5 + 1):
            numbers += list(keyplaces.find(path, "page=%d" % page, Store(model), 60000)[1][2])
        assert numbers == list(range(1, count + 1)), (model, path)
        for free in (-1, 2000000):
            assert list(keyplaces.find(path, "", Store(model), free)[1][2]) == numbers, "all, where there is room"
    store = Store("57i")
    for module in "123":
        numbers = []
        for part in "123":
            for page in "1234":
                found = keyplaces.find("/expmodule%spage%s.html" % (module, part), "page=" + page, store, 60000)[1]
                assert found[1] == "expmod%s key" % module
                numbers += list(found[2])
        assert numbers == list(range(1, 61))


def test_what_the_model_has_not_is_not_there():
    for model, path in (
        ("57i", "/prgkeys.html"), ("53i", "/softkeys.html"), ("53i", "/topsoftkey.html"),
        ("53i", "/expmodule1page1.html"), ("57i", "/expmodule4page1.html"), ("57i", "/expmodule1page4.html"),
        ("57i", "/expmodule1page0.html"), ("57i", "/expmodule.html"), ("57i", "/expmodule1page12.html"),
    ):  # fmt: skip
        assert ask(path, phone=FakePhone(Store(model)))[0] == 404, (model, path)
    text = ask("/sysinfo.html")[1]
    assert "/softkeys.html" in text and "/expmodule1page1.html" in text and "/prgkeys.html" not in text


def test_odd_pages_show_the_first_keys():
    for query in ("page=0", "page=5", "page=99", "page=999", "page=-1", "page=x", "page=", "x=2", "page=1&x"):
        assert list(keyplaces.find("/softkeys.html", query, Store("57i"), 60000)[1][2]) == [1, 2, 3, 4, 5], query


def small(phone):
    """The same phone with little heap."""
    phone.platform.heap_free = lambda: 60000
    phone.platform.unload = lambda *names: None
    return phone


def test_the_pages_lead_to_each_other():
    text = ask("/softkeys.html?page=2", phone=small(FakePhone(Store("57i"))))[1]
    assert '<a href="/softkeys.html?page=1">1&#8211;5</a><a href="/softkeys.html?page=2" aria-current="page">' in text
    assert '<form method="post" action="/softkeys.html?page=2"' in text and "5 keys show at a time" in text
    assert text.count("<summary>") == 5 and "<summary>Softkey 10 " in text
    assert "at a time" not in ask("/softkeys.html", phone=FakePhone(Store("57i")))[1]
    text = ask("/expmodule2page3.html?page=4", phone=small(FakePhone(Store("57i"))))[1]
    assert 'href="/expmodule2page3.html?page=4" aria-current="page">56&#8211;60</a>' in text
    assert text.count('aria-current="page"') == 3 and "<summary>Key 60 " in text
    text = ask("/expmodule2page3.html", phone=FakePhone(Store("57i")))[1]
    assert "41&#8211;60</a></nav>" in text and text.count("<summary>") == 20


def test_a_script_sets_any_key_from_the_page_of_the_first():
    phone = phone_with(b"softkey3 label: Old")
    heard = []
    phone.store.watch(heard.append)
    body = b"type17=xml&label17=Menu&value17=http%3A%2F%2F10.0.0.1%2Fm&softkey2_type=speeddial&line17=1&states17="
    status, text, _ = ask("/softkeys.html", "POST", body, phone)
    assert status == 200 and "Provisioning complete" in text
    get = phone.store.get
    assert (get("softkey17 type"), get("softkey17 label"), get("softkey17 value")) == (
        "xml",
        "Menu",
        "http://10.0.0.1/m",
    )
    assert get("softkey2 type") == "speeddial" and get("softkey3 label") == "Old" and phone.saves == 1
    assert heard == [{"softkey17 type", "softkey17 label", "softkey17 value", "softkey2 type"}], "one change, told once"
    assert ask("/expmodule1page2.html", "POST", b"type60=blf", phone)[0] == 200
    assert get("expmod1 key60 type") == "blf" and get("softkey17 line") == "1"


def test_a_refused_key_is_open_and_keeps_what_was_typed():
    phone = phone_with(b"!softkey4 label: Fixed")
    status, text, _ = ask("/softkeys.html", "POST", b"label3=New&line3=12&label4=Mine", phone)
    assert status == 400 and "Nothing was saved" in text and text.count('<details class="card" open>') == 2
    assert 'value="New"' in field(text, "label3") and 'value="12"' in field(text, "line3")
    assert "Line must be" in field(text, "line3") or "1 to 9" in field(text, "line3")
    assert 'aria-invalid="true"' in field(text, "line3") and "is locked by" in field(text, "label4")
    assert phone.store.get("softkey3 label") == "" and phone.saves == 0
