"""A layer to text and back, on good days and bad."""

import random

from dialtone.config import explaining, parameters, saving, values
from dialtone.config.store import LAYERS, Store
from support import long, seed

HEAP = "144k"  # two whole stores, their text and the code of all of config/ at once, which a phone never has


def saved(store, layer):
    return [piece.encode() for piece in store.dump(layer)]


def rows(store, layer):
    return sorted(store.layers[LAYERS.index(layer)].rows())


def test_local_text():
    store = Store("57i")
    store.set_local("http port", "81", "lcd")
    store.set_local("softkey1 label", ' "A" #1 ', "lcd")
    store.set_local("softkey2 label", "plain", "lcd")
    assert "".join(store.dump("local")).split("\n")[1:] == [
        "http port: 81",
        'softkey1 label: " ""A"" #1 "',
        "softkey2 label: plain",
        "",
    ]


def test_local_round_trip():
    store = Store("57i")
    for text in (' "A" #1 ', "#", '"', '""', " ", "!x", "^x", "a:b", "[a|b]", "Grün €", 'a" # "b', "x" * 32):
        store.set_local("softkey1 label", text, "lcd")
        twin = Store("57i")
        twin.load("local", saved(store, "local"))
        assert twin.get("softkey1 label") == text
        assert twin.diagnostics == []
        assert twin.origin("softkey1 label") == "set here"


def test_local_text_is_loaded_in_any_split():
    store = Store("57i")
    store.load("local", [b"http po", b"rt: 8", b"1\nhttp path: p"])
    assert (store.number("http port"), store.get("http path")) == (81, "p")


def test_damage_in_local_costs_only_the_damaged_line():
    store = Store("57i")
    text = b"http port: 81\n\xff\0\x80\nhttp path: a\0b\nhttps port: 9999999\n"
    store.load("local", [text, b"x" * 3000])
    assert (store.number("http port"), store.get("http path"), store.number("https port")) == (81, "", 443)
    told = [explaining.describe(each) for each in store.diagnostics]
    assert told == [
        "local.cfg:2:1: no colon behind the name",
        "local.cfg:3:1: http path holds a control character",
        "local.cfg:4:1: https port must be a number from 1 to 65535",
        "local.cfg:5:1: line is longer than 1024 bytes",
    ]


def test_server_rows_keep_file_line_lock_and_trust():
    store = Store("57i")
    draft = store.begin_server()
    draft.layer("aastra", "aastra.cfg", True)
    draft.feed(b"\n!http port: 81\n^http path: p\nhttps validate expires: 0\n")
    draft.layer("mac", "00085D123456.cfg", False)
    draft.feed(b"http server: a\n")
    draft.commit()
    assert b"http path\t-3\tp\n" in saved(store, "aastra")
    twin = Store("57i")
    for layer in ("aastra", "model", "mac"):
        twin.load(layer, saved(store, layer))
    assert twin.diagnostics == []
    for name in ("http port", "http path", "https validate expires", "http server", "https port"):
        assert twin.explain(name) == store.explain(name), name
    assert twin.locked("http port") and twin.origin("http port") == "aastra.cfg line 2"
    assert [layer.trusted for layer in twin.layers] == [layer.trusted for layer in store.layers]


def test_an_empty_layer_is_saved_and_loaded():
    store = Store("57i")
    assert saved(store, "aastra") == []
    store.load("aastra", [])
    assert store.get("http port") == "80"


def test_loaded_rows_may_come_without_line_ends():
    store = Store("57i")
    store.load("aastra", [b"=aastra.cfg\t1", b"http port\t!7\t81"])
    assert (store.number("http port"), store.origin("http port")) == (81, "aastra.cfg line 7")


def test_damaged_server_rows_are_skipped():
    store = Store("57i")
    good = b"http port\t-7\t81\n"
    bad = (
        b"http path\t-7\n",
        b"http path\t?7\tx\n",
        b"http path\t-x\tx\n",
        b"http path\t-77777777\tx\n",
        b"http path\t-7\tx\ty\n",
        b"http path\t-7\tx\ry\n",
        b"\xff\xfe\n",
        b"\n",
        b"https port\t-7\t0\n",
        b"nonsense\t-7\t0\n",
    )
    store.load("aastra", [b"=aastra.cfg\t1\n"] + list(bad) + [good])
    assert rows(store, "aastra") == [("http port", "-", "7", "81")]
    assert len(store.diagnostics) == len(bad)


def test_rows_without_their_head_are_not_trusted():
    store = Store("57i")
    store.load("aastra", [b"http port\t-1\t81\n", b"https validate certificates\t-2\t0\n"])
    assert store.number("http port") == 81
    assert store.flag("https validate certificates")


def test_a_reset_row_of_the_saved_copy_does_not_reset_again():
    store = Store("57i")
    store.load("local", [b"http port: 85\n"])
    store.load("aastra", [b"=aastra.cfg\t1\n", b"http port\t-1\t81\n"])
    assert store.number("http port") == 85


def test_loading_one_layer_leaves_the_others():
    store = Store("57i")
    store.load("local", [b"http port: 85\n"])
    store.load("aastra", [b"=aastra.cfg\t1\n", b"http path\t-1\tp\n"])
    store.load("mac", [b"=m.cfg\t1\n"])
    assert (store.number("http port"), store.get("http path")) == (85, "p")


def some_text(row):
    """A random legal or illegal value of a row."""
    if row.kind in ("choice", "method"):
        return random.choice(parameters.choices(row))[0]
    if row.kind == "bool":
        return random.choice("01")
    if row.kind == "int":
        low, high = parameters.bounds(row)
        return str(random.choice((low, high, (low + high) // 2)))
    if row.kind in ("text", "secret", "path", "password"):
        return "".join([random.choice(' "#:ax!^[]|\\ä€') for _ in range(random.randrange(12))])
    return random.choice(("", "de-berlin", "10.0.0.1", "https://a.example/x#y", "12:34", "idle busy", "a, b"))


def fill(store):
    """Random legal values in all layers of a store; some locked."""
    known = [row.name for row in parameters.rows()]
    draft = store.begin_server()
    for layer in LAYERS[:4]:
        draft.layer(layer, layer + ".cfg", bool(random.randrange(3)))
        for _ in range(random.randrange(12)):
            name = random.choice(known).replace("keyN", "softkey%d" % random.randrange(1, 21))
            text = some_text(parameters.find(name))
            mark = random.choice(("", "", "!", "^"))
            draft.feed((mark + name + ": " + saving.quoted(text) + "\n").encode())
    draft.commit()


def test_any_store_survives_dump_and_load():
    random.seed(seed())
    for _ in range(500 if long() else 25):
        store = Store("57i")
        fill(store)
        twin = Store("57i")
        for layer in ("local",) + LAYERS[:3] + LAYERS[4:] if random.randrange(2) else LAYERS:
            twin.load(layer, saved(store, layer))
        for layer in LAYERS:
            assert rows(twin, layer) == rows(store, layer), layer
            for name, _, _, _ in rows(store, layer):
                assert twin.get(name) == store.get(name)
                assert twin.explain(name) == store.explain(name)
        assert [each for each in twin.diagnostics if "is insecure" not in each[3]] == []


def damaged(data):
    """The bytes with some of them changed, cut or doubled."""
    for _ in range(random.randrange(1, 4)):
        at = random.randrange(len(data) + 1)
        what = random.randrange(4)
        if what == 0:
            data = data[:at] + bytes([random.randrange(256)]) + data[at + 1 :]
        elif what == 1:
            data = data[:at]
        elif what == 2:
            data = data[:at] + data[at // 2 :]
        else:
            data = data[:at] + random.choice((b"\n", b"\r", b"\t", b"\0", b'"', b"=", b"\xe2\x80\xa8")) + data[at:]
    return data


def test_any_damage_gives_legal_values_or_diagnostics():
    random.seed(seed())
    for _ in range(500 if long() else 25):
        store = Store("57i")
        fill(store)
        twin = Store("57i")
        for layer in LAYERS:
            data = damaged(b"".join(saved(store, layer)))
            twin.load(layer, data.split(b"\n") if layer != "local" else [data])
        for layer in LAYERS:
            for name, mark, _, value in rows(twin, layer):
                row = parameters.find(name)
                assert row.name == name and mark in "-!"
                assert values.canonical(row, value) == value
        assert len(twin.diagnostics) <= 40
