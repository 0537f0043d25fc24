"""Factory defaults: all that was set, fetched or uploaded goes. Runs just before a restart."""

import os

from micropython import const

_FOLDER = const(0x4000)  # S_IFDIR of st_mode
# The phone's own key with its certificate, what the flash tool brought, and the time below which no clock may fall
KEPT = (
    "key.der", "certificate.der", "certificate.for", "request.csr", "anchors.pem", "clock", "boot.json", "firmware.keys"
)  # fmt: skip


def erase(storage):
    """Removes every file of the phone but ``KEPT`` and the firmware slots. Returns how many."""
    count = 0
    folder = storage.path("x")[:-2]
    for name in os.listdir(folder):
        path = folder + "/" + name
        if name not in KEPT and not os.stat(path)[0] & _FOLDER:
            os.remove(path)
            count += 1
    return count
