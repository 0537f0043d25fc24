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
_POWER, _WATCHDOG, _SOFT = 1, 3, 5  # causes of a start, as machine.py has them
_INTERRUPT_S = 0.1  # a program that got Ctrl-C is back at the prompt by then, and reads what follows as a prompt does


class EmulatedBoard:
    """``folder``: its files, or a file that is its littlefs. ``port``: what to give to mpremote or pyserial. ``lives``
    counts starts, ``bites`` those by the watchdog, which has ``watchdog_s`` (0: there is none) and runs ``hurry`` times
    as fast. ``binary``: what programs say and hear passes as it is, as `mpremote mount` wants it."""

    def __init__(self, folder, binary=False):
        self._binary = binary
        self.folder = Path(folder)
        if not self.folder.is_file():
            self.folder.mkdir(parents=True, exist_ok=True)
        self.lives = self.bites = self.watchdog_s = 0
        self.hurry = 1
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
        mode, cause = "friendly", _POWER
        while mode and not self._closing:
            self._start(mode, cause)
            bitten = self._relay()
            os.close(self._state)
            code = self._process.wait()
            mode, cause = ("friendly", _WATCHDOG) if bitten else (_NEXT_LIFE.get(code), _SOFT)
            self.bites += bitten

    def _start(self, mode, cause):
        self.lives += 1
        built = self.folder.with_name(self.folder.name + ".romfs_a").exists()  # what is mapped lies in the heap here
        command = [MICROPYTHON, "-X", "heapsize=" + ("3m" if built else "512k"), ROOT / "tests/host/raw_repl.py"]
        self._state, told = os.pipe()
        command += [self.folder, ROOT / "host/shims/board", mode, told, cause]
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
        self._heard, self._deadline, self.watchdog_s = b"", None, 0

    def _relay(self):
        """Until this life ends; whether the watchdog has ended it."""
        out = self._process.stdout.fileno()
        lines = [out, self._host, self._state]
        while True:
            ready = select.select(lines, [], [], 0.5)[0]
            if self._state in ready and not self._hear():
                lines.remove(self._state)  # it ends; its last words come
            if self._deadline and time.monotonic() > self._deadline:
                self._process.kill()
                return True
            if self._host in ready:
                self._from_host(os.read(self._host, 4096))
            if out in ready:
                data = os.read(out, 4096)
                if not data:
                    return False
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
        self._hear()
        return self._running

    def _hear(self):
        """What raw_repl.py and machine.py say of the board's state; False when nobody says anything any more."""
        try:
            data = os.read(self._state, 4096)
        except BlockingIOError:
            return True  # nothing new
        *lines, self._heard = (self._heard + data).split(b"\n")
        for line in lines:
            if line in (b"0", b"1"):
                self._running = line == b"1"
                continue
            if line[:1] == b"w":
                self.watchdog_s = int(line[1:]) / 1000
            self._deadline = time.monotonic() + self.watchdog_s / self.hurry
        return bool(data)
