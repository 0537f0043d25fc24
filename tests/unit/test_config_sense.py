"""What is legal in configuration files and does nothing, or not what it seems to."""

from dialtone.config import sense
from dialtone.config.store import Store

# rows of a file -> the names that are told
CASES = (
    ("", ""),
    ("time zone minutes: -60", "time zone minutes"),
    ("time zone name: DE-Berlin\ntime zone minutes: -60\ndst start month: 3", "time zone minutes, dst start month"),
    ("time zone name: Custom\ntime zone minutes: -60\ndst minutes: 30", ""),
    ("time zone name: Custom\ndst end month: 3", "dst end month"),
    ("time zone name: Custom\ndst start month: 3\ndst end month: 10", ""),
    ("download protocol: FTP\nftp server: 10.0.0.1", "download protocol"),
    ("download protocol: HTTP\nhttps server: a.example", "download protocol"),
    ("download protocol: HTTP\nhttps server: a.example\nhttp server: b.example", ""),
    ("download protocol: TFTP\nuse alternate tftp: 1", "use alternate tftp"),
    ("download protocol: TFTP\nuse alternate tftp: 1\nalternate tftp server: 10.0.0.2", ""),
    ("download protocol: HTTP\nhttp server: b\nhttps user certificates: ca.pem", "https user certificates"),
    ("download protocol: HTTP\nhttp server: b\nhttps user certificates: HTTPS://a.example/ca.pem", ""),
    ("firmware server: ftp://a.example/x", "firmware server"),
    ("config files number of reattempt: 3", "config files number of reattempt"),
    ("config files mandatory download: aastra.cfg", "config files mandatory download"),
    ("config files mandatory download: aastra.cfg\nconfig files number of reattempt: -1", ""),
    ("action uri poll: http://a/", "action uri poll"),
    ("action uri poll interval: 60", "action uri poll interval"),
    ("action uri poll: http://a/\naction uri poll interval: 9", "action uri poll interval"),
    ("action uri poll: http://a/\naction uri poll interval: 10", ""),
    ("auto resync time: 03:00", "auto resync time"),
    ("auto resync time: 03:00\nauto resync mode: 1", ""),
    ("xml application title: Mine", "xml application title"),
    ("xml application uri: http://a/\nservices script: http://b/", "xml application uri"),
    ("options password enabled: 1", "options password enabled"),
    ("options password enabled: 1\nuser password: 7", ""),
)


def _store(text):
    store = Store("57i")
    draft = store.begin_server()
    draft.layer("aastra", "aastra.cfg", True)
    draft.feed(text.encode() + b"\n")
    draft.commit()
    assert not store.diagnostics, store.diagnostics
    return store


class Log:
    def __init__(self):
        self.lines = []

    def warning(self, part, text):
        self.lines.append(text)


def test_every_rule_speaks_when_it_must_and_not_beside_what_it_asks_for():
    for text, names in CASES:
        store = _store(text)
        found = [name for name, _ in sense.odd(store.get)]
        assert ", ".join(found) == names, (text, found)
        for name in found:
            assert store.winner(name)[0] == 0, "a row of the file is told, never one that nobody wrote"


def test_the_phone_tells_file_and_line_once_and_forgets_it_when_it_is_right():
    store = _store("# x\nauto resync time: 03:00\n")
    store.diagnostics = [("57i.cfg", 1, 1, "no colon behind the name", "")]
    log = Log()
    for _ in range(2):
        sense.tell(store, log)
        assert store.diagnostics == [
            ("57i.cfg", 1, 1, "no colon behind the name", ""),
            ("aastra.cfg", 2, 0, "auto resync time does nothing: auto resync mode is 0", ""),
        ]
    assert log.lines[0] == "aastra.cfg line 2: auto resync time does nothing: auto resync mode is 0"
    store.set_local("auto resync mode", "3", "lcd")
    sense.tell(store, log)
    assert len(store.diagnostics) == 1 and len(log.lines) == 2


def test_what_was_set_here_is_the_persons_own_matter():
    store = _store("")
    store.set_local("auto resync time", "03:00", "lcd")
    sense.tell(store, Log())
    assert not store.diagnostics


def test_diagnostics_stay_bounded():
    store = _store("auto resync time: 03:00\ntime zone minutes: 1\nxml application title: x")
    store.diagnostics = [("57i.cfg", n, 1, "x", "") for n in range(19)]
    sense.tell(store, Log())
    assert len(store.diagnostics) == 20
