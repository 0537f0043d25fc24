"""A draft that waits gives the same as one that does not, whatever comes and in which pieces."""

from dialtone.config.store import Store
from dialtone.provisioning.later import Later

SHORT = b"https port: 444\nsoftkey1 label: A\nno colon\n"
LONG = b"# nothing\n" * 900 + b"softkey2 label: B\n"


def both(steps):
    """(rows and diagnostics of a draft, the same of one that has waited, drafts that were made before ``open``)."""
    made = []
    told = []
    for waits in (False, True):
        store = Store("57i")
        before = store.begin_server()
        before.layer("mac", "00085D123456.cfg", True)
        before.feed(b"softkey3 label: C\n")
        before.commit()

        def make(store=store):
            made.append(store.begin_server())
            return made[-1]

        draft = Later(store, make) if waits else store.begin_server()
        for name, *what in steps:
            getattr(draft, name)(*what)
        count = len(made)
        draft = draft.open() if waits else draft
        draft.commit()
        told.append(([list(layer.rows()) for layer in store.layers], store.diagnostics))
    return told[0], told[1], count


def test_what_little_there_is_waits():
    view = memoryview(SHORT)
    steps = [("layer", "aastra", "aastra.cfg", True), ("feed", view[:20]), ("feed", view[20:])]
    steps += [("layer", "model", "57i.cfg", True), ("keep", "mac")]
    plain, waited, early = both(steps)
    assert plain == waited and early == 0
    assert plain[0][0] and plain[0][2] and plain[1]


def test_more_is_read_at_once():
    steps = [("layer", "aastra", "aastra.cfg", True), ("feed", SHORT)]
    steps += [("feed", LONG[at : at + 1000]) for at in range(0, len(LONG), 1000)]
    steps += [("layer", "mac", "00085D123456.cfg", True), ("feed", SHORT), ("keep", "model")]
    plain, waited, early = both(steps)
    assert plain == waited and early == 1
    assert plain[0][0][-1][3] == "B" and len(plain[0][2]) == 2


def test_what_was_fed_may_change_afterwards():
    store = Store("57i")
    later = Later(store, store.begin_server)
    later.layer("aastra", "aastra.cfg", True)
    buffer = bytearray(b"https port: 445\n")
    later.feed(memoryview(buffer))
    buffer[:] = b"x" * len(buffer)
    later.open().commit()
    assert store.get("https port") == "445"


def test_a_file_that_is_too_long_is_read_at_once():
    for length, early in ((5121, 1), (None, 1), (5120, 0)):
        made = []
        store = Store("57i")
        later = Later(store, lambda made=made, store=store: made.append(store.begin_server()) or made[-1])
        later.layer("aastra", "aastra.cfg", True, length)
        assert len(made) == early
        later.feed(SHORT)
        later.open().commit()
        assert store.get("https port") == "444"
