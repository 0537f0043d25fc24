"""The server's TLS context leaves the heap while nobody is let in: 2 KB, which a round with the server may lack."""


def begin(phone):
    """No TLS connection can be accepted until ``end``."""
    for listener in phone.listeners:
        if listener.context:
            listener.context = 0  # None is that of a plain listener


def end(phone):
    """It is made again from the files in flash. MemoryError or DeviceError when that cannot be done."""
    waiting = [listener for listener in phone.listeners if listener.context == 0]
    if waiting:
        from dialtone.identity import current

        made = current.context(phone)
        for listener in waiting:
            listener.context = made
