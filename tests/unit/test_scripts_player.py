import asyncio

from dialtone.errors import PeerError
from dialtone.scripts.objects import Builder
from dialtone.scripts.player import Player
from support import run

_TEXT = "<AastraIPPhoneTextScreen%s><Title>%s</Title><Text>x</Text></AastraIPPhoneTextScreen>"
_MENU = (
    '<AastraIPPhoneTextMenu cancelAction="http://h/cancelled">'
    '<MenuItem base="http://h/m/"><Prompt>1</Prompt>'
    "<URI>one?a=1</URI><Selection>s 1</Selection></MenuItem><MenuItem><Prompt>2</Prompt><URI>?two</URI></MenuItem>"
    '<MenuItem base=""><Prompt>3</Prompt><URI>../three</URI></MenuItem>'
    "<MenuItem><Prompt>4</Prompt><URI></URI></MenuItem>"
    "<MenuItem><Prompt>5</Prompt><URI>Dial:123</URI></MenuItem>"
    '<SoftKey index="1"><Label>S</Label><URI>SoftKey:Select</URI></SoftKey>'
    '<SoftKey index="2"><Label>D</Label><URI>http://h/del?x</URI></SoftKey>'
    '<SoftKey index="6"><Label>E</Label><URI>SoftKey:Exit</URI></SoftKey></AastraIPPhoneTextMenu>'
)


def _script(text):
    builder = Builder()
    builder.feed(text.encode())
    return builder.finish()


class Net:
    """A web server in memory: ``pages`` maps a URL to a document, a status, an exception or None for a hanging one."""

    def __init__(self, **more):
        self.pages = {}
        self.asked = []
        self.shown = 0
        self.tasks = []
        self.player = Player(self.fetch, self.spawn, self.show, {"LOCALIP": "10.0.0.5"}.get, **more)

    async def fetch(self, url):
        self.asked.append(str(url))
        page = self.pages.get(str(url), 404)
        if page is None:
            await asyncio.sleep(60)
        if isinstance(page, Exception):
            raise page
        if isinstance(page, int):
            raise PeerError("The server answered %d" % page, "Check %s" % url)
        script = _script(page)
        script.url = url
        return script

    def spawn(self, name, coroutine):
        task = asyncio.create_task(coroutine)
        if name == "script timer":
            self.tasks.append(task)
        return task

    def show(self, player):
        self.shown += 1

    async def settle(self):
        for _ in range(40):
            await asyncio.sleep(0)
        return self.player

    def end(self):
        for task in self.tasks:
            task.cancel()


def _visit(steps, pages=(), **more):
    """Runs ``steps(net)``, a coroutine, against ``pages``."""

    async def main():
        net = Net(**more)
        net.pages = dict(pages)
        try:
            await steps(net)
        finally:
            net.end()

    run(main())


def _title(net):
    return net.player.script.title


def test_open_loads_and_shows():
    async def steps(net):
        net.player.open("http://h/a?ip=$$LOCALIP$$")
        assert net.player.loading and net.shown == 1
        player = await net.settle()
        assert not player.loading and player.script.title == "A" and not player.problem
        assert net.asked == ["http://h/a?ip=10.0.0.5"]

    _visit(steps, {"http://h/a?ip=10.0.0.5": _TEXT % ("", "A")})


def test_menu_items_are_joined_with_their_base():
    async def steps(net):
        for item, url in ((0, "http://h/m/one?a=1"), (1, "http://h/m/?two"), (2, "http://h/three")):
            net.player.open("http://h/dir/menu")
            await net.settle()
            net.player.choose(item)
            await net.settle()
            assert net.asked[-1] == url, net.asked
            net.player.back()

    _visit(steps, {"http://h/dir/menu": _MENU})


def test_links_on_the_same_server_keep_its_log_in():
    async def steps(net):
        net.player.open("http://u:p@h/menu")
        await net.settle()
        net.player.choose(2)
        await net.settle()
        assert net.asked == ["http://h/menu", "http://h/three"]
        net.player.back()
        assert net.player.script.url.user == "u"

    _visit(steps, {"http://h/menu": _MENU.replace("../three", "three")})


def test_empty_uri_does_nothing_and_other_kinds_are_told():
    async def steps(net):
        net.player.push(_script(_MENU))
        net.player.choose(3)
        assert net.asked == [] and not net.player.problem
        net.player.choose(4)
        assert net.player.problem == ("Not supported yet", ("Dial:123",))
        net.player.back()
        assert net.player.script.items and not net.player.over
        net.player.choose(2)
        assert net.player.problem and net.asked == []  # a push has no address that ../three could be relative to

    _visit(steps)


def test_softkeys():
    async def steps(net):
        net.player.push(_script(_MENU))
        net.player.softkey(1, 0)
        await net.settle()
        assert net.asked == ["http://h/m/one?a=1"]
        net.player.back()
        net.player.softkey(2, 0)
        await net.settle()
        assert net.asked[-1] == "http://h/del?x&selection=s%201"
        net.player.back()
        net.player.softkey(3, 0)
        assert len(net.asked) == 2
        net.player.softkey(6, 0)
        await net.settle()
        assert net.asked[-1] == "http://h/cancelled"

    _visit(steps)


def test_the_way_back():
    async def steps(net):
        player = net.player
        for name in ("a", "b", "c"):
            player.open("http://h/" + name)
            await net.settle()
        assert _title(net) == "C"
        player.leave()
        assert _title(net) == "A"  # b had destroyOnExit
        player.leave()
        assert player.over

    pages = {
        "http://h/a": _TEXT % ("", "A"),
        "http://h/b": _TEXT % (" destroyOnExit='yes'", "B"),
        "http://h/c": _TEXT % ("", "C"),
    }
    _visit(steps, pages)


def test_the_way_back_is_bounded():
    async def steps(net):
        for number in range(50):
            net.player.push(_script((_TEXT % ("", number))))
        left = 0
        while not net.player.over:
            net.player.back()
            left += 1
        assert left == 5

    _visit(steps)


def test_done_and_goodbye_follow_their_actions():
    async def steps(net):
        player = net.player
        player.push(_script((_TEXT % (" doneAction='http://h/done' cancelAction='http://h/cancel'", "A"))))
        player.done()
        await net.settle()
        player.back()
        player.goodbye()
        await net.settle()
        assert net.asked == ["http://h/done", "http://h/cancel"]
        player.goodbye()
        assert player.over and player.script is None

    _visit(steps, {"http://h/done": 500, "http://h/cancel": _TEXT % ("", "C")})


def test_goodbye_stops_loading_and_keeps_the_last_object():
    async def steps(net):
        player = net.player
        player.push(_script((_TEXT % ("", "A"))))
        player.open("http://h/slow")
        await net.settle()
        assert player.loading
        player.goodbye()
        await net.settle()
        assert not player.loading and _title(net) == "A" and not player.over and not player.problem
        player.goodbye()
        assert player.over

    _visit(steps, {"http://h/slow": None})


def test_goodbye_before_the_first_object_ends_the_visit():
    async def steps(net):
        net.player.open("http://h/slow")
        await net.settle()
        net.player.goodbye()
        assert net.player.over

    _visit(steps, {"http://h/slow": None})


def test_failures_are_told_and_the_last_good_object_stays():
    async def steps(net):
        player = net.player
        player.push(_script((_TEXT % ("", "Good"))))
        for name, title in (
            ("gone", "The server answered 404"),
            ("broken", "XML line 2: & must be written &amp;"),
            ("html", "XML line 1: <html> is not an object for phones"),
            ("image", "Not supported yet"),
            ("peer", "Bad Certificate: expired"),
            ("down", "Script server not reachable"),
            ("memory", "No memory for this script"),
        ):
            player.open("http://h/" + name)
            await net.settle()
            assert player.problem[0] == title, player.problem
            player.back()
            assert _title(net) == "Good" and not player.problem
        player.open("ftp:nothing")
        assert player.problem
        player.open("https://")
        assert player.problem

    pages = {
        "http://h/broken": "<AastraIPPhoneTextScreen>\n<Text>a & b</Text></AastraIPPhoneTextScreen>",
        "http://h/html": "<html/>",
        "http://h/image": "<AastraIPPhoneImageScreen/>",
        "http://h/peer": PeerError("Bad Certificate: expired"),
        "http://h/down": OSError(111),
        "http://h/memory": MemoryError(),
    }
    _visit(steps, pages)


def test_an_unsupported_object_is_named():
    async def steps(net):
        net.player.push(_script("<AastraIPPhoneInputScreen><Title>x</Title></AastraIPPhoneInputScreen>"))
        assert net.player.problem[1][0] == "AastraIPPhoneInputScreen"
        net.player.back()
        assert net.player.over

    _visit(steps)


def test_a_newer_request_wins():
    async def steps(net):
        net.player.open("http://h/slow")
        await net.settle()
        net.player.open("http://h/a")
        await net.settle()
        assert _title(net) == "A"

    _visit(steps, {"http://h/slow": None, "http://h/a": _TEXT % ("", "A")})


def test_an_object_leaves_after_its_timeout():
    async def steps(net):
        net.player.push(_script((_TEXT % (" Timeout='1'", "A"))))
        await asyncio.sleep(1.2)
        assert net.player.over

    _visit(steps)


def test_a_silent_server_is_given_up():
    async def steps(net):
        net.player.open("http://h/slow")
        await asyncio.sleep(1.2)
        assert net.player.problem[0] == "The script server does not answer" and not net.player.loading

    _visit(steps, {"http://h/slow": None}, get_timeout_s=1)
