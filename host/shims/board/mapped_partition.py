"""Emulated built board: its partitions of flash, as ``esp32.Partition`` and as memory, which is boards/flashmap.c's.

The tests put it into the module esp32 of boards that have some, with their bytes in ``flash``; and make it the module
``flashmap`` where MicroPython has been built with that.
"""

flash = {}  # name: bytes


def view(label):
    if label not in flash:
        raise OSError(2)
    return memoryview(flash[label])


class Partition:
    def __init__(self, name):
        if name not in flash:
            raise OSError(2)
        self._name = name

    def info(self):
        return 1, 0x8F, 0, len(flash[self._name]), self._name, False

    def readblocks(self, number, buffer, offset=0):
        at = number * 4096 + offset
        buffer[:] = flash[self._name][at : at + len(buffer)]

    @staticmethod
    def find(kind, subtype=255, label=None):
        return [Partition(name) for name in sorted(flash) if label in (None, name)]
