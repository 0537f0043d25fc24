import random

from dialtone.config.store import Store
from dialtone.errors import DeviceError
from dialtone.provisioning.spool import Spool
from dialtone.storage.files import Storage
from support import long, raises, seed, tmp_dir

HEAP = "144k"  # two stores of one long file lie side by side to be compared, where a phone has one

KEY = "softkey%d type: xml\nsoftkey%d label: Grün %d\nsoftkey%d value: http://h/%d\n"
KEYS = "".join([KEY % (n, n, n, n, n) for n in range(1, 21)])
PORTS = "https port: 444\nhttps port: 99999\n"
FILES = (("aastra", "aastra.cfg", KEYS), ("model", "57i.cfg", PORTS), ("mac", "m.cfg", KEYS))


def committed(spool, files=FILES):
    store = Store("57i")
    draft = store.begin_server(spool=lambda: spool) if spool else store.begin_server()
    for layer, file, text in files:
        draft.layer(layer, file, True)
        draft.feed(text.encode())
    draft.commit()
    return store


def test_rows_come_back_from_flash_as_they_were():
    storage = Storage(tmp_dir())
    spool = Spool(storage)
    added = []
    take = spool.add
    spool.add = lambda index, layer: added.append(index) or take(index, layer)
    store = committed(spool)
    assert added and set(added) == {0, 2}, "the short file never left the heap"
    plain = committed(None)
    for at, layer in enumerate(store.layers):
        same = plain.layers[at]  # but for the order, which the sections of the table give
        assert layer.size() == same.size()
        for name, mark, line, value in layer.rows():
            assert same.row(name) == (mark, line, value)
    assert store.diagnostics == plain.diagnostics and len(store.diagnostics) == 1
    assert store.get("softkey20 label") == "Grün 20"
    assert not [name for name in ("waiting.aastra", "waiting.model", "waiting.mac") if storage.exists(name)]


LINES = (
    "http port: %d\n", "!http port: 1%d\n", "http port: x%d\n", "softkey%d type: xml\n", "softkey%d type: none\n",
    "softkey%d type: teleporter\n", "SoftKey%d Label: a # %d\n", 'softkey%d label: "b"\n', "softkey0%d label: c\n",
    "topsoftkey%d value: http://h/\n", "expmod1 key%d label: x\n", "^expmod1 key%d type: xml\n", "sip line%d mode: 1\n",
    "upgrade uri: http://h/%d\n", "action uri startup: http://h/%d\n", "directory script: http://h/%d\n",
    "https client method: TLSv1.2\n", "time server%d: h\n", "\tsoftkey%d label:\n", "softkey%d label: \x01\n",
    "[softkey%d|softkey2] label: several\n", "http digest password: ********\n", "hostname: h%d\n",
    "prgkey%d type: xml\n",
)  # fmt: skip


def line():
    text = random.choice(LINES)
    return text % ((random.randrange(1, 25),) * text.count("%d"))


def test_the_table_may_come_while_lines_are_read_or_at_the_end():
    random.seed(seed())
    for _ in range(200 if long() else 6):
        text = "".join([line() for _ in range(random.choice((5, 40, 60)))])
        spooled = committed(Spool(Storage(tmp_dir())), (("mac", "m.cfg", text),))
        plain = committed(None, (("mac", "m.cfg", text),))
        for one, other in ((spooled, plain), (plain, spooled)):
            for name, mark, number, value in one.layers[2].rows():
                assert other.layers[2].row(name) == (mark, number, value), (name, text)
        told = len(plain.diagnostics) + plain.more_diagnostics
        assert told == len(spooled.diagnostics) + spooled.more_diagnostics, text


def test_a_file_that_begins_anew_forgets_its_rows():
    storage = Storage(tmp_dir())
    store = Store("57i")
    draft = store.begin_server(spool=lambda: Spool(storage))
    draft.layer("aastra", "aastra.cfg", True)
    draft.feed(KEYS.encode())
    assert storage.exists("waiting.aastra")
    draft.layer("aastra", "aastra.cfg", True)
    assert not storage.exists("waiting.aastra")
    draft.feed(b"https port: 445\n")
    draft.commit()
    assert store.get("https port") == "445" and store.get("softkey1 label") == ""


def test_what_a_power_cut_left_behind_is_not_read():
    storage = Storage(tmp_dir())
    draft = Store("57i").begin_server(spool=lambda: Spool(storage))
    draft.layer("mac", "m.cfg", True)
    draft.feed(b"http port: 81\n" + KEYS.encode())
    assert storage.exists("waiting.mac")
    store = committed(Spool(storage))
    assert store.number("http port") == 80 and store.get("softkey20 label") == "Gr\u00fcn 20"
    assert not storage.exists("waiting.mac")


def test_a_run_that_failed_leaves_nothing():
    storage = Storage(tmp_dir())
    spool = Spool(storage)
    draft = Store("57i").begin_server(spool=lambda: spool)
    draft.layer("mac", "m.cfg", True)
    draft.feed(KEYS.encode())
    assert storage.exists("waiting.mac")
    spool.clear()
    assert not storage.exists("waiting.mac")


def test_a_full_flash_is_told():
    class Full(Storage):
        def open(self, name, mode):
            raise OSError(28)

    draft = Store("57i").begin_server(spool=lambda: Spool(Full(tmp_dir())))
    draft.layer("aastra", "aastra.cfg", True)
    with raises(DeviceError) as caught:
        draft.feed(KEYS.encode())
    assert "storage is full" in str(caught.value)


def test_a_flash_that_takes_half_of_it_is_full():
    class Short:
        def __enter__(self):
            return self

        def __exit__(self, *error):
            pass

        def write(self, data):
            return len(data) // 2

    class Full(Storage):
        def open(self, name, mode):
            return Short()

    draft = Store("57i").begin_server(spool=lambda: Spool(Full(tmp_dir())))
    draft.layer("aastra", "aastra.cfg", True)
    with raises(DeviceError) as caught:
        draft.feed(KEYS.encode())
    assert "storage is full" in str(caught.value)
