"""Rows of long configuration files wait in flash for the table that checks them: it has no room beside the client."""

from dialtone.config.layer import split
from dialtone.errors import DeviceError

_FILES = ("waiting.aastra", "waiting.model", "waiting.mac", "waiting.local")


class Spool:
    """What a ``config.draft.Draft`` calls its spool. ``clear()`` when the run is over."""

    def __init__(self, storage):
        self._storage = storage
        self.clear()  # what a round has left behind in which the power went

    def add(self, index, layer):
        """Takes the rows of ``layer``, which wait for layer ``index``. DeviceError when flash is full."""
        try:
            with self._storage.open(_FILES[index], "ab") as file:
                for chunk in layer.chunks:
                    view = memoryview(chunk)[1:]  # each begins with the end of the row before it
                    if file.write(view) != len(view):  # MicroPython writes short on a full disk
                        raise OSError(28)
        except OSError:
            raise DeviceError("Cannot keep the rows of a long file: storage is full", "Shorten it, or free some flash")

    def rows(self, index):
        """Yields ``(name, mark, place, value)`` of each row that was added."""
        for line in self._storage.lines(_FILES[index]):
            name, _, tail = str(line, "utf-8").rstrip("\n").partition("\t")
            yield (name,) + split(tail)

    def drop(self, index):
        """Forgets the rows of layer ``index``."""
        self._storage.remove(_FILES[index])

    def clear(self):
        for name in _FILES:
            self._storage.remove(name)
