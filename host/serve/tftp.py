"""TFTP by tftpy, in a thread of its own. Its files come from a Folder alone, so the same rules hold as for HTTP."""

import io
import logging
import os
import tempfile
import threading
import time

_AGAIN_S = 0.2  # before it listens again: whoever sends what it cannot bear must not end it
_START_S = 5


class Tftp:
    """``folder``: a folder.Folder. ``heard(address, name, found)`` is called for each file that is asked for,
    ``tell(text)`` when something went wrong."""

    def __init__(self, folder, heard, tell):
        logging.getLogger("tftpy").setLevel(logging.CRITICAL)
        self._folder = folder
        self._heard = heard
        self._tell = tell
        self._server = None
        self._over = False
        self._failed = None
        self.port = 0

    def start(self, address, port):
        """Listens; OSError when that cannot be."""
        thread = threading.Thread(target=self._run, args=(address, port), daemon=True)
        thread.start()
        end = time.monotonic() + _START_S
        while not self.port and not self._failed and time.monotonic() < end:
            time.sleep(0.01)
        if not self.port:
            raise self._failed or OSError("TFTP does not start")

    def stop(self):
        self._over = True
        if self._server:
            self._server.stop(now=True)

    def _run(self, address, port):
        while not self._over:
            self._server = server = self._made()
            threading.Thread(target=self._note_port, args=(server,), daemon=True).start()
            try:
                server.listen(address, port)
            except Exception as error:  # of a datagram that its parser does not bear, or of the port
                if not server.is_running.is_set():
                    self._failed = error if isinstance(error, OSError) else OSError(str(error))
                    return
                self._tell("TFTP: %s: %s; it goes on" % (type(error).__name__, error))
                port = server.listenport
                for session in server.sessions.values():
                    session.end()
                server.sock.close()
                time.sleep(_AGAIN_S)

    def _note_port(self, server):
        if server.is_running.wait(_START_S):
            self.port = server.listenport

    def _made(self):
        """A server of a folder that is gone: it finds nothing there and asks for everything."""
        import tftpy

        nowhere = tempfile.mkdtemp()
        try:
            refuse = lambda *_, **__: None  # noqa: E731  nothing is uploaded
            return tftpy.TftpServer(nowhere, dyn_file_func=self._open, upload_open=refuse)
        finally:
            os.rmdir(nowhere)

    def _open(self, name, raddress=None, **_):
        if isinstance(name, bytes):
            name = name.decode("utf-8", "replace")
        name = name.lstrip("/")
        path, body = self._folder.path(name), self._folder.made(name)
        self._heard(raddress, name, bool(path) or body is not None)
        if path:
            return open(path, "rb")
        return io.BytesIO(body) if body is not None else None
