"""Starts the simulated phone from a ROMFS image that is mapped, not copied, as a board executes it in place.

argv: image, libc.so.6 of this interpreter. Settings and operations come on stdin, as for sim_main.
"""

import os
import sys
import uctypes
import vfs

import ffi

libc = ffi.open(sys.argv[2])
open_file = libc.func("i", "open", "si")
map_file = libc.func("P", "mmap", "PIiiil")
size = os.stat(sys.argv[1])[6]
address = map_file(0, size, 1, 2, open_file(sys.argv[1], 0), 0)  # PROT_READ, MAP_PRIVATE
vfs.mount(vfs.VfsRom(memoryview(uctypes.bytearray_at(address, size))), "/rom")
sys.path[:] = ["/rom", ".frozen"]
del libc, open_file, map_file
import sim_main  # noqa: E402

sim_main.main()
