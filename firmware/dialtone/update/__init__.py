"""Firmware images: the container, the two slots and the download into the slot that is not running."""
