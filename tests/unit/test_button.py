from dialtone.button import Button


class Finger:
    """A button that is looked at every 100 ms; ``seen``: what it said and did."""

    def __init__(self):
        self.down = False
        self.seen = []
        self.now = 0
        self.button = Button(lambda: self.down, self.seen.append)

    def hold(self, seconds):
        self.down = True
        self._pass(seconds)

    def let_go(self):
        self.down = False
        self._pass(1)

    def _pass(self, seconds):
        for _ in range(int(seconds * 10)):
            self.now += 100
            self.button.look(self.now)


def test_a_short_press_does_nothing():
    finger = Finger()
    for _ in range(3):
        finger.hold(1.9)
        finger.let_go()
    assert finger.seen == []


def test_two_seconds_open_the_set_up_when_it_is_let_go():
    finger = Finger()
    finger.hold(5)
    assert finger.seen == ["hint"]
    finger.let_go()
    assert finger.seen[1:] == ["", "set-up"]


def test_ten_seconds_bring_factory_defaults_once():
    finger = Finger()
    finger.hold(9.9)
    assert "defaults" not in finger.seen
    finger.hold(30)
    finger.let_go()
    assert finger.seen == ["hint", "defaults", ""], "and no set-up behind it"
    finger.hold(10.2)
    assert finger.seen[3:] == ["hint", "defaults"]
