"""Keys of a phone whose heap is full: handled, or refused so that a person sees it."""

from dialtone.phone import Phone
from support import raises


class Platform:
    model = "57i"
    lines = 0

    def __init__(self):
        self.log = self.clock = self.storage = self
        self.lines_logged = []
        self.frames = []
        self.full = 0

    def random(self, count):
        return bytes(count)

    def unload(self, *names):
        pass

    def error(self, area, text):
        self.lines_logged.append(text)

    def on_screen(self, rows, labels):
        if self.full:
            self.full -= 1
            raise MemoryError
        self.frames.append(rows)


class Screen:
    """``wants``: so often more there is no memory for a key."""

    def __init__(self, wants):
        self.wants = wants
        self.keys = []

    def render(self, panel):
        return ["A screen"], ()

    def key(self, panel, key):
        if self.wants:
            self.wants -= 1
            raise MemoryError
        self.keys.append(key)
        return True


def _open(wants):
    phone = Phone(Platform())
    relieved = []
    phone.heap.relieve = lambda: relieved.append(1)
    phone.panel.idle.title = "Ready"
    phone.panel.push(Screen(wants))
    phone.platform.frames.clear()
    return phone, phone.platform, relieved


def test_a_key_without_memory_is_pressed_once_more():
    phone, platform, relieved = _open(1)
    screen = phone.panel.top()
    phone.press("down")
    assert screen.keys == ["down"] and len(relieved) == 1 and phone.panel.top() is screen
    assert len(platform.frames) == 1 and not platform.lines_logged and not phone.heap.worn


def test_a_key_that_lacks_its_frame_only_is_not_pressed_again():
    phone, platform, _ = _open(0)
    screen = phone.panel.top()
    platform.full = 1
    phone.press("down")
    assert screen.keys == ["down"] and platform.frames[0][0] == "A screen"


def test_a_key_that_cannot_be_handled_is_refused_for_all_to_see():
    phone, platform, relieved = _open(2)
    phone.press("down")
    assert len(relieved) == 2 and phone.heap.worn and "down, press it again" in platform.lines_logged[0]
    assert phone.panel.top() is phone.panel.idle and platform.frames[-1][0] == "Ready"


def test_not_even_a_frame_finds_memory_at_first():
    phone, platform, _ = _open(2)
    platform.full = 1
    phone.press("down")
    assert platform.frames[-1][0] == "Ready" and len(platform.lines_logged) == 1
    phone, platform, _ = _open(2)
    platform.full = 2
    with raises(MemoryError):  # the caller tells
        phone.press("down")
    assert not phone.panel.screens()


def test_a_push_without_memory_for_its_task_is_in_nobodys_way():
    phone = Phone(Platform())
    spawned = []

    def spawn(name, coroutine):
        coroutine.close()
        spawned.append(name)
        if len(spawned) == 1:
            raise MemoryError

    phone.supervisor.spawn = spawn
    with raises(MemoryError):
        phone.on_push(b"<a/>")
    assert phone.pushed is None
    for text in (b"<b/>", b"x" * 2999, b"<c/>"):
        phone.on_push(text)
    assert len(spawned) == 2 and phone.pushed == [b"<c/>"], "of many the last ones"
