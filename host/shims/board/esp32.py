"""Emulated board: the heap that ESP-IDF keeps for itself, as a plain ESP32 has it with Wi-Fi up (facts page)."""

HEAP_DATA = 4


def idf_heap_info(kind):
    """(size, free, largest free block, least ever free) of each region."""
    return [(16384, 2048, 1024, 1024), (163840, 98304, 96256, 65536)]
