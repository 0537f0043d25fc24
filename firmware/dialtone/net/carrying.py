"""How many TLS sessions a board's memory carries, and who makes room for another. Loaded where it is asked."""

import gc
import time

from micropython import const

_BLOCK = const(20480)  # of the system's heap in one piece: a TLS session has a buffer of 16.7 KB in it
_SESSION = const(45056)  # of the system's heap free: one session more (22 to 25 KB) leaves 20 KB to radio and sockets


def find_heap():
    """What gives (free bytes, largest free block) of the heap that TLS and the radio live in; None without such a one.

    ESP-IDF has several regions; MicroPython's own heap grows by taking the largest blocks of them, too.
    """
    try:
        import esp32

        esp32.idf_heap_info(esp32.HEAP_DATA)
    except (ImportError, AttributeError):
        return None  # a chip of another kind

    def look():
        regions = esp32.idf_heap_info(esp32.HEAP_DATA)
        return sum([region[1] for region in regions]), max([region[2] for region in regions])

    return look


def carrier(system):
    """``carries(n)`` for a Listener: whether the heap of which ``system()`` gives (free bytes, largest free block) has
    room for one TLS session beside ``n`` others. The first one only has to fit: a phone that nobody reaches is worth
    less than the last reserve.
    """

    def carries(sessions):
        for _ in range(2):
            free, block = system()
            if block >= _BLOCK and (not sessions or free >= _SESSION):
                return True
            gc.collect()  # a session that has ended may still be there
        return False

    return carries


def end_idle(entries):
    """Ends the TLS session that has waited longest for another request; not one whose handshake or first request is
    under way, or two browsers would end each other's for ever.
    """
    oldest = None
    for entry in entries:
        if entry.secure and entry.begun and entry.is_idle and not entry.expired:
            if oldest is None or time.ticks_diff(entry.used, oldest.used) < 0:
                oldest = entry
    if oldest:
        oldest.expire()
