"""A phone's state folder on the PC: private, of one simulator at a time, with the host's own things in ``host/``."""

import fcntl
import os
from pathlib import Path

_OURS = {"host", "local.cfg", "server.rows", "key.der", "certificate.der", "identity.pem", "anchors.pem", "slots"}
_OURS |= {"boot.json", "firmware.keys"}
_LOG_BYTES = 1 << 20  # the log and the one before it: 2 MB at most


class StateError(Exception):
    """The folder cannot be used; the text says what to do."""


def prepare(folder):
    """Makes ``folder`` and ``folder/host`` with mode 0700; returns its absolute Path.

    Raises StateError when it holds somebody else's files, which must not lose their permissions.
    """
    folder = Path(folder).expanduser().absolute()
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        names = {entry.name for entry in folder.iterdir()}
        if names and not names & _OURS:
            raise StateError("%s holds other files. Give --state a new or an empty folder." % folder)
        folder.chmod(0o700)
        (folder / "host").mkdir(mode=0o700, exist_ok=True)
        (folder / "host").chmod(0o700)
    except OSError as error:
        text = "The state folder %s cannot be used: %s. Give another one with --state."
        raise StateError(text % (folder, error.strerror or error)) from None
    return folder


def lock(folder):
    """Takes the folder for this process; returns the open lock file, to be kept for as long as it is ours."""
    file = open(folder / "host" / "lock", "a+", encoding="ascii", opener=_private)
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        file.seek(0)
        owner = file.read(20).strip() or "unknown"
        file.close()
        raise StateError(
            "A simulator already runs on %s (process %s). Stop it first, or give another folder with --state."
            % (folder, owner)
        ) from None
    file.truncate(0)
    file.write("%d\n" % os.getpid())
    file.flush()
    return file


class LogFile:
    """``host/sim.log``: lines while the terminal shows the phone. A full one becomes ``sim.log.1``."""

    def __init__(self, folder):
        self.path = folder / "host" / "sim.log"
        self._file = self._open()

    def _open(self):
        return open(self.path, "a", encoding="utf-8", opener=_private)

    def write(self, line):
        self._file.write(line + "\n")
        self._file.flush()
        if self._file.tell() > _LOG_BYTES:
            self._file.close()
            os.replace(self.path, str(self.path) + ".1")
            self._file = self._open()

    def close(self):
        self._file.close()


def _private(path, flags):
    return os.open(path, flags, 0o600)
