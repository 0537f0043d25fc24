"""Which ports the simulated phone listens on."""

import errno
import socket

_DEFAULTS = {"http": (80, 8080), "https": (443, 8443)}  # a board's port, and the one for users who may not have it


class PortError(Exception):
    """A port cannot be had; the text says what to do."""


def choose(scheme, wanted, bind, say):
    """A port for ``scheme``: ``wanted`` if given (0: a free one), else the board's own, else 8080 or 8443, else a free
    one. ``say(text)`` hears of a default that could not be had."""
    option = "--%s-port" % scheme
    if wanted is not None:
        problem = _problem(bind, wanted)
        if problem == errno.EADDRINUSE:
            raise PortError("Port %d is in use. Choose another one with %s; 0 takes any free port." % (wanted, option))
        if problem == errno.EACCES:
            raise PortError("Port %d needs administrator rights. Choose one above 1023 with %s." % (wanted, option))
        if problem:
            raise PortError("The phone cannot listen on %s port %d (error %d). Check --bind." % (bind, wanted, problem))
        return wanted
    first, second = _DEFAULTS[scheme]
    if not _problem(bind, first):
        return first
    if not _problem(bind, second):
        say("Port %d is not free to this user: %s is on port %d." % (first, scheme.upper(), second))
        return second
    port = free(bind)
    text = "Ports %d and %d are not free: %s is on port %d. %s chooses one."
    say(text % (first, second, scheme.upper(), port, option))
    return port


def free(bind):
    """A port that is free now."""
    try:
        with _bound(bind, 0) as sock:
            return sock.getsockname()[1]
    except OSError as error:
        raise PortError("The phone cannot listen on %s (%s). Check --bind." % (bind, error.strerror)) from None


def hold(bind, port):
    """A socket that keeps others off ``port`` until it is closed; the phone, which reuses addresses, may listen there.

    A phone that asks for its network first, or restarts, would else find its port taken. None when it cannot be kept.
    """
    sock = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    try:
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        sock.bind((bind, port))  # nobody is let in: it does not listen
    except OSError:
        sock.close()
        return None
    return sock


def own_address(bind):
    """The address to show to people: ``bind`` unless that means "all of this machine's"."""
    if bind not in ("", "0.0.0.0"):
        return bind
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
        try:
            sock.connect(("192.0.2.1", 9))  # sends nothing: it only asks for the route (a documentation address)
            return sock.getsockname()[0]
        except OSError:
            return "127.0.0.1"


def _problem(bind, port):
    try:
        _bound(bind, port).close()
    except OSError as error:
        return error.errno or -1
    return 0


def _bound(bind, port):
    sock = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    try:
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        sock.bind((bind, port))
        sock.listen(1)
    except BaseException:
        sock.close()
        raise
    return sock
