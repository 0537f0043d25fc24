"""The rehearsal on Locust: this process is its master; workers carry the phones. See docs/fleet.md for the marriage.

Locust brings workers, their heartbeats, the messages between them and the page with statistics. It is imported without
its monkey patches: the master needs none, and in a worker they would break the phones' own loop.
"""

import logging
import os
import shlex
import signal
import subprocess
import sys
import time

os.environ["LOCUST_SKIP_MONKEY_PATCH"] = "1"  # before the first import of locust

from host.fleet.edition import edition, unlike  # noqa: E402
from host.fleet.tally import Tally  # noqa: E402
from host.places import ROOT  # noqa: E402

_JOIN_S = 60  # for local workers to start on a busy machine
_LOOK_S = 0.25
_GRACE_S = 15  # after the plan's own end, for the last reports
_PREPARE_S = 3600
_ENDING_S = 5
_MISSING = "missing"  # Locust's word for a worker whose heartbeats do not come


class EngineError(Exception):
    """The rehearsal cannot be run; the text says why."""


class Engine:
    """``plan``: a plan.Plan. ``tally`` is what has come in so far, ``state`` "joining", "preparing", "running" or
    "over", ``lost`` how many workers have gone without a word, ``cpu`` of each worker in percent at its highest,
    ``cpu_s`` seconds of processor time of all workers from the word to go to their last success, ``own_cpu_s`` of this
    process meanwhile.

    ``watch(engine)`` is called some times a second, ``say(text)`` with what people should know at once. ``bind`` and
    ``port``: where workers find the master.
    """

    def __init__(self, plan, watch, bind="127.0.0.1", port=0, web_port=None, say=print):
        self.plan = plan
        self.tally = Tally()
        self.state = "joining"
        self.workers = 0
        self.joined = 0
        self.lost = 0
        self.cpu = {}
        self.busy_s = self.cpu_s = self.own_cpu_s = 0.0
        self.rss = {}
        self.begun = self.ended = None
        self.stopped = False
        self._watch = watch
        self._say = say
        self._edition = edition()
        self._ready = set()
        self._prepared = set()
        self._finished = {}
        self._processes = []
        self._make(bind, port, web_port)

    def _make(self, bind, port, web_port):
        from locust.argument_parser import get_parser
        from locust.env import Environment
        from locust.event import Events

        from host.fleet.user import Phones

        logging.getLogger("locust").setLevel(logging.ERROR)
        self._environment = environment = Environment(user_classes=[Phones], events=Events())
        environment.parsed_options = get_parser().parse_args(["--headless"])
        self._runner = environment.create_master_runner(bind, port)
        self.port = self._runner.server.port
        self.web = None
        if web_port is not None:
            environment.parsed_options = get_parser().parse_args([])
            sys.argv[1:] = []  # Locust's page would read our options as its own
            environment.create_web_ui("127.0.0.1", web_port)
            import gevent

            gevent.sleep(0.2)
            self.web = "http://127.0.0.1:%d/" % environment.web_ui.server.server_port
        environment.events.worker_report.add_listener(self._report)
        self._runner.register_message("fleet-ready", self._on_ready)
        self._runner.register_message("fleet-prepared", self._on_prepared)
        self._runner.register_message("fleet-finished", self._on_finished)

    def start_local(self, count):
        """Starts workers on this computer; they end with this process."""
        for _ in range(count):
            command = [sys.executable, "-m", "host.fleet.worker", "127.0.0.1:%d" % self.port, "--with-parent"]
            environment = dict(os.environ, PYTHONPATH=str(ROOT))
            self._processes.append(subprocess.Popen(command, stdin=subprocess.PIPE, cwd=ROOT, env=environment))

    def start_remote(self, places, master):
        """Starts a worker for ``master`` by ssh at each of ``places``: (host, Dialtone's folder there, None: ours)."""
        for host, folder in places:
            words = ["%s/.venv/bin/dialtone" % (folder or ROOT), "fleet", "worker", master]
            command = ["ssh", "-o", "BatchMode=yes", "-T", host, "exec " + shlex.join(words)]
            self._processes.append(subprocess.Popen(command, stdin=subprocess.PIPE))

    def run(self, workers):
        """Runs it with that many workers to its end; EngineError when it cannot even begin."""
        import gevent

        self.workers = workers
        interrupt = gevent.signal_handler(signal.SIGINT, self._interrupt)  # else gevent shows where it was
        try:
            self._join(gevent)
            self._begin()
            self._until(gevent, lambda: len(self._prepared) >= workers, _PREPARE_S, "the phones are not prepared")
            self.state, self.begun, own = "running", time.monotonic(), time.process_time()
            self._runner.send_message("fleet-go", {})
            seconds = self.plan.span_s + self.plan.patience_s + _GRACE_S
            self._until(gevent, lambda: len(self._finished) + self.lost >= workers, seconds, None)
            self.own_cpu_s = time.process_time() - own
        except KeyboardInterrupt:
            pass  # the report tells how far it came
        finally:
            self.ended = time.monotonic()
            self._end(gevent)
            self.state = "over"
            interrupt.cancel()

    def _interrupt(self):
        self.stopped = True

    def _join(self, gevent):
        limit = _JOIN_S if self._processes else _PREPARE_S
        self._until(gevent, lambda: len(self._ready) >= self.workers, limit, "the workers do not come")

    def _begin(self):
        self.state = "preparing"
        self.workers = len(self._ready)
        for index, client_id in enumerate(sorted(self._ready)):
            message = {"plan": self.plan.plain(), "index": index, "workers": self.workers}
            self._runner.send_message("fleet-plan", message, client_id)
        self._runner.start(self.workers, spawn_rate=self.workers)
        # Once: when workers come and go Locust would share the users out anew, and end one that carries phones
        self._runner.start = lambda *_, **__: None

    def _until(self, gevent, done, seconds, text):
        """Waits; ``text``: what EngineError says when the time is over, None: that is no error."""
        end = time.monotonic() + seconds
        while not done():
            gevent.sleep(_LOOK_S)
            self._look()
            self._watch(self)
            if self.stopped:
                raise KeyboardInterrupt
            if text and self.lost:
                raise EngineError("a worker has ended before the start: look at what it said above")
            failed = [error for error in self._finished.values() if error]
            if failed:
                raise EngineError(failed[0])
            if time.monotonic() > end:
                if text:
                    raise EngineError("%s in %d s" % (text, seconds))
                self.lost = self.workers - len(self._finished)
                return

    def _look(self):
        self.joined = len(self._ready)
        for client in self._runner.clients.all:
            self.cpu[client.id] = max(self.cpu.get(client.id, 0), client.cpu_usage)
            self.rss[client.id] = max(self.rss.get(client.id, 0), client.memory_usage)
        present = {client.id for client in self._runner.clients.all if client.state != _MISSING}
        gone = [process for process in self._processes if process.poll() is not None]
        if self.state == "joining":
            self._ready &= present  # who went home while others were waited for
            self.lost = len(gone)
        else:
            self.lost = max(len(gone), len(self._ready - present - set(self._finished)))

    def _report(self, client_id, data):
        self.tally.merge(data.get("fleet") or {})

    def _on_ready(self, environment, msg, **_):
        """A worker is there: it carries phones, or is told why not and goes."""
        data = msg.data or {}
        reason = unlike(self._edition, data.get("edition"))
        if not reason and (self.state != "joining" or len(self._ready) >= max(1, self.workers)):
            reason = "the rehearsal has all its workers"
        if not reason:
            self._ready.add(msg.node_id)
            return
        self._say("worker %s was turned away: %s" % (data.get("host", "?"), reason))
        self._runner.send_message("fleet-refused", {"text": reason}, msg.node_id)
        self._runner.clients.pop(msg.node_id, None)  # or Locust would give it a user

    def _on_prepared(self, environment, msg, **_):
        self._prepared.add(msg.node_id)

    def _on_finished(self, environment, msg, **_):
        self._finished[msg.node_id] = msg.data["error"]
        self.busy_s = max(self.busy_s, msg.data["busy_s"])
        self.cpu_s += msg.data["cpu_s"]

    def _end(self, gevent):
        """Everybody goes home: workers by Locust's word, and who does not hear it by his process id."""
        try:
            self._runner.quit()
        except KeyboardInterrupt:
            pass
        if self._environment.web_ui:
            self._environment.web_ui.stop()
        end = time.monotonic() + _ENDING_S
        for process in self._processes:
            process.stdin.close()
            while process.poll() is None and time.monotonic() < end:
                gevent.sleep(0.05)
            if process.poll() is None:
                process.kill()
            process.wait()
