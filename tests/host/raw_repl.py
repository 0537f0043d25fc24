"""Runs under MicroPython's unix port, as an emulated board: its prompt, raw REPL and start scripts on stdin and stdout.

Arguments: folder that becomes "/" (or a file, the littlefs of a flash), folder of the emulated board's modules, "raw"
or "friendly" (how the last life ended), number of a descriptor that hears "1" when a program begins and "0" at the
prompt (Ctrl-C is a byte there), and of the watchdog (machine.py); the cause of this start, a number of that module.
A soft reset is an exit with a code; emulated_board.py starts the next life, so every life has a clean memory.
"""

import io
import os
import sys

import vfs

SOFT_RESET = {"raw": 42, "friendly": 43}
WINDOW = 120  # bytes of raw paste that the host may send ahead; below 128, so that it is one byte as text too
CTRL_A, CTRL_B, CTRL_C, CTRL_D, CTRL_E = b"\x01", b"\x02", b"\x03", b"\x04", b"\x05"
BANNER = 'MicroPython emulated board; Type "help()" for more information.\r\n'


class Flash:
    """A folder as flash: a VfsPosix whose ``rename`` does not take both names for the second (MicroPython 1.28,
    extmod/vfs_posix.c). No class derived from it: imports would not find absolute paths in there.
    """

    def __init__(self, root):
        self._files = vfs.VfsPosix(root)

    def __getattr__(self, name):
        return getattr(self._files, name)

    def rename(self, old, new):
        piece = bytearray(4096)
        with self.open(old, "rb") as source, self.open(new, "wb") as target:
            while count := source.readinto(piece):
                target.write(memoryview(piece)[:count])
        self.remove(old)


class Blocks:
    """A file as the partition that a littlefs lies on (MicroPython's documentation, vfs.AbstractBlockDev)."""

    SIZE = 4096

    def __init__(self, path):
        self._file = open(path, "r+b")
        self._count = os.stat(path)[6] // self.SIZE

    def readblocks(self, number, buffer, offset=0):
        self._file.seek(number * self.SIZE + offset)
        self._file.readinto(buffer)

    def writeblocks(self, number, buffer, offset=0):
        self._file.seek(number * self.SIZE + offset)
        self._file.write(buffer)

    def ioctl(self, what, number):
        if what == 3:
            self._file.flush()
        elif what == 4:
            return self._count
        elif what == 5:
            return self.SIZE
        elif what == 6:
            self.writeblocks(number, b"\xff" * self.SIZE)
        return 0


def flash(path):
    """What becomes "/": of a folder, or of a file with a littlefs in it."""
    return Flash(path) if os.stat(path)[0] & 0x4000 else vfs.VfsLfs2(Blocks(path))


def mapped(path):
    """{name: bytes} of the partitions beside the littlefs ``path`` that a built board maps into memory."""
    found = {}
    for name in ("romfs_a", "romfs_b"):
        try:
            with open(path + "." + name, "rb") as file:
                found[name] = file.read()
        except OSError:
            pass  # a board with MicroPython's own image
    return found


def write(text):
    sys.stdout.write(text)


def read():
    """One byte from the host."""
    while True:
        try:
            byte = sys.stdin.buffer.read(1)
        except KeyboardInterrupt:
            continue
        if not byte:
            sys.exit(0)
        return byte


def run(program, space):
    """Runs a program; returns the error that ended it, or None."""
    state.write(b"1\n")
    try:
        exec(program, space)
    except SystemExit:
        raise
    except BaseException as error:
        return error
    finally:
        state.write(b"0\n")


def run_file(name, space):
    """boot.py or main.py, as a board runs them; tells whether all is well."""
    try:
        with open("/" + name) as file:
            source = file.read()
    except OSError:
        return True
    error = run(source, space)
    if error:
        sys.print_exception(error)
    return not error


def soft_reset(mode):
    write(("OK\r\n" if mode == "raw" else "") + "MPY: soft reboot\r\n")
    sys.exit(SOFT_RESET[mode])


def paste():
    """The program of a raw paste (REPL documentation, "raw-paste mode"), or None when the host broke off."""
    write("R\x01" + chr(WINDOW) + "\x00\x01")
    program = bytearray()
    left = 2 * WINDOW
    while True:
        byte = read()
        if byte == CTRL_D:
            write("\x04")
            return bytes(program)
        if byte == CTRL_C:
            return None
        program.extend(byte)
        left -= 1
        if left <= WINDOW:
            write("\x01")
            left += WINDOW


def execute(program, space):
    """Runs a raw program; its errors go behind the first end mark, as on a board."""
    error = run(program, space)
    text = io.StringIO()
    if error:
        sys.print_exception(error, text)
    write("\x04" + text.getvalue() + "\x04>")


def raw(space):
    write("raw REPL; CTRL-B to exit\r\n>")
    line = bytearray()
    while True:
        byte = read()
        if byte == CTRL_A and line == CTRL_E + b"A":
            line = bytearray()
            program = paste()
            if program is not None:
                execute(program, space)
        elif byte == CTRL_A:
            line = bytearray()
            write("raw REPL; CTRL-B to exit\r\n>")
        elif byte == CTRL_B:
            return
        elif byte == CTRL_C:
            line = bytearray()
        elif byte == CTRL_D:
            if not line:
                soft_reset("raw")
            write("OK")
            program, line = bytes(line), bytearray()
            execute(program, space)
        elif line or byte not in b"\r\n":
            line.extend(byte)


def main():
    root, modules, mode = sys.argv[1:4]
    files, partitions = flash(root), mapped(root)
    vfs.umount("/")
    vfs.mount(files, "/")
    vfs.mount(vfs.VfsPosix(modules), "/rom")
    os.chdir("/")
    sys.path[:] = ["/rom", "", ".frozen", "/lib"]
    if partitions:
        import esp32
        import mapped_partition

        mapped_partition.flash.update(partitions)
        esp32.Partition = mapped_partition.Partition
        sys.modules["flashmap"] = mapped_partition
    space = {"__name__": "__main__"}
    if run_file("boot.py", space) and mode == "friendly":
        run_file("main.py", space)
    while True:
        if mode == "friendly":
            write(BANNER + ">>> ")
            byte = read()
            while byte != CTRL_A:
                if byte == CTRL_D:
                    soft_reset("friendly")
                if byte == CTRL_B:
                    write("\r\n" + BANNER)
                if byte in (CTRL_B, CTRL_C, b"\r"):
                    write("\r\n>>> ")
                byte = read()
        raw(space)
        mode = "friendly"


state = open(int(sys.argv[4]), "wb", 0)
main()
