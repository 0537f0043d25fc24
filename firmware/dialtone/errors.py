"""The few kinds of error. Each has a short text and one line of advice; secrets never appear in either."""


class DialtoneError(Exception):
    """Base of all errors that are shown to people.

    ``text`` says what is wrong, ``advice`` what to do next ("" when the text says it all).
    """

    def __init__(self, text, advice=""):
        super().__init__(text)
        self.text = text
        self.advice = advice

    def __str__(self):
        return self.text + ". " + self.advice if self.advice else self.text


class PeerError(DialtoneError):
    """The other side of a connection, or a file it sent, is wrong. ``status`` is the HTTP status to answer with."""

    def __init__(self, text, advice="", status=400):
        super().__init__(text, advice)
        self.status = status


class CallerError(DialtoneError):
    """Our own caller, or the person at the keys, asked for something that cannot be."""


class DeviceError(DialtoneError):
    """The device itself cannot: no memory, flash full, clock not set, method not in this build."""
