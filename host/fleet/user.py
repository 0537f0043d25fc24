"""Locust's side of a worker: one user per worker, which carries all of its phones."""

import gevent
from locust import User, task

_LOOK_S = 0.2


class Phones(User):
    """Runs the worker's ``environment.carrier``. Locust's word to stop ends it."""

    @task
    def carry(self):
        environment = self.environment
        carrier = environment.carrier
        if carrier is None or carrier.state != "new":  # a user that Locust moved here from a worker that is gone
            while True:
                gevent.sleep(_LOOK_S)
        carrier.start()
        told = False
        try:
            while carrier.state not in ("finished", "failed"):
                gevent.sleep(_LOOK_S)
                _hand_over(environment, carrier)
                if carrier.state == "prepared" and not told:
                    told = True
                    environment.runner.send_message("fleet-prepared", {})
        finally:
            if carrier.state not in ("finished", "failed"):
                carrier.stop()
            _hand_over(environment, carrier)
            environment.runner._send_stats()
            told = {"error": carrier.error, "busy_s": carrier.busy_s, "cpu_s": carrier.cpu_s}
            environment.runner.send_message("fleet-finished", told)
        while True:
            gevent.sleep(_LOOK_S)  # until the master says good-bye


def _hand_over(environment, carrier):
    """What the phones did goes into Locust's statistics, and to the master with its next report."""
    data, requests = carrier.ledger.take()
    environment.fleet.merge(data)
    for name, ms, failure in requests:
        environment.stats.log_request("GET", name, ms, 0)
        if failure:
            environment.stats.log_error("GET", name, failure)
