"""TLS sessions of a small phone: as many as it is made for, and what is left of its heap meanwhile."""

import http.client
import json
import os
import sys
import urllib.parse

import pytest
from simulated import ADMIN, ROOT, unverified, wait_for

sys.path.append(os.path.join(ROOT, "tools"))

import bench_heap  # noqa: E402  the path above comes first

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


@pytest.mark.parametrize("form, least", [("from_files", 10_000), ("from_image", 14_000)])
def test_what_is_left_beside_two_sessions(form, least):
    """24 KB are wanted, and not reached: what connections are made of takes 31 KB from files, 16 KB from an image."""
    with getattr(bench_heap, form)() as phone:
        held = [Session(phone.ready["https"]) for _ in range(2)]
        for session in held:
            assert session.status()
        # The phone samples its heap once a second, and at first takes some of what is dead for alive
        wait_for(lambda: held[0].status()["heap_free"], lambda free: free >= least, 10, "room beside two sessions")
