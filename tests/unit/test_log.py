from dialtone.log import Log, clean


class Clock:
    def __init__(self):
        self.now = 7

    def uptime_s(self):
        return self.now


def test_a_line_has_time_area_level_and_clean_text():
    told = []
    log = Log(told.append, Clock(), keep=2)
    log.info("phone", "up")
    log.warning("web", "a\nb\x1b[2Jc\x9b")
    log.error("storage", ValueError("full"))
    assert told == ["7 phone: up", "7 web: warning: a?b?[2Jc?", "7 storage: error: full"]
    assert log.lines == told[1:], "only the last ones are kept"
    assert len(clean("x" * 1000)) == 300


def test_a_storm_of_warnings_is_counted_not_told():
    told = []
    clock = Clock()
    log = Log(told.append, clock)
    for number in range(500):
        log.warning("web", "refused %d" % number)
        log.error("web", "no memory")
    assert len(told) == 20
    log.info("phone", "restart")
    assert told[-1] == "7 phone: restart", "what is ours is always told"
    clock.now += 10
    log.warning("web", "again")
    assert told[-2:] == ["17 log: 980 warnings and errors left out", "17 web: warning: again"]
    for _ in range(30):
        log.warning("web", "again")
    assert len(told) == 22 + 20


def test_few_warnings_are_all_told():
    told = []
    clock = Clock()
    log = Log(told.append, clock)
    for _ in range(100):
        log.warning("web", "once a second")
        clock.now += 1
    assert len(told) == 100
