"""TLS sessions of a small phone: as many as it is made for, and what is left of its heap meanwhile."""

import http.client
import json
import os
import sys
import time
import urllib.parse

import pytest
from simulated import ADMIN, ROOT, unverified, wait_for

sys.path.append(os.path.join(ROOT, "tools"))

import bench_heap  # noqa: E402  the path above comes first

RESERVE = 24 * 1024  # of the Python heap with all sessions open
LIMITS = {"connections": 3, "per_peer": 3, "backlog": 3, "sessions": 2}


class Session:
    """A browser's TLS connection that stays open."""

    def __init__(self, url):
        place = urllib.parse.urlsplit(url)
        self.link = http.client.HTTPSConnection(place.hostname, place.port, timeout=20, context=unverified())

    def status(self):
        self.link.request("GET", "/api/status", headers=ADMIN)
        return json.loads(self.link.getresponse().read())

    def is_open(self):
        """Whether the phone answers on this very connection: another one is not tried."""
        self.link.auto_open = 0
        try:
            return bool(self.status())
        except (OSError, http.client.HTTPException):
            return False


def test_where_memory_carries_one_session_another_ends_the_idle_one(phones, server):
    """The number that a board takes at most is tested with the listener."""
    phone = phones("micropython32", server.url, extra=("--limits", json.dumps(LIMITS), "--system-heap", "60000"))
    first, second = Session(phone.ready["https"]), Session(phone.ready["https"])
    assert first.status() and second.status() and not first.is_open()
    page = phone.get("/sysinfo.html").text
    assert "System memory free" in page and " KB, largest piece " in page
    assert "memory" not in phone.log(), phone.log()


@pytest.mark.parametrize("form, polled", [("from_files", 20_000), ("from_image", 18_000)])
def test_what_is_left_beside_two_sessions(form, polled):
    """At least ``polled`` while both poll the status all the time; 24 KB once they wait for what a person asks next."""
    with getattr(bench_heap, form)() as phone:
        held = [Session(phone.ready["https"]) for _ in range(2)]
        for session in held:
            assert session.status()

        def polling():
            held[1].status()
            return held[0].status()["heap_free"]

        # The phone samples its heap once a second, and at first takes some of what is dead for alive
        wait_for(polling, lambda free: free >= polled, 20, "room beside two sessions")

        def after_a_while():
            time.sleep(5)  # 2 to 4 s, and the second of the sample
            return held[0].status()["heap_free"]

        wait_for(after_a_while, lambda free: free >= RESERVE, 30, "room beside two idle sessions")
        for session in held:
            assert session.is_open()
