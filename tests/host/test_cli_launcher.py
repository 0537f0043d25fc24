"""The launcher with stand-ins for the phone: what happens when one dies, hangs, restarts or talks nonsense."""

import asyncio
import json
import os
import signal
import subprocess
import sys
import threading
import time

import pytest
from host import child, control, launcher
from host.places import ROOT

# A phone in a few lines: says what a real one says; BEHAVIOUR is run before its loop.
PHONE = r"""
import json, sys, time, os
settings = json.loads(sys.stdin.readline())
def emit(**fields):
    print(json.dumps(fields), flush=True)
rows, life = ["Idle"], os.path.join(settings["state"], "lives")
lives = open(life).read().count("x") if os.path.exists(life) else 0
open(life, "a").write("x")
def ready():
    emit(event="screen", rows=rows, softkeys=[])
    emit(event="ready", http="http://127.0.0.1:81/", https="https://127.0.0.1:82/", mac=settings["mac"],
         model="57i", version="1", certificate_sha256="00")
BEHAVIOUR
for line in sys.stdin:
    op = json.loads(line)
    if op["op"] == "quit":
        break
    if op["op"] == "key":
        rows[0] += " " + op["key"]
    if op["op"] == "screen":
        emit(event="screen", rows=rows, softkeys=["One"], id=op["id"])
"""


class Run:
    """``launcher.run`` in a process of its own, with a stand-in phone."""

    def __init__(self, folder, behaviour, wait_ready=True):
        self.state = str(folder / "state")
        program = (
            "import sys; from host import child, cli, launcher;"
            "child.command_of = lambda *a: ([sys.executable, '-c', %r], {}); launcher._FIRST_BACK_OFF_S = 0.01;"
            "launcher._LAST_BACK_OFF_S = 0.05;"
            "sys.exit(cli.main(sys.argv[1:]))" % PHONE.replace("BEHAVIOUR", behaviour)
        )
        command = [sys.executable, "-c", program, "sim", "--headless", "--state", self.state, "--http-port", "0"]
        command += ["--https-port", "0", "--config-server", "https://localhost/"]
        self.process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, cwd=ROOT)
        self.ready = json.loads(self.process.stdout.readline()) if wait_ready else None

    def ask(self, **request):
        return control.ask(self.state, request)

    def end(self):
        begin = time.monotonic()
        self.process.send_signal(signal.SIGTERM)
        out, err = self.process.communicate(timeout=10)
        return self.process.returncode, time.monotonic() - begin, out, err


def test_ready_line_screen_and_keys(tmp_path):
    run = Run(tmp_path, "ready()")
    assert list(run.ready) == ["ready", "http", "https", "mac", "model", "version", "certificate_sha256"]
    assert run.ask(op="lcd") == {"rows": ["Idle"], "softkeys": ["One"]}
    assert run.ask(op="press", keys=["up", "star"])["rows"] == ["Idle up *"]
    with pytest.raises(control.ControlError, match="No such key"):
        run.ask(op="press", keys=["bang"])
    for nonsense in ({"op": "dance"}, {"op": "press"}, {"op": "press", "keys": 5}, {"op": "press", "keys": [5]}):
        with pytest.raises(control.ControlError):
            run.ask(**nonsense)
    code, seconds, out, err = run.end()
    assert code == 0 and seconds < 5 and out == "" and err == "", "it was not killed"
    with pytest.raises(control.ControlError, match="dialtone sim --state"):
        run.ask(op="lcd")


def test_a_hanging_phone_is_ended_within_two_seconds(tmp_path):
    taken = []
    while not taken or min(taken) >= 2.3 and len(taken) < 3:  # a busy machine may hold it up, but not each time
        code, seconds, out, err = Run(tmp_path, "ready(); time.sleep(60)").end()
        assert code == 0 and out == "" and "was ended" in err
        taken.append(seconds)
    assert min(taken) < 2.3, taken


def test_a_restart_keeps_the_ports_and_prints_no_second_line(tmp_path):
    settings = 'open(os.path.join(settings["state"], "ports"), "w").write("%(http_port)s %(https_port)s" % settings)'
    run = Run(tmp_path, "%s; ready()\nif not lives: emit(event='restart'); sys.exit(0)" % settings)
    end = time.monotonic() + 10
    while open(os.path.join(run.state, "lives")).read() != "xx" and time.monotonic() < end:
        time.sleep(0.05)
    assert run.ask(op="lcd")["rows"] == ["Idle"]
    assert open(os.path.join(run.state, "ports")).read() == "81 82"
    code, _, out, err = run.end()
    assert code == 0 and out == "" and err == ""


def test_a_phone_that_dies_gets_a_bounded_number_of_lives(tmp_path):
    run = Run(tmp_path, "ready(); sys.exit(7)")
    out, err = run.process.communicate(timeout=20)
    assert run.process.returncode == 1 and out == ""
    assert err.count("ended unexpectedly (exit code 7)") == launcher._LIVES - 1
    assert "%d times in a row" % launcher._LIVES in err
    assert open(os.path.join(run.state, "lives")).read() == "x" * launcher._LIVES


def test_a_phone_that_cannot_start_says_why(tmp_path):
    run = Run(tmp_path, "emit(event='failed', text='Flash is \x1b[31mfull'); sys.exit(1)", wait_ready=False)
    out, err = run.process.communicate(timeout=20)
    assert run.process.returncode == 1 and out == "" and "did not start: Flash is ?[31mfull" in err


def test_what_a_phone_logs_is_cleaned_and_nonsense_is_only_logged(tmp_path):
    behaviour = (
        "print('no json'); print('[1]'); sys.stderr.buffer.write(b'log \\x1b[2J \\xff\\n' + b'y' * 200000 + b'\\n');"
        "sys.stderr.flush(); print('z' * 200000); ready()"
    )
    run = Run(tmp_path, behaviour)
    assert run.ask(op="lcd")["rows"] == ["Idle"]
    code, _, out, err = run.end()
    assert code == 0 and out == "" and "no json" in err and "[1]" in err and "log ?[2J" in err and "\x1b" not in err


def test_a_deep_folder_name_is_no_matter(tmp_path):
    run = Run(tmp_path / ("long" * 20) / ("name" * 20), "ready()")
    assert run.ask(op="lcd")["rows"] == ["Idle"]
    assert run.end()[0] == 0


def test_a_killed_simulator_leaves_a_folder_that_works_again(tmp_path):
    run = Run(tmp_path, "ready()")
    run.process.kill()
    run.process.communicate(timeout=10)
    again = Run(tmp_path, "ready()")
    assert again.ask(op="lcd")["rows"] == ["Idle"]
    assert again.end()[0] == 0


def test_settings_reach_the_phone_over_stdin_only(tmp_path):
    run = Run(tmp_path, "open(os.path.join(settings['state'], 'argv'), 'w').write(repr(sys.argv)); ready()")
    assert open(os.path.join(run.state, "argv")).read() == "['-c']"
    assert run.end()[0] == 0


def test_a_child_that_is_gone_takes_no_message():
    async def run():
        heard = threading.Event()
        life = child.Child([sys.executable, "-c", "input()"], {}, lambda event: heard.set(), lambda line: None)
        await life.start({})
        assert await life.wait() == 0
        life.send({"op": "key", "key": "up"})
        assert await life.stop()

    asyncio.run(run())


def test_a_phone_that_ends_in_the_moment_in_which_it_is_ended(monkeypatch):
    """On a busy computer the grace is over just when it obeys: then there is nobody left to kill."""

    async def stop():
        life = child.Child([sys.executable, "-c", "input()"], {}, None, lambda line: None)
        await life.start({})  # which ends it
        await life.wait()
        monkeypatch.setattr(life._process, "wait", wait)
        return await life.stop()

    errors = [asyncio.TimeoutError]

    async def wait():
        if errors:
            raise errors.pop()

    assert asyncio.run(stop()) is False
