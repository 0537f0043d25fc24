"""A board for tests without hardware: MicroPython's unix port behind a raw REPL on a pseudo-terminal."""

import os
import pty
import select
import shutil
import signal
import subprocess
import threading
import time
import tty
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
MICROPYTHON = ROOT / "build" / "bin" / "micropython"
_NEXT_LIFE = {42: "raw", 43: "friendly"}  # exit codes of raw_repl.py
_INTERRUPT_S = 0.1  # a program that got Ctrl-C is back at the prompt by then, and reads what follows as a prompt does


class EmulatedBoard:
    """``folder``: its files, or a file that is its littlefs. ``port``: what to give to mpremote or pyserial. ``lives``
    counts starts. ``binary``: what programs say and hear passes as it is, as `mpremote mount` wants it."""

    def __init__(self, folder, binary=False):
        self._binary = binary
        self.folder = Path(folder)
        if not self.folder.is_file():
            self.folder.mkdir(parents=True, exist_ok=True)
        self.lives = 0
        self.said = b""
        self._host, self._board = pty.openpty()
        tty.setraw(self._board)
        os.set_blocking(self._host, False)
        self.port = os.ttyname(self._board)
        self._process = None
        self._closing = False
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()

    def close(self):
        self._closing = True
        if self._process and self._process.poll() is None:
            self._process.kill()
        self._thread.join(10)
        os.close(self._host)
        os.close(self._board)

    def _run(self):
        mode = "friendly"
        while mode and not self._closing:
            self._start(mode)
            self._relay()
            os.close(self._state)
            mode = _NEXT_LIFE.get(self._process.wait())

    def _start(self, mode):
        self.lives += 1
        built = self.folder.with_name(self.folder.name + ".romfs_a").exists()  # what is mapped lies in the heap here
        command = [MICROPYTHON, "-X", "heapsize=" + ("3m" if built else "512k"), ROOT / "tests/host/raw_repl.py"]
        self._state, told = os.pipe()
        command += [self.folder, ROOT / "host/shims/board", mode, told]
        # Killed with the one who owns the board: a phone whose console is gone would read its end for ever
        command[:0] = [shutil.which("setpriv") or "/usr/bin/setpriv", "--pdeathsig", "KILL"]
        self._process = subprocess.Popen(
            [str(word) for word in command],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            bufsize=0,
            start_new_session=True,
            pass_fds=[told],
        )
        os.close(told)
        os.set_blocking(self._state, False)
        self._running = False

    def _relay(self):
        out = self._process.stdout.fileno()
        while True:
            ready = select.select([out, self._host], [], [], 1)[0]
            if self._host in ready:
                self._from_host(os.read(self._host, 4096))
            if out in ready:
                data = os.read(out, 4096)
                if not data:
                    return
                self._to_host(data)

    def _to_host(self, data):
        self.said += data
        # a board ends its lines with CR LF; the raw REPL's own texts have them already
        if not self._binary:
            data = data.replace(b"\r\n", b"\n").replace(b"\n", b"\r\n")
        while data:
            try:
                data = data[os.write(self._host, data) :]
            except BlockingIOError:
                if not self._waiting_reader():
                    return  # nobody listens: a wire does not keep what was said

    def _waiting_reader(self):
        """Whether somebody takes bytes from the full line within a moment."""
        return bool(select.select([], [self._host], [], 0.5)[1])

    def _from_host(self, data):
        """Ctrl-C interrupts the running program at once, as a board's receive interrupt does."""
        while data:
            before, interrupt, data = data.partition(b"\x03")
            try:
                self._process.stdin.write(before + interrupt)
                if interrupt and self._runs_program() and not self._binary:
                    self._process.send_signal(signal.SIGINT)
                    time.sleep(_INTERRUPT_S)
            except OSError:
                return  # it has just ended: a byte sent to a board that restarts is lost too

    def _runs_program(self):
        """Whether a program runs (the last that raw_repl.py said), not the prompt."""
        try:
            self._running = (os.read(self._state, 4096)[-1:] or b"0") == b"1"
        except BlockingIOError:
            pass  # nothing new
        return self._running
