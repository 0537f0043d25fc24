"""`dialtone sim` in a real pseudo-terminal, with the real phone: draws, takes keys, gives the terminal back."""

import os
import pty
import re
import select
import subprocess
import termios
import time

from host.places import ROOT

DIALTONE = os.path.join(ROOT, ".venv", "bin", "dialtone")


class Screen:
    def __init__(self, command):
        self._here, there = pty.openpty()
        self.there = there
        environment = dict(os.environ, TERM="xterm-256color", LANG="C.UTF-8", LC_ALL="C.UTF-8", PYTHONUTF8="1")
        self.before = termios.tcgetattr(there)
        self.process = subprocess.Popen(command, stdin=there, stdout=there, stderr=there, env=environment, cwd=ROOT)
        self.seen = ""

    def send(self, keys):
        os.write(self._here, keys)

    def wait(self, text, seconds=30):
        """Until ``text`` was drawn after the last call."""
        end = time.monotonic() + seconds
        seen = ""
        while text not in re.sub("\x1b\\[[0-9;?]*[a-zA-Z]", "", seen):
            assert time.monotonic() < end, "never drawn: %r in %r" % (text, seen[-3000:])
            if select.select([self._here], [], [], 0.2)[0]:
                seen += os.read(self._here, 65536).decode("utf-8", "replace")
                self.seen += seen[-65536:]
        return seen

    def close(self):
        if self.process.poll() is None:
            self.process.terminate()
        os.close(self._here)
        os.close(self.there)


def test_the_lcd_in_a_terminal(tmp_path):
    state = str(tmp_path / "state")
    command = [DIALTONE, "sim", "--state", state, "--http-port", "0", "--https-port", "0"]
    screen = Screen(command)
    try:
        screen.wait("log in as admin")
        assert not termios.tcgetattr(screen.there)[3] & termios.ECHO, "keys are not echoed"
        screen.send(b"o")
        screen.wait("Administrator Menu")
        screen.send(b"\x1b")
        screen.wait("Ready")
        lcd = subprocess.run([DIALTONE, "lcd", "--state", state], capture_output=True, text=True, timeout=20)
        assert "Ready" in lcd.stdout
        screen.send(b"q")
        assert screen.process.wait(10) == 0
        assert termios.tcgetattr(screen.there) == screen.before
        assert "configuration: aastra.cfg" in (tmp_path / "state/host/sim.log").read_text()
    finally:
        screen.close()


def test_ctrl_c_ends_it_and_the_terminal_is_as_before(tmp_path):
    command = [DIALTONE, "sim", "--state", str(tmp_path / "state"), "--http-port", "0", "--https-port", "0"]
    screen = Screen(command)
    try:
        screen.wait("Web")
        screen.send(b"\x03")
        assert screen.process.wait(10) == 0
        assert termios.tcgetattr(screen.there) == screen.before
    finally:
        screen.close()
