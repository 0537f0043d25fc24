"""Runs first on a board. The network stack's own messages would land between the LCD frames on the serial console."""

try:
    import esp

    esp.osdebug(None)
except ImportError:
    pass  # a port whose network stack keeps quiet
