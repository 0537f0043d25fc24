"""The page with the last TLS connections."""

from fake_phone import FakePhone
from webui_support import PageStore, ask


def _phone(*events):
    phone = FakePhone(PageStore())
    phone.platform.tls_events = list(events)
    return phone


def test_connections_are_told():
    good = "2027-01-15 08:00\thost:443\tTLSv1.3\tTLS1-3-AES-256-GCM-SHA384\tRoot > leaf\tverified\t"
    bad = "2027-01-15 07:00\tevil:443\t\t\t<b>x</b>\trefused\tBad Certificate: it has expired"
    status, text, _ = ask("/tlsEvents.html", phone=_phone(good, bad))
    assert status == 200 and text.find("host:443") < text.find("evil:443")
    for part in ("TLSv1.3", "Root &gt; leaf", "verified", "&lt;b&gt;x", "it has expired", ">TLS Connections</h1>"):
        assert part in text, part
    assert "<b>x" not in text


def test_before_the_first_one():
    assert "None since the phone has started" in ask("/tlsEvents.html", phone=_phone())[1]
