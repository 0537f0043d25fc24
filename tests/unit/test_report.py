"""What the phone tells about itself on its idle screen. Its figures have their tests with the pages and the server."""

from dialtone import report
from dialtone.lcd.panel import Panel
from fake_phone import FakeStore


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
