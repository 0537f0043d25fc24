import asyncio

from dialtone.webui.faces import Faces
from net_support import until
from support import raises, run


class FakePlatform:
    def __init__(self):
        self.dropped = []
        self.rested = self.settled = self.worn = 0
        self.scrubbed = self.full = False
        self.parked = []
        self.free = -1

    def heap_free(self):
        return self.free

    def rest(self):
        self.rested += 1

    def scrub(self):
        if self.full:
            raise MemoryError
        self.scrubbed = True

    def settle(self):
        self.settled += 1

    def unload(self, *names):
        if names:  # without names it only makes room
            self.dropped.append(names)


class FakeSupervisor:
    def __init__(self):
        self.tasks = []

    def spawn(self, name, coroutine):
        self.tasks.append(asyncio.create_task(coroutine))


async def started(idle_ms=40):
    platform = FakePlatform()
    supervisor = FakeSupervisor()
    faces = Faces(platform, supervisor, platform.rest, platform.settle, platform.parked.append, platform, idle_ms)
    return faces, platform, supervisor


def named(platform, name):
    """How often a module was dropped."""
    return len([names for names in platform.dropped if name in names])


def test_routes():
    async def main():
        faces = (await started())[0]
        assert faces.find("/provis.html")[1] == ("admin",)
        for path in ("/nowhere", "", "/provis.html/", "/PROVIS.HTML", "/../style.css", "/webui/style.css"):
            assert faces.find(path) is None

    run(main())


def test_screens_rest_before_the_code_of_connections_comes_where_memory_is_scarce():
    async def main():
        for free, rested in ((-1, 0), (1 << 20, 0), (20000, 1)):
            faces, platform, supervisor = await started()
            platform.free = free
            faces.enter()
            faces.enter()
            assert platform.rested == rested, free
            supervisor.tasks[0].cancel()

    run(main())


def test_all_is_dropped_once_when_the_last_connection_is_gone():
    async def main():
        faces, platform, supervisor = await started()
        faces.enter()
        faces.enter()
        faces.find("/provis.html")
        platform.dropped.clear()  # what made room for the page
        faces.leave()
        faces.leave()
        assert await until(supervisor.tasks[0].done)
        assert len(supervisor.tasks) == 1 and platform.rested == 1
        assert platform.settled == 1 and platform.scrubbed
        for name in (
            "webui.pages",
            "webui.forms",
            "config.parameters",
            "http.forms",
            "server.connection",
            "server.answer",
        ):
            assert named(platform, "dialtone." + name) == 1, name
        assert not named(platform, "dialtone.webui.faces") and not named(platform, "dialtone.server.service")
        faces.enter()
        faces.leave()
        assert await until(supervisor.tasks[1].done)
        assert len(supervisor.tasks) == 2 and named(platform, "dialtone.server.policy") == 2

    run(main())


def test_a_worn_heap_is_given_up_at_once_and_settled():
    """Idle times later, who asks steadily would have found the same code in the same holes again."""

    async def main():
        faces, platform, supervisor = await started(idle_ms=2000)
        platform.free = 20000
        faces.enter()
        await asyncio.sleep_ms(0)
        platform.worn = 1
        assert await until(lambda: platform.parked), "idle connections do without its code now"
        assert platform.parked[0] == 0 and platform.worn and not platform.settled, "it is at work in one of them"
        faces.leave()
        assert await until(supervisor.tasks[0].done)
        assert named(platform, "dialtone.server.connection") == 1 and platform.scrubbed
        assert platform.settled == 1 and not platform.worn

    run(main())


def test_an_open_connection_keeps_the_server_but_not_the_pages():
    async def main():
        faces, platform, supervisor = await started()
        faces.enter()
        faces.find("/provis.html")
        platform.dropped.clear()
        assert await until(lambda: named(platform, "dialtone.webui.forms"))
        assert not named(platform, "dialtone.server.connection")
        faces.leave()
        assert await until(lambda: named(platform, "dialtone.server.connection"))

    run(main())


def test_a_poller_of_the_status_does_not_keep_pages():
    async def main():
        faces, platform, supervisor = await started()
        faces.enter()
        faces.find("/provis.html")
        platform.dropped.clear()

        def polled():
            faces.find("/api/status")
            if supervisor.tasks[0].done():
                return False
            faces.leave()  # as a connection that was parked and comes back
            faces.enter()
            return named(platform, "dialtone.webui.forms")

        assert await until(polled)
        supervisor.tasks[0].cancel()

    run(main())


def test_connections_are_parked_where_memory_is_scarce():
    async def main():
        for free, wanted in ((20000, 40), (100000, None), (-1, None)):
            faces, platform, supervisor = await started()
            platform.free = free
            faces.enter()
            assert await until(lambda: faces._quiet > 2 or supervisor.tasks[0].done())  # noqa: B023 - used up at once
            assert platform.parked[:1] == ([wanted] if wanted else []), free
            supervisor.tasks[0].cancel()

    run(main())


def test_the_server_leaves_sooner_than_a_page():
    async def main():
        faces, platform, supervisor = await started()
        faces.enter()
        faces.leave()
        assert await until(supervisor.tasks[0].done)
        assert faces._quiet == 1
        faces.enter()
        faces.find("/provis.html")
        faces.leave()
        assert await until(supervisor.tasks[1].done)
        assert faces._quiet == 5

    run(main())


def test_one_page_at_a_time():
    async def main():
        faces, platform, supervisor = await started(30000)
        faces.enter()
        for path in ("/provis.html", "/style.css", "/api/status", "/configurationServer.html", "/nowhere"):
            faces.find(path)
        assert len(platform.dropped) == 1, "room for the first page, and no other call"
        faces.find("/sysinfo.html")
        assert len(platform.dropped) == 2 and "dialtone.webui.forms" in platform.dropped[1]
        assert "dialtone.webui.html" not in platform.dropped[1]
        faces.find("/")
        assert len(platform.dropped) == 2
        faces.shed()
        assert "dialtone.webui.html" in [name for names in platform.dropped[2:] for name in names]
        count = len(platform.dropped)
        faces.find("/provis.html")
        assert len(platform.dropped) == count + 1, "after all was forgotten the page is a first one again"
        supervisor.tasks[0].cancel()

    run(main())


def test_a_post_of_a_script_finds_the_room_of_the_page_before():
    async def main():
        faces, platform, _ = await started()
        platform.free = 20000
        for path, drops in (("/provis.html", 1), ("/style.css", 0), ("/api/status", 0), ("/api/resync", 1)):
            platform.dropped = []
            assert faces.find(path), path
            assert len([1 for names in platform.dropped if "dialtone.webui.forms" in names]) == drops, path

    run(main())


def test_the_same_page_again_finds_the_room_of_its_content_where_memory_is_scarce():
    async def main():
        faces, platform, _ = await started()
        for free, drops in ((-1, 0), (100000, 0), (20000, 1)):
            platform.free = free
            faces.find("/provis.html")
            platform.dropped = []
            assert faces.find("/configurationServer.html")
            assert len(platform.dropped) == drops
            assert not drops or "dialtone.config.parameters" in platform.dropped[0]

    run(main())


def test_without_memory_for_it_the_idle_timer_begins_with_another_connection():
    """A flood must not leave a phone behind that never forgets its code again."""

    async def main():
        faces, platform, supervisor = await started(10)
        spawn = supervisor.spawn

        def none(name, coroutine):
            coroutine.close()
            raise MemoryError

        supervisor.spawn = none
        with raises(MemoryError):
            faces.enter()
        faces.leave()
        supervisor.spawn = spawn
        faces.enter()
        faces.leave()
        platform.full = True  # not even room to make room
        await supervisor.tasks[0]  # nobody is told: whoever asked for room looks for himself
        assert not platform.scrubbed
        platform.full = False
        faces.enter()
        faces.leave()
        await supervisor.tasks[1]
        assert platform.scrubbed and named(platform, "dialtone.server.connection")

    run(main())
