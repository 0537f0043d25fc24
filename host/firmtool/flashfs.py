"""The littlefs of a board, as MicroPython mounts it: built from files, and read back.

The geometry is that of MicroPython's VfsLfs2 on an ESP32 (extmod/vfs_lfsx.c). The cache is the delicate one of the
numbers: small files lie inside their folder's block, up to the size of the writer's cache, and a reader with a smaller
cache would find them cut off.
"""

from littlefs import LittleFS, LittleFSError
from littlefs.context import UserContext

BLOCK = 4096
_TRANSFER = 32
_CACHE = 4 * _TRANSFER
_LOOKAHEAD = 32
_CYCLES = 100
_VERSION = 0x00020000  # every MicroPython reads it, and one that writes 2.1 goes on with that
_NO_SPACE = LittleFSError.Error.LFS_ERR_NOSPC


class FileSystemError(Exception):
    """The files do not fit, or what should be a file system is none."""


class Flash(UserContext):
    """A partition's bytes. littlefs-python's own logs each of 100,000 accesses, which takes most of the time."""

    def read(self, cfg, block, off, size):
        start = block * cfg.block_size + off
        return self.buffer[start : start + size]

    def prog(self, cfg, block, off, data):
        start = block * cfg.block_size + off
        self.buffer[start : start + len(data)] = data
        return 0

    def erase(self, cfg, block):
        start = block * cfg.block_size
        self.buffer[start : start + cfg.block_size] = b"\xff" * cfg.block_size
        return 0


def _opened(buffer, version=0):
    fields = {
        "block_size": BLOCK,
        "block_count": len(buffer) // BLOCK,
        "read_size": _TRANSFER,
        "prog_size": _TRANSFER,
        "cache_size": _CACHE,
        "lookahead_size": _LOOKAHEAD,
        "block_cycles": _CYCLES,
        "disk_version": version,
    }
    return LittleFS(Flash(buffer=buffer), mount=False, **fields)


def build(files, size, reserve=0):
    """The bytes of a partition of ``size`` that holds ``files`` ({absolute path: bytes}).

    ``reserve``: bytes that must be left for what the board itself stores. Raises FileSystemError.
    """
    buffer = bytearray(b"\xff" * size)
    try:
        system = _opened(buffer, _VERSION)
        system.format()
        system.mount()
        for path, data in files.items():
            folder = path.rpartition("/")[0]
            if folder:
                system.makedirs(folder, exist_ok=True)
            with system.open(path, "wb") as file:
                file.write(data)
        left = (system.block_count - system.used_block_count) * BLOCK
        system.unmount()
    except LittleFSError as error:
        if error.code == _NO_SPACE:
            raise FileSystemError("%d files do not fit into %d KB" % (len(files), size // 1024)) from None
        raise FileSystemError("%s cannot be written: %s" % (path, error)) from None
    if left < reserve:
        text = "%d files leave %d KB of %d for what the phone stores, which needs %d"
        raise FileSystemError(text % (len(files), left // 1024, size // 1024, reserve // 1024))
    return bytes(buffer)


def read(image):
    """{absolute path: bytes} of all files in a partition's bytes. Raises FileSystemError."""
    system = _opened(bytearray(image))
    try:
        system.mount()
        found = {}
        for folder, _, names in system.walk("/"):
            for name in names:
                path = folder.rstrip("/") + "/" + name
                with system.open(path, "rb") as file:
                    found[path] = file.read()
        return found
    except LittleFSError as error:
        raise FileSystemError("that is no littlefs of a board: %s" % error) from None


