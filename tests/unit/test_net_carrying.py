"""How many sessions a board's memory carries, and which of them ends for another."""

from dialtone.net.carrying import carrier, end_idle


class Entry:
    def __init__(self, used, secure=True, begun=True, is_idle=True, expired=False):
        self.used, self.secure, self.begun, self.is_idle, self.expired = used, secure, begun, is_idle, expired
        self.ended = False

    def expire(self):
        self.ended = True


def test_the_session_that_was_idle_for_longest_ends():
    entries = [
        Entry(1, secure=False),
        Entry(2, begun=False),  # in its handshake: two browsers would end each other's for ever
        Entry(3, is_idle=False),
        Entry(4, expired=True),
        Entry(6),
        Entry(5),
        Entry(7),
    ]
    end_idle(entries)
    assert [entry.used for entry in entries if entry.ended] == [5]
    end_idle(entries[:4])
    end_idle([])
    assert not [entry for entry in entries[:4] if entry.ended], "nobody has to go"


def test_the_systems_heap_decides_how_many_tls_sessions_there_are():
    """Of a board: 96 KB free with Wi-Fi up, 25 KB for each session, 20 KB that stay."""
    figures = []
    carries = carrier(lambda: figures[0])
    for free, block, most in (
        (96, 94, 9),
        (50, 48, 9),
        (43, 43, 1),
        (30, 21, 1),
        (96, 19, 0),  # in pieces: no session fits
        (10, 10, 0),
    ):
        figures[:] = [(free * 1024, block * 1024)]
        assert [count for count in range(9) if carries(count)] == list(range(most)), (free, block)


def test_a_session_that_has_just_ended_is_collected_first():
    figures = [(20000, 10000), (60000, 60000)]
    assert carrier(lambda: figures.pop(0))(1) and not figures
