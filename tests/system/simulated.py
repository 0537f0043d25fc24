"""Drives ``dialtone sim`` as a script would: starts it, waits for its ready line, talks HTTP(S) to it, presses keys."""

import base64
import http.client
import json
import os
import select
import socket
import ssl
import subprocess
import sys
import threading
import time
import urllib.parse

from host.control import ControlError, ask, check_keys
from host.text import screen_text

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
DIALTONE = os.environ.get("DIALTONE_BIN") or os.path.join(os.path.dirname(sys.executable), "dialtone")
ADMIN = {"Authorization": "Basic " + base64.b64encode(b"admin:22222").decode()}
_asking = threading.Lock()  # the channel is named from inside its folder, and a process is in one folder at a time
READY_SECONDS = 60  # a busy two-core machine starts MicroPython, compiles and handshakes within a few seconds


class Answer:
    """What the phone's server answered: ``status``, lower-case ``headers``, ``body`` bytes, ``text``."""

    def __init__(self, status, headers, body):
        self.status = status
        self.headers = headers
        self.body = body

    @property
    def text(self):
        return self.body.decode("utf-8", "replace")


class SimPhone:
    """One ``dialtone sim --headless`` process. ``ready`` is its JSON ready line."""

    def __init__(self, runtime, state, server=None, ca=None, model="57i", mac="00085D123456", ports=(0, 0), extra=()):
        self.state = str(state)
        self.command = [DIALTONE, "sim", "--headless", "--runtime", runtime, "--state", self.state, "--model", model]
        self.command += ["--mac", mac, "--http-port", str(ports[0]), "--https-port", str(ports[1])]
        self.command += ["--config-server", server] if server else []
        self.command += ["--ca", ca] if ca else []
        self.command += list(extra)
        self.process = None
        # A browser asks again when a small phone's heap is full, as the 503 or the closed connection tells it to
        self.patience = 8 if runtime == "micropython32" else 0
        # ... and no hand presses keys there, or looks, again within milliseconds: each time costs some of that heap
        self.pace_s = 0.3 if runtime == "micropython32" else 0
        self.log_path = self.state + ".log"

    def start(self):
        with open(self.log_path, "ab") as log:
            self.process = subprocess.Popen(self.command, stdout=subprocess.PIPE, stderr=log, cwd=ROOT)
        line = self._stdout_line(READY_SECONDS)
        assert line, "no ready line; log:\n" + self.log()
        self.ready = json.loads(line)
        return self

    def _stdout_line(self, seconds):
        end = time.monotonic() + seconds
        data = b""
        while not data.endswith(b"\n"):
            if not select.select([self.process.stdout], [], [], max(0, end - time.monotonic()))[0]:
                return b""
            piece = os.read(self.process.stdout.fileno(), 4096)
            if not piece:
                return b""
            data += piece
        return data

    def stop(self):
        """SIGTERM; returns (exit status, seconds it took, what else was on stdout)."""
        begin = time.monotonic()
        self.process.terminate()
        rest = self.process.communicate(timeout=10)[0]
        return self.process.returncode, time.monotonic() - begin, rest

    def log(self):
        with open(self.log_path, encoding="utf-8", errors="replace") as file:
            return file.read()

    def request(self, *asked, **how):
        for left in range(self.patience, -1, -1):
            try:
                answer = self.ask(*asked, **how)
                if not left or answer.status != 503 or "no memory for this" not in answer.text:
                    return answer
            except (OSError, http.client.HTTPException):
                if not left:
                    raise
            time.sleep(0.5)

    def ask(self, method, path, body=None, headers=ADMIN, secure=True, timeout=15):
        """One request, one answer."""
        url = urllib.parse.urlsplit(self.ready["https" if secure else "http"])
        if secure:
            link = http.client.HTTPSConnection(url.hostname, url.port, timeout=timeout, context=unverified())
        else:
            link = http.client.HTTPConnection(url.hostname, url.port, timeout=timeout)
        try:
            link.request(method, path, body, dict(headers))
            answer = link.getresponse()
            fields = {name.lower(): value for name, value in answer.getheaders()}
            return Answer(answer.status, fields, answer.read())
        finally:
            link.close()

    def get(self, path, **options):
        return self.request("GET", path, **options)

    def post(self, path, fields, headers=None, **options):
        headers = dict(ADMIN if headers is None else headers)
        headers.setdefault("Content-Type", "application/x-www-form-urlencoded")
        body = fields if isinstance(fields, bytes) else urllib.parse.urlencode(fields).encode()
        return self.request("POST", path, body, headers, **options)

    def status(self):
        answer = self.get("/api/status")
        assert answer.status == 200, (answer.status, answer.text)
        return json.loads(answer.text)

    def raw(self, data, secure=False, timeout=10, pieces=()):
        """Sends bytes as they are, then ``pieces`` after short waits; returns everything until the phone closes."""
        url = urllib.parse.urlsplit(self.ready["https" if secure else "http"])
        with socket.create_connection((url.hostname, url.port), timeout) as sock:
            link = unverified().wrap_socket(sock) if secure else sock
            link.sendall(data)
            for piece in pieces:
                time.sleep(0.1)
                link.sendall(piece)
            return read_to_end(link)

    def fingerprint(self):
        import hashlib

        url = urllib.parse.urlsplit(self.ready["https"])
        with socket.create_connection((url.hostname, url.port), 10) as sock:
            with unverified().wrap_socket(sock) as link:
                return hashlib.sha256(link.getpeercert(True)).hexdigest()

    def press(self, *keys):
        """What ``dialtone press`` prints, without the processor time of a process for each key."""
        return self._screen({"op": "press", "keys": check_keys(keys)})

    def lcd(self):
        """What ``dialtone lcd`` prints."""
        return self._screen({"op": "lcd"})

    def wait_lcd(self, text, seconds=15):
        """The screen's text as soon as it shows ``text``. That of a page which loads has the label of its key, which
        often is the same, and does not count.
        """

        def good(screen):
            return text in screen and ("Loading" in text or not screen.startswith("Loading "))

        return wait_for(self.lcd, good, seconds, "LCD shows " + repr(text))

    def _screen(self, request):
        time.sleep(self.pace_s)
        try:
            with _asking:
                answer = ask(self.state, request)
        except ControlError as error:
            raise AssertionError(str(error)) from None
        return screen_text(answer["rows"], answer["softkeys"])


def wait_for(look, good, seconds, what):
    end = time.monotonic() + seconds
    while True:
        seen = look()
        if good(seen):
            return seen
        assert time.monotonic() < end, "never: %s; last seen:\n%s" % (what, seen)
        time.sleep(0.1)


def unverified():
    """The phone's certificate is its own; tests compare its fingerprint instead."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    return context


def read_to_end(link):
    data = b""
    while True:
        try:
            piece = link.recv(65536)
        except (ConnectionResetError, ssl.SSLEOFError):
            piece = b""
        if not piece:
            return data
        data += piece
