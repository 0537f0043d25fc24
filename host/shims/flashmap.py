"""What boards/flashmap.c is on a built board, on the flash in files of esp32.py: partitions of data as memory."""

import esp32

try:
    import ffi
    import uctypes
except ImportError:  # CPython
    ffi = None
    import mmap


def view(label):
    """The partition as memory, as flash is on a board: what is written to it shows. OSError 2 when there is none."""
    part = esp32.Partition(label)
    flash, size = part._on, part.info()[3]
    if label not in flash.views:
        flash.views[label] = (_mapped if ffi else _opened)(flash.folder + "/" + label, size)
    return memoryview(flash.views[label])


def _mapped(path, size):
    libc = ffi.open(None)
    descriptor = libc.func("i", "open", "si")(path, 0)
    address = libc.func("P", "mmap", "PIiiil")(0, size, 1, 1, descriptor, 0)  # PROT_READ, MAP_SHARED
    libc.func("i", "close", "i")(descriptor)
    return uctypes.bytearray_at(address, size)


def _opened(path, size):
    with open(path, "rb") as file:
        return mmap.mmap(file.fileno(), size, prot=mmap.PROT_READ)
