"""What the phone tells about itself: the figures of its status, and the warning on its idle screen."""

import json

from dialtone import polled, report
from dialtone.config.layer import Layer
from dialtone.lcd.panel import Panel
from fake_phone import FakePlatform, FakeStore


class _Anything:
    pass


def _told():
    """A phone with figures, and a function that sets one and gives what ``as_json`` then says."""
    phone, faces = _Anything(), _Anything()
    phone.store, phone.platform = FakeStore(https_client_method="TLS"), FakePlatform()
    phone.clock, phone.heap, phone.table = _Anything(), _Anything(), _Anything()
    phone.clock.uptime_s = lambda: 7
    phone.heap.free, phone.heap.used, phone.table.entries = 20000, 90000, [1, 2]
    phone.store.generation, phone.fingerprint, phone.lacks = 1, "ab", ""
    phone.why = ""
    phone.outcome = ("applied", "https://config.example/", (("aastra.cfg", 200, 12),), None, "", None)
    faces.figures = None

    def said(thing=None, name="", value=None):
        if thing:
            setattr(thing, name, value)
        text = json.loads(b"".join(polled.as_json(phone, faces)))
        assert text == report.status(phone)
        return text

    return phone, faces, said


def test_each_change_of_a_figure_shows_at_once():
    phone, faces, said = _told()
    seen = [said()]
    kept = "kept", "", (), None, "", None
    for thing, name, value in (
        (phone.clock, "uptime_s", lambda: 8),
        (phone.heap, "free", 19000),
        (phone.heap, "used", 91000),
        (phone.table, "entries", [1]),
        (phone, "outcome", kept),
        (phone, "fingerprint", "cd"),
        (phone, "why", "Firmware 2.0 did not start"),
        (phone.platform, "address", lambda: "192.0.2.8"),
    ):
        seen.append(said(thing, name, value))
        assert seen[-1] != seen[-2], name
        assert said() == seen[-1], name
    phone.store.values["https client method"] = "TLSv1.2"
    assert said(phone.store, "generation", 2)["https"]["method"] == "TLSv1.2"


def test_the_text_is_kept_while_nothing_changes():
    phone, faces, said = _told()
    first = polled.as_json(phone, faces)
    assert polled.as_json(phone, faces) is first
    phone.heap.free = 1
    second = polled.as_json(phone, faces)
    assert second is not first and second[1] is first[1], "what seldom changes is not written again"


def _hash(*files):
    """The hash of the configuration that has these rows: a list of (name, line, value) for each file, then others."""
    phone, _, said = _told()
    layers = []
    for rows in files:
        layers.append(Layer())
        for name, line, value in rows:
            layers[-1].append(name, "-", line, value)
    phone.store.layers = layers
    return said()["configuration"]["hash"]


def test_the_configuration_has_a_hash():
    some = [("softkey%d value" % n, n, "https://pbx.example/%d.xml" % n) for n in range(1, 60)]
    first = _hash(some, [], [("hostname", 1, "a")], [])
    assert len(first) == 16 and first == _hash(some, [], [("hostname", 1, "a")], [("dst config", 0, "set here")])
    assert first != _hash(some, [], [("hostname", 1, "b")], [])
    assert first != _hash(some, [("hostname", 1, "a")], [], []), "another file"
    assert first != _hash(some[:-1], [], [("hostname", 1, "a")], [])
    salted = [_hash([("admin password", 3, "$pbkdf2-sha256$1$%s$x" % salt)], [], [], []) for salt in "ab"]
    assert salted[0] == salted[1] == _hash([], [], [], []), "each phone has a salt of its own"


class _Phone:
    def __init__(self, method):
        self.store = FakeStore(https_client_method=method)
        self.panel = Panel(24, 8)

    def set(self, method):
        self.store.values["https client method"] = method
        report.warn(self)
        return " ".join(self.panel.rows())


def test_an_old_method_is_named_for_as_long_as_it_is_set():
    phone = _Phone("TLS")
    for method in ("SSLv3", "TLSv1"):
        assert phone.set(method).count("Insecure method in use") == 1
        assert method + " can be" in phone.set(method)
        for safe in ("TLS", "TLSv1.3", "TLSv1.2"):
            assert "nsecure" not in phone.set(safe)
    assert phone.panel.idle.warning == phone.panel.idle.advice == ""


def test_another_warning_does_not_hide_it_and_stays():
    phone = _Phone("TLS")
    phone.panel.idle.warning, phone.panel.idle.advice = "Server not found", "Check the name"
    for _ in range(2):
        shown = phone.set("SSLv3")
        assert "! Server not found" in shown and shown.count("Insecure method in use") == 1
        assert "nsecure" not in phone.set("TLS")
    assert (phone.panel.idle.warning, phone.panel.idle.advice) == ("Server not found", "Check the name")
