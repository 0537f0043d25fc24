from dialtone.config.packing import move, pack
from dialtone.config.store import Store


def test_all_is_as_before_in_new_places():
    store = Store("57i")
    draft = store.begin_server()
    for layer, file in (("aastra", "aastra.cfg"), ("mac", "00085D123456.cfg")):
        draft.layer(layer, file, True)
        draft.feed("softkey1 type: xml\nsoftkey1 label: W\xe4hl\nnonsense: 1\nno colon\nsoftkey2 type: what\n".encode())
    draft.commit()
    store.set_local("hostname", "phone-1", "lcd")
    told = store.diagnostics[:]
    rows = [list(layer.rows()) for layer in store.layers]
    lines = ["0 configuration: warning: a line", "0 phone: restart"]
    events = ["2026-11-25 10:00\tserver", ("a tuple", b"of bytes", 5)]
    layers = store.layers
    pack(store, lines, events)
    move(store)
    assert store.layers is layers, "who waits for another list sees none"
    assert events == ["2026-11-25 10:00\tserver", ("a tuple", b"of bytes", 5)]
    assert lines == ["0 configuration: warning: a line", "0 phone: restart"]
    assert store.diagnostics == told and len(told) == 6
    assert [list(layer.rows()) for layer in store.layers] == rows
    assert store.get("softkey1 label") == "W\xe4hl" and store.get("hostname") == "phone-1"
    assert store.origin("softkey1 type") == "00085D123456.cfg line 1"


def test_equal_texts_are_one():
    store = Store("57i")
    store.diagnostics = [("aastra.cfg", 1, 1, "a reason of some length", ""), ("aastra.cfg", 2, 1, None, "x" * 40)]
    pack(store, [])
    first, second = store.diagnostics
    assert first[0] is second[0] and second[3] is None and second[4] == "x" * 40
