"""Emulated built board: partitions of flash that are mapped into memory, as ``esp32.Partition`` gives them there.

The tests put it into the module esp32 of boards that have some, with their bytes in ``flash``.
"""

flash = {}  # name: bytes


class Partition(bytearray):
    """As a buffer it is what is mapped."""

    def __init__(self, name):
        if name not in flash:
            raise OSError(2)
        super().__init__(flash[name])
        self._name = name

    def info(self):
        return 1, 0x8F, 0, len(flash[self._name]), self._name, False

    def readblocks(self, number, buffer, offset=0):
        at = number * 4096 + offset
        buffer[:] = flash[self._name][at : at + len(buffer)]

    @staticmethod
    def find(kind, subtype=255, label=None):
        return [Partition(name) for name in sorted(flash) if label in (None, name)]
