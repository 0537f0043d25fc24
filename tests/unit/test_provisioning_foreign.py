"""Lines that this firmware does not use: kept as they came, in flash alone, with a bound; never a password."""

from dialtone.config.store import Store
from dialtone.provisioning import foreign, unused
from dialtone.storage.files import Storage
from support import tmp_dir

FILE = b"""# a real file
sip proxy ip: 192.168.5.3
!sip line1 auth name: "4711 # 2"
sip line1 password: s3cret
https port: 8443
http pord: 81
call forward disabled: 1
"""


def fed(storage, text=FILE, layer="aastra", file="aastra.cfg", keeper=None):
    store = Store("57i")
    draft = store.begin_server()
    keeper = keeper or foreign.Foreign(storage)
    draft.keeper = keeper.row
    draft.layer(layer, file, True)
    for at in range(0, len(text), 100):
        draft.feed(text[at : at + 100])
    draft.commit()
    keeper.close()
    draft.files = keeper.files
    return draft


def adopt(storage, draft):
    unused.adopt(storage, draft.fresh, draft.files)


def kept(storage, index=0):
    return [tuple(row) for row in unused.rows(storage, index)]


def test_lines_are_kept_with_place_and_lock_but_no_password():
    storage = Storage(tmp_dir())
    draft = fed(storage)
    assert kept(storage) == [], "not before the draft is in force"
    adopt(storage, draft)
    assert kept(storage) == [
        ("2", "-", "sip proxy ip", "192.168.5.3"),
        ("3", "!", "sip line1 auth name", "4711 # 2"),
        ("4", "-", "sip line1 password", "********"),
        ("6", "-", "http pord", "81"),
        ("7", "-", "call forward disabled", "1"),
    ]
    assert not storage.exists("foreign.0.new") and b"s3cret" not in storage.read("foreign.0.cfg", 1000)


def test_the_next_file_takes_their_place_and_a_kept_one_keeps_them():
    storage = Storage(tmp_dir())
    adopt(storage, fed(storage))
    adopt(storage, fed(storage, b"sip port: 1\n", "mac", "00085D123456.cfg"))
    assert len(kept(storage)) == 5 and kept(storage, 2) == [("1", "-", "sip port", "1")]
    adopt(storage, fed(storage, b"https port: 1\n"))
    assert kept(storage) == [] and len(kept(storage, 2)) == 1


def test_what_did_not_come_in_force_is_forgotten():
    storage = Storage(tmp_dir())
    adopt(storage, fed(storage))
    fed(storage, b"sip port: 9\n")
    assert storage.exists("foreign.0.new")
    unused.drop(storage)
    assert len(kept(storage)) == 5 and not storage.exists("foreign.0.new")
    fed(storage, b"sip port: 9\n")  # the power goes
    adopt(storage, fed(storage, b"https port: 1\n"))
    assert kept(storage) == []


def test_a_file_that_is_read_twice_counts_once():
    storage = Storage(tmp_dir())
    keeper = foreign.Foreign(storage)
    for _ in range(2):
        for line in range(1, 40):
            keeper.row(0, line, "-", "sip line %d" % line, "x" * 40)
    keeper.close()
    unused.adopt(storage, [True], keeper.files)
    assert [row[0] for row in kept(storage)] == [str(line) for line in range(1, 40)]


def test_bounded():
    storage = Storage(tmp_dir())
    keeper = foreign.Foreign(storage)
    for line in range(1, 401):
        keeper.row(0, line, "-", "sip line %d name" % line, "some value %d" % line)
    keeper.close()
    unused.adopt(storage, [True], keeper.files)
    assert 8192 - 100 < storage.size("foreign.0.cfg") < 8192 + 20
    last, count = None, 0
    for row in unused.rows(storage, 0):
        last, count = row, count + 1
    assert tuple(last) == ("", "=", "", "") and 200 < count < 300
    adopt(storage, fed(storage, b"sip x: " + b"\xc3\xa4" * 400 + b"\n" + b"n" * 500 + b": 1\n"))
    assert kept(storage) == [("1", "-", "sip x", "ä" * 300), ("2", "-", "n" * 64, "1")]
    adopt(storage, fed(storage, b"sip x: a\x00b\x1b[2J\n"))
    assert kept(storage) == [("1", "-", "sip x", "a?b?[2J")]


def test_a_full_flash_costs_these_lines_alone():
    storage = Storage(tmp_dir())
    storage.write_atomic("foreign.0.new/x", [b""])  # a folder: nothing can be written there
    draft = fed(storage)
    assert draft.store.get("https port") == "8443"


def test_a_file_of_foreign_lines_is_only_counted_once_there_is_no_more_room():
    storage = Storage(tmp_dir())
    store = Store("57i")
    draft = store.begin_server()
    keeper = foreign.Foreign(storage)
    taken = []
    draft.keeper = lambda *row: taken.append(row[1]) or keeper.row(*row)
    draft.layer("aastra", "aastra.cfg", True)
    for line in range(1, 1201):
        draft.feed(b"sip line%d feature: some value %d\n" % (line, line) if line % 100 else b"http port: %d\n" % line)
    draft.commit()
    assert len(taken) < 300, "the rest is passed over as quickly as before"
    assert store.get("http port") == "1200"
    assert len(store.diagnostics) + store.more_diagnostics == 1188
