"""Log lines on their way to a syslog server: a real receiver on loopback, and what must not happen without one."""

from dialtone.config.store import Store
from dialtone.log import Log
from dialtone.net import syslog
from dialtone.platform import Clock
from test_net_sntp import listening

HEAP = "128k"  # the names of the tests: the table of identifiers takes 4.5 KB more in one piece


class _Platform:
    hostname = "57i-123456"

    def __init__(self):
        self.clock = Clock()
        self.clock.set(1780315205)  # 2026-06-01 12:00:05 UTC

    def unload(self, *names):
        pass


def _log(**values):
    """A log that sends, its receiver and its store."""
    sock, raw, port = listening()
    store = Store("57i")
    store.set_local("log server ip", "127.0.0.1", "lcd")
    store.set_local("log server port", str(port), "lcd")
    for name in values:
        store.set_local(name.replace("_", " "), values[name], "lcd")
    platform = _Platform()
    log = Log(lambda line: None, platform.clock)
    syslog.follow(log, store, platform)
    return log, sock, store, platform


def _received(sock):
    """All datagrams that have come."""
    found = []
    while True:
        try:
            data = sock.recvfrom(2000)[0]
        except OSError:
            return found
        found.append(data)


def test_a_line_is_a_message_of_rfc_5424():
    log, sock, store, platform = _log(hostname="desk-7")
    log.info("phone", "up")
    log.warning("web", "two words")
    log.error("storage", "full")
    assert _received(sock) == [
        b"<134>1 2026-06-01T12:00:05Z desk-7 dialtone - phone - up",
        b"<132>1 2026-06-01T12:00:05Z desk-7 dialtone - web - two words",
        b"<131>1 2026-06-01T12:00:05Z desk-7 dialtone - storage - full",
    ]


def test_fields_and_length_hold_for_any_text():
    log, sock, store, platform = _log()
    log.info("action uri poll", "a\r\n<0>1 forged")
    log.info("", "x" * 1000)
    log.info("web", "\u20ac" * 300)
    first, second, third = _received(sock)
    assert first.endswith(b" 57i-123456 dialtone - action_uri_poll - a??<0>1 forged") and b"\n" not in first
    assert b" dialtone - - - xxx" in second and len(second) < 480
    assert len(third) <= 480 and b" - \xef\xbb\xbf\xe2\x82\xac" in third and third[-3:] == b"\xe2\x82\xac"
    assert third.decode()


def test_a_storm_is_bounded_and_counted():
    log, sock, store, platform = _log()
    for number in range(500):
        log.info("http", "request %d" % number)
    assert len(_received(sock)) == 100
    platform.clock._uptime_ms += 10000
    log.info("http", "later")
    told = _received(sock)
    assert told[0].endswith(b" log - 400 lines not sent") and told[1].endswith(b"later") and len(told) == 2


def test_a_server_that_is_away_costs_nothing():
    log, sock, store, platform = _log()
    sock.close()  # the host answers "port unreachable" from now on
    for _ in range(5):
        log.info("phone", "still here")
    assert log.lines[-1].endswith("still here")
    log.remote.raw.close()
    log.info("phone", "and here")


def test_it_follows_the_configuration():
    log, sock, store, platform = _log()
    other, raw, port = listening()
    store.set_local("log server port", str(port), "lcd")
    syslog.follow(log, store, platform)
    log.info("phone", "moved")
    assert _received(sock) == [] and len(_received(other)) == 1
    for nobody in ("", "0.0.0.0"):
        store.set_local("log server ip", nobody, "lcd")
        syslog.follow(log, store, platform)
        assert log.remote is None
        log.info("phone", "silent")
    assert _received(other) == []


def test_a_name_without_an_address_is_told_once():
    log, sock, store, platform = _log()
    store.set_local("log server ip", "no-such-host.invalid", "lcd")
    syslog.follow(log, store, platform)
    assert log.remote is None and "no-such-host.invalid cannot be found" in log.lines[-1]
    log.info("phone", "goes on")


def test_text_is_cut_between_characters():
    for count in range(12):
        assert syslog.cut("a\u00e9\u20ac\U0001f600b".encode(), count).decode() is not None
    assert syslog.cut(b"abc", 3) == b"abc" and syslog.cut(b"abc", 2) == b"ab"
