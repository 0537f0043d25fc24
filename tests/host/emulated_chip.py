"""A bare ESP32 for tests without hardware: its boot loader on a TCP port, and behind it whatever was flashed.

The first who connects finds the boot loader, as esptool does after a reset. When it hangs up, the chip starts what is
in its flash: MicroPython's unix port on the littlefs that lies where the partition table says. Whoever comes next talks
to its console.
"""

import hashlib
import os
import select
import socket
import struct
import threading

from emulated_board import EmulatedBoard
from esp32_mock_bootloader import protocol, server
from host.firmtool import partitions

# "MicroPython": headers as Espressif's "Firmware image format" has them, around a program that nobody runs
_HEADER = struct.Struct("<BBBBI4BHBHH4sB")
BANNER = b"MicroPython v1.26.1 on 2025-09-11"
_CHIPS = {"esp32": 0, "esp32s3": 9}
_TABLE = [
    partitions.Partition("nvs", "data", 2, 0x9000, 0x6000),
    partitions.Partition("phy_init", "data", 1, 0xF000, 0x1000),
    partitions.Partition("factory", "app", 0, 0x10000, 0x1F0000),
]


def program(chip, text, length):
    """A program image of one segment, with checksum and SHA-256, as image-info and the boot loader check them."""
    data = text.ljust(length, b"\0")
    image = _HEADER.pack(0xE9, 1, 2, 0x20, 0x40080000, 0xEE, 0, 0, 0, _CHIPS[chip], 0, 0, 0xFFFF, b"", 1)
    image += struct.pack("<II", 0x3F400020, len(data)) + data
    image += b"\0" * (15 - len(image) % 16)
    check = 0xEF
    for byte in data:
        check ^= byte
    image += bytes([check])
    return image + hashlib.sha256(image).digest()


def micropython(chip="esp32", offset=0x1000, table=None, banner=BANNER):
    """An image such as MicroPython's makers publish: boot loader, partition table and program side by side."""
    image = program(chip, b"boot loader", 256).ljust(partitions.AT - offset, b"\xff")
    image += partitions.to_binary(table or _TABLE)
    return image.ljust(0x10000 - offset, b"\xff") + program(chip, banner, 40000)


class EmulatedChip:
    """``port``: what to give to esptool and pyserial. ``flash``: its bytes. ``board``: what runs in it, if any."""

    def __init__(self, folder, chip="esp32"):
        self._folder = folder
        self._chip = chip
        self._image = server.FlashImage()
        self.board = None
        self._stop = threading.Event()
        self._listener = socket.create_server(("127.0.0.1", 0))
        self._listener.settimeout(0.2)
        self.port = "socket://127.0.0.1:%d" % self._listener.getsockname()[1]
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()

    @property
    def flash(self):
        return self._image.data

    def close(self):
        self._stop.set()
        self._thread.join(10)
        self._listener.close()
        if self.board:
            self.board.close()

    def _run(self):
        while not self._stop.is_set():
            try:
                connection = self._listener.accept()[0]
            except TimeoutError:
                continue
            if self.board:
                self._console(connection)
                continue
            line = server.BootloaderConnection(sock=connection)
            server.handle_client(line, self._stop, self._chip, exit_on_disconnect=True, flash=self._image)
            if self._image.data[partitions.AT] != 0xFF:
                self._start()

    def _start(self):
        rows = partitions.from_binary(bytes(self.flash[partitions.AT :][: partitions.BYTES]))
        offset, size = partitions.file_system(rows, protocol.FLASH_MOCK_SIZE)
        files = self._folder / "littlefs.bin"
        files.write_bytes(self.flash[offset : offset + size])
        for row in rows:
            if row.name.startswith("romfs_"):
                part = self.flash[row.offset : row.offset + row.size]
                files.with_name(files.name + "." + row.name).write_bytes(part)
        self.board = EmulatedBoard(files)

    def _console(self, connection):
        line = os.open(self.board.port, os.O_RDWR | os.O_NOCTTY)
        try:
            while not self._stop.is_set():
                for ready in select.select([connection, line], [], [], 0.2)[0]:
                    data = connection.recv(4096) if ready is connection else os.read(line, 4096)
                    if not data:
                        return
                    connection.sendall(data) if ready is line else os.write(line, data)
        except OSError:
            pass  # it hung up
        finally:
            os.close(line)
            connection.close()
