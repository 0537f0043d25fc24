"""Plays a board's other heap, in which its TLS sessions live."""

_SESSION = 25600  # bytes of one: 22 to 25 KB (facts page of the board)


def play(phone, size):
    """``size`` bytes in one piece, less what the sessions take that are open now."""
    entries = phone.table.entries

    def look():
        free = size - _SESSION * len([entry for entry in entries if entry.secure])
        phone.heap.figures = free, free
        return free, free

    phone.platform.system_heap = look
