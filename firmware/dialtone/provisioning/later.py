"""A draft that waits: what little comes of files is kept as it came, until the client has left the heap.

Where it is small the code that reads files does not fit beside the client and its connection: a phone that serves
pages would have to restart for each changed round, and a start would lack the room for the second handshake of a server
that closes after each answer. Passwords are in what waits, so it waits in the heap.
"""

from micropython import const

_ROOM = const(5120)  # bytes of all files: a few ordinary ones, a third of what is free beside a connection
_PIECE = const(255)  # bytes, with its NUL 16 blocks of the heap: there is always a hole of that size


class Later:
    """``layer``, ``keep`` and ``feed`` as of a ``config.draft.Draft``; ``make()`` gives that when it is time."""

    def __init__(self, store, make):
        self.store = store
        self._make = make
        self._steps = []
        self._left = _ROOM
        self._draft = None

    def layer(self, name, file, trusted, length=0):
        """``length``: of the file in bytes, None when its server does not tell. What is too long waits for nothing: all
        that is kept by then would lie in the way of the code that reads it.
        """
        if not self._draft and (length is None or length > self._left):
            self.open()
        if self._draft:
            return self._draft.layer(name, file, trusted)
        self._steps.append((name, file, trusted))

    def keep(self, name):
        if self._draft:
            return self._draft.keep(name)
        self._steps.append((name,))

    def feed(self, view):
        self._left -= len(view)
        if not self._draft and self._left >= 0:
            for at in range(0, len(view), _PIECE):
                self._steps.append(bytes(view[at : at + _PIECE]))
        else:
            self.open().feed(view)

    def open(self):
        """The draft, with all that has waited."""
        if not self._draft:
            self._draft = self._make()
            while self._steps:
                step = self._steps.pop(0)
                if not isinstance(step, tuple):
                    self._draft.feed(step)
                elif len(step) > 1:
                    self._draft.layer(*step)
                else:
                    self._draft.keep(*step)
        return self._draft
