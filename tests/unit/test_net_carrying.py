"""How many sessions a board's memory carries; who ends for another is tested with the listener."""

from dialtone.net.carrying import carrier


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
