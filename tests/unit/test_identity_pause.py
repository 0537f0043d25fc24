"""The server's TLS context goes and comes back; a plain listener never had one."""

from dialtone.identity import current, pause


class _Listener:
    def __init__(self, context):
        self.context = context


class _Phone:
    def __init__(self):
        self.listeners = [_Listener(None), _Listener("context")]

    def contexts(self):
        return [listener.context for listener in self.listeners]


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
