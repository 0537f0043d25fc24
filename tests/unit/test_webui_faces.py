import asyncio
import time

from dialtone.webui.faces import Faces
from support import run


class FakePlatform:
    def __init__(self):
        self.dropped = []

    def unload(self, *names):
        self.dropped.append(names)


class FakeSupervisor:
    def __init__(self):
        self.tasks = []

    def spawn(self, name, coroutine):
        self.tasks.append(asyncio.create_task(coroutine))


def visits(*waits_ms, **options):
    """Asks for a page after each wait; gives (platform, supervisor) once the last wait is over."""

    async def main():
        platform = FakePlatform()
        supervisor = FakeSupervisor()
        faces = Faces(platform, supervisor, 40)
        for wait in waits_ms:
            await asyncio.sleep_ms(wait)
            assert faces.find("/provis.html")[1] == ("admin",)
            assert faces.find("/nowhere") is None
        await asyncio.sleep_ms(options.get("then", 150))
        return platform, supervisor

    return run(main())


def test_pages_are_dropped_once_after_an_idle_time():
    platform, supervisor = visits(0)
    assert len(platform.dropped) == 1 and len(supervisor.tasks) == 1
    for name in ("dialtone.webui.pages", "dialtone.webui.forms", "dialtone.config.parameters", "dialtone.http.forms"):
        assert name in platform.dropped[0]
    assert "dialtone.webui.faces" not in platform.dropped[0]


def test_each_visit_puts_it_off():
    begin = time.ticks_ms()
    platform, supervisor = visits(0, 25, 25, 25, then=5)
    if time.ticks_diff(time.ticks_ms(), begin) < 110:  # on a busy machine the waits may have been longer
        assert platform.dropped == []
    assert len(supervisor.tasks) >= 1


def test_it_begins_anew():
    platform, supervisor = visits(0, 150)
    assert len(platform.dropped) == 2 and len(supervisor.tasks) == 2


def test_one_page_at_a_time():
    async def main():
        platform = FakePlatform()
        supervisor = FakeSupervisor()
        faces = Faces(platform, supervisor, 30000)
        for path in ("/provis.html", "/style.css", "/configurationServer.html", "/nowhere"):
            faces.find(path)
        assert platform.dropped == []
        faces.find("/api/status")
        assert len(platform.dropped) == 1 and "dialtone.webui.forms" in platform.dropped[0]
        assert "dialtone.webui.html" not in platform.dropped[0]
        faces.find("/sysinfo.html")
        assert len(platform.dropped) == 1
        faces.shed()
        assert "dialtone.webui.html" in platform.dropped[1]
        faces.find("/provis.html")
        assert len(platform.dropped) == 2, "nothing is loaded, so nothing is dropped"
        supervisor.tasks[0].cancel()

    run(main())
