"""A worker process: ``python -m host.fleet.worker HOST:PORT`` joins the master there and carries phones for it.

Two threads: Locust's gevent in the first, and the phones' native asyncio loop in a second, see carrier.py. Nothing is
monkey patched, so sockets, locks and ssl are the interpreter's own in both.
"""

import gc
import logging
import os
import resource
import signal
import socket
import sys
import threading
import time

os.environ["LOCUST_SKIP_MONKEY_PATCH"] = "1"  # before the first import of locust

import gevent  # noqa: E402
import locust.runners  # noqa: E402
from locust.env import Environment  # noqa: E402
from locust.event import Events  # noqa: E402

from host.fleet.edition import edition  # noqa: E402
from host.fleet.plan import Plan  # noqa: E402
from host.fleet.tally import Tally  # noqa: E402
from host.fleet.user import Phones  # noqa: E402
from host.places import SHIMS, allow_firmware_imports  # noqa: E402

_REPORT_S = 1.0  # Locust's own 3 s are long for a line of progress
_COLLECT = 20000  # objects between two collections: phones leave few circles behind, and each look costs time
_SILENT_S = 15  # without a heartbeat of the master: phones whom nobody watches must not go on loading a server
_SPARE_FILES = 100  # descriptors that are not the phones'
_PER_PHONE = 2  # ... of a phone at work: its connection, and the next while the old one closes


def join(master, say=None):
    """Carries phones for the master at ``HOST:PORT`` until it says good-bye. ``say(text)`` is told how it goes.

    Returns the exit status: 0 all was done, 1 the master is gone, 2 it was never there or did not want this worker.
    """
    return gevent.spawn(_work, master, say or (lambda text: None)).get()


def _work(master, say):
    host, _, port = master.rpartition(":")
    logging.getLogger("locust").setLevel(logging.CRITICAL)
    locust.runners.WORKER_REPORT_INTERVAL = _REPORT_S
    locust.runners.MASTER_HEARTBEAT_TIMEOUT = _SILENT_S
    allow_firmware_imports()
    sys.path.insert(0, str(SHIMS / "cpython"))  # before the folder of scripts, where tlslite-ng has a tls.py of its own
    environment = Environment(user_classes=[Phones], events=Events())
    environment.fleet = Tally()
    environment.carrier = environment.refused = None
    environment.events.report_to_master.add_listener(lambda client_id, data: _add_tally(environment, data))
    say("looking for the master at %s" % master)
    try:
        runner = environment.create_worker_runner(host, int(port))
    except ConnectionError:
        say("there is no master at %s" % master)
        return 2
    runner.register_message("fleet-plan", lambda environment, msg: _on_plan(environment, msg, say))
    runner.register_message("fleet-go", lambda environment, msg: environment.carrier.go())
    runner.register_message("fleet-refused", _on_refused)
    # Not before: an order that nobody knows yet would be lost
    runner.send_message("fleet-ready", {"edition": edition(), "host": socket.gethostname()})
    say("joined; waiting for the word to go")
    runner.greenlet.join()
    return _ended(environment, runner, say)


def _ended(environment, runner, say):
    if environment.refused:
        say("turned away: " + environment.refused)
        return 2
    if environment.carrier and environment.carrier.state not in ("new", "finished"):
        environment.carrier.stop()
    if runner.last_heartbeat_timestamp and time.time() - runner.last_heartbeat_timestamp >= _SILENT_S:
        say("nothing was heard of the master for %d s: ended" % _SILENT_S)
        return 1
    say("the master says that it is over")
    return 0


def _on_refused(environment, msg):
    environment.refused = msg.data["text"]
    environment.runner.quit()


def _end_with_parent():
    """A master that was killed leaves nobody behind who loads a server."""
    os.read(0, 1)  # not sys.stdin: it would be locked when the interpreter ends
    os._exit(1)


def _add_tally(environment, data):
    data["fleet"], environment.fleet = environment.fleet.data, Tally()


def _on_plan(environment, msg, say):
    try:
        _take(environment, msg)
        say("carries %d phones" % len(range(msg.data["index"], msg.data["plan"]["phones"], msg.data["workers"])))
    except Exception as error:  # else the master would wait for phones that nobody carries
        text = "a worker cannot carry phones: %s: %s" % (type(error).__name__, error)
        environment.runner.send_message("fleet-finished", {"error": text, "busy_s": 0, "cpu_s": 0})
        raise


def _take(environment, msg):
    from host.fleet.carrier import Carrier

    plan = Plan(**msg.data["plan"])
    plan.inflight = max(1, min(plan.inflight, (_files() - _SPARE_FILES) // _PER_PHONE))
    gc.collect()
    gc.freeze()  # all that lives for ever: the collections of a long run need not look at it
    gc.set_threshold(_COLLECT)
    environment.carrier = Carrier(plan, msg.data["index"], msg.data["workers"])


def _files():
    """The most descriptors that this process may have."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if hard == resource.RLIM_INFINITY or soft < hard:
        resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    return 1 << 20 if hard == resource.RLIM_INFINITY else hard


if __name__ == "__main__":
    if "--with-parent" in sys.argv:
        signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C means the master, who says good-bye
        threading.Thread(target=_end_with_parent, daemon=True).start()
    sys.exit(join(sys.argv[1]))
