"""The server's TLS context goes and comes back; a plain listener never had one."""

from dialtone import around
from dialtone.identity import current, pause


class _Listener:
    def __init__(self, context):
        self.context = context


class _Phone:
    def __init__(self):
        self.listeners = [_Listener(None), _Listener("context")]

    def contexts(self):
        return [listener.context for listener in self.listeners]


def test_it_comes_back_when_a_certificate_has_opened_the_heap_in_between():
    phone = _Phone()
    phone.heap = _Phone()
    phone.heap.reserved = False  # Phone._identified, in the middle of the round
    phone.unload = lambda *names: None
    kept = current.context
    current.context = lambda phone: "another"
    try:
        pause.begin(phone)
        around.open_again(phone)
        assert phone.contexts() == [None, "another"]
    finally:
        current.context = kept


def test_it_goes_and_comes_back():
    phone = _Phone()
    kept = current.context
    made = []
    current.context = lambda phone: made.append(phone) or "another"
    try:
        pause.end(phone)
        assert phone.contexts() == [None, "context"] and not made
        pause.begin(phone)
        pause.begin(phone)
        assert phone.contexts() == [None, 0]
        pause.end(phone)
        assert phone.contexts() == [None, "another"] and made == [phone]
    finally:
        current.context = kept
