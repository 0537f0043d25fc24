import asyncio

from dialtone.errors import PeerError
from dialtone.http.url import Url
from dialtone.lcd.script_screen import load
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

    def __init__(self, get_timeout_s=30):
        self.pages = {}
        self.asked = []
        self.said = []
        self.shown = 0
        self.get_timeout_s = get_timeout_s
        self.player = Player(self, self.show)

    def load(self, url, again):
        return load(lambda: self.player, self.fetch, url, again)

    def lookup(self, name):
        return {"LOCALIP": "10.0.0.5"}.get(name)

    def note(self, text):
        self.said.append(text)

    def beep(self):
        self.said.append("beep")

    def scheme(self, player, uri):
        player.fail("No such scheme", uri)

    def perform(self, player, script):
        self.said.append(script.kind)
        if script.items:
            player.follow_all([script.item(index)[0] for index in range(len(script.items))], script)

    async def fetch(self, url):
        text = str(Url(*url))
        self.asked.append(text)
        page = self.pages.get(text, 404)
        if page is None:
            await asyncio.sleep(60)
        if isinstance(page, Exception):
            raise page
        if isinstance(page, int):
            raise PeerError("The server answered %d" % page, "Check %s" % text)
        script = _script(page)
        script.url = url
        return script

    def spawn(self, name, coroutine):
        return asyncio.create_task(coroutine)

    def show(self, player):
        self.shown += 1

    async def settle(self):
        for _ in range(40):
            await asyncio.sleep(0)
        return self.player


def _visit(steps, pages=(), **more):
    """Runs ``steps(net)``, a coroutine, against ``pages``."""

    async def main():
        net = Net(**more)
        net.pages = dict(pages)
        await steps(net)
        net.player.close()

    run(main())


def _choose(net, index):
    net.player.touched()
    item = net.player.script.item(index)
    net.player.follow(item[1], item[4])


def _title(net):
    return net.player.script.get("title")


def test_open_loads_and_shows():
    async def steps(net):
        net.player.follow("http://h/a?ip=$$LOCALIP$$")
        assert net.player.loading and net.shown == 1
        player = await net.settle()
        assert not player.loading and player.script.get("title") == "A" and not player.problem
        assert net.asked == ["http://h/a?ip=10.0.0.5"]

    _visit(steps, {"http://h/a?ip=10.0.0.5": _TEXT % ("", "A")})


def test_menu_items_are_joined_with_their_base():
    async def steps(net):
        for item, url in ((0, "http://h/m/one?a=1"), (1, "http://h/m/?two"), (2, "http://h/three")):
            net.player.touched()
            net.player.follow("http://h/dir/menu")
            await net.settle()
            _choose(net, item)
            await net.settle()
            assert net.asked[-1] == url, net.asked
            net.player.back()

    _visit(steps, {"http://h/dir/menu": _MENU})


def test_a_base_stands_before_an_entry_as_it_is():
    async def steps(net):
        net.player.follow("http://h/dir/menu")
        await net.settle()
        for base, uri, url in (
            ("http://h/v.php?user=1&action=detail", "&msg=2-INBOX", "http://h/v.php?user=1&action=detail&msg=2-INBOX"),
            ("http://h/v.php", "?a=1", "http://h/v.php?a=1"),
            ("sub/", "clock", "http://h/dir/sub/clock"),
            ("sub/", "x?to=http://i/", "http://h/dir/sub/x?to=http://i/"),
            ("http://h/m/", "http://i/else", "http://i/else"),
            ("http://h/m/", "/root", "http://h/root"),
            ("", "four", "http://h/dir/four"),
        ):
            net.player.touched()
            net.player.follow(uri, base)
            await net.settle()
            assert net.asked[-1] == url, net.asked
            net.player.back()
        count = len(net.asked)
        net.player.follow("", "http://h/m/")
        net.player.follow("Dial:12", "http://h/m/")
        assert len(net.asked) == count and net.player.problem == ("No such scheme", ("Dial:12",))

    _visit(steps, {"http://h/dir/menu": _MENU})


def test_links_on_the_same_server_keep_its_log_in():
    async def steps(net):
        net.player.follow("http://u:p@h/menu")
        await net.settle()
        _choose(net, 2)
        await net.settle()
        assert net.asked == ["http://h/menu", "http://h/three"]
        net.player.back()
        assert net.player.script.url[4] == "u"

    _visit(steps, {"http://h/menu": _MENU.replace("../three", "three")})


def test_empty_uri_does_nothing_and_other_kinds_are_told():
    async def steps(net):
        net.player.push(_script(_MENU))
        _choose(net, 3)
        assert net.asked == [] and not net.player.problem
        _choose(net, 4)
        assert net.player.problem == ("No such scheme", ("Dial:123",))
        net.player.back()
        assert net.player.script.items and not net.player.over
        _choose(net, 2)
        assert net.player.problem and net.asked == []  # a push has no address that ../three could be relative to

    _visit(steps)


def test_the_way_back():
    async def steps(net):
        player = net.player
        for name in ("a", "b", "c"):
            player.touched()
            player.follow("http://h/" + name)
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
        assert left == 9

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
        player.follow("http://h/slow")
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
        net.player.follow("http://h/slow")
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
            ("image", "XML line 1: <AastraIPPhoneMovie> is not an object for phones"),
            ("peer", "Bad Certificate: expired"),
            ("down", "Script server not reachable"),
            ("memory", "No memory for this script"),
        ):
            player.touched()
            player.follow("http://h/" + name)
            await net.settle()
            assert player.problem[0] == title, player.problem
            player.back()
            assert _title(net) == "Good" and not player.problem
        player.follow("ftp:nothing")
        assert player.problem
        player.follow("https://")
        assert player.problem

    pages = {
        "http://h/broken": "<AastraIPPhoneTextScreen>\n<Text>a & b</Text></AastraIPPhoneTextScreen>",
        "http://h/html": "<html/>",
        "http://h/image": "<AastraIPPhoneMovie/>",
        "http://h/peer": PeerError("Bad Certificate: expired"),
        "http://h/down": OSError(111),
        "http://h/memory": MemoryError(),
    }
    _visit(steps, pages)


def test_a_newer_request_wins():
    async def steps(net):
        net.player.follow("http://h/slow")
        await net.settle()
        net.player.follow("http://h/a")
        await net.settle()
        assert _title(net) == "A"

    _visit(steps, {"http://h/slow": None, "http://h/a": _TEXT % ("", "A")})


def test_an_object_leaves_after_its_timeout():
    async def steps(net):
        player = net.player
        player.push(_script((_TEXT % (" Timeout='10'", "A"))))
        for left in (10, 9, 1):
            assert player.due_s() == left
            player.look()
            assert not player.over
            player.passed(8 if left == 9 else 1)
        player.look()
        assert player.over

    _visit(steps)


def test_the_default_timeout_and_none():
    async def steps(net):
        player = net.player
        for attributes, left in (
            ("", 45),
            (" Timeout='0'", 3600),
            (" LockIn='yes'", 3600),
            (" LockIn='yes' Timeout='7'", 7),
            (" Timeout='x'", 45),
        ):
            player.push(_script(_TEXT % (attributes, "A")))
            assert player.due_s() == left, attributes
        player.passed(3)
        player.touched()
        assert player.due_s() == 45

    _visit(steps)


def test_a_silent_server_is_given_up():
    async def steps(net):
        net.player.follow("http://h/slow")
        await net.settle()
        net.player.passed(1)
        net.player.look()
        assert net.player.problem[0] == "The script server does not answer" and not net.player.loading

    _visit(steps, {"http://h/slow": None}, get_timeout_s=1)


def test_a_chain_of_scripts_ends_without_a_key():
    async def steps(net):
        net.player.follow("http://h/a")
        await net.settle()
        assert len(net.asked) == 5 and net.player.problem[0] == "Too many pages without a key"
        net.player.back()
        net.player.touched()
        net.player.follow("http://h/a")
        await net.settle()
        assert len(net.asked) == 10

    execute = '<AastraIPPhoneExecute><ExecuteItem URI="http://h/a"/></AastraIPPhoneExecute>'
    _visit(steps, {"http://h/a": execute})


def test_what_arrives_by_itself_does_not_lengthen_a_chain():
    async def steps(net):
        poll = _script("<AastraIPPhoneExecute></AastraIPPhoneExecute>")
        net.player.follow("http://h/a")
        while net.player.loading:
            net.player.push(poll)  # an answer to `action uri poll` between any two fetches
            await asyncio.sleep(0)
        assert len(net.asked) == 5 and net.player.problem[0] == "Too many pages without a key"

    execute = '<AastraIPPhoneExecute><ExecuteItem URI="http://h/a"/></AastraIPPhoneExecute>'
    _visit(steps, {"http://h/a": execute})


def test_refresh_replaces_the_object_in_place():
    async def steps(net):
        player = net.player
        player.push(_script(_TEXT % ("", "Below")))
        player.follow("http://h/a")
        await net.settle()
        player.script.refresh = (5, "b")
        player.script.top = 3
        assert player.due_s() == 5
        player.passed(4)
        player.look()
        assert not player.busy()
        player.passed(1)
        player.look()
        assert player.busy() and not player.loading  # the old one shows meanwhile
        player.look()
        await net.settle()
        assert net.asked == ["http://h/a", "http://h/b"] and _title(net) == "B" and player.script.top == 3
        player.back()
        assert _title(net) == "Below"

    _visit(steps, {"http://h/a": _TEXT % ("", "A"), "http://h/b": _TEXT % ("", "B")})


def test_a_refresh_that_fails_is_noted_and_tried_again():
    async def steps(net):
        player = net.player
        player.follow("http://h/a")
        await net.settle()
        player.script.refresh = (2, "")
        net.pages = {}
        for count in (1, 2):
            player.passed(2)
            player.look()
            await net.settle()
            assert _title(net) == "A" and not player.problem and len(net.said) == count
        assert net.asked == ["http://h/a"] * 3

    _visit(steps, {"http://h/a": _TEXT % ("", "A")})


def test_a_locked_object_is_left_by_its_own_keys_or_goodbye():
    async def steps(net):
        player = net.player
        player.push(_script(_TEXT % (" LockIn='yes'", "A")))
        player.leave()
        assert _title(net) == "A"
        player.goodbye()
        assert player.over
        net.player = player = Player(net, net.show)
        player.push(_script(_TEXT % (" LockIn='yes' cancelAction='http://h/c' GoodbyeLockInURI='http://h/g'", "A")))
        player.leave()
        await net.settle()
        assert _title(net) == "C"
        player.back()
        player.goodbye()
        await net.settle()
        assert net.asked == ["http://h/c", "http://h/g"]

    _visit(steps, {"http://h/c": _TEXT % ("", "C"), "http://h/g": _TEXT % ("", "G")})


def test_objects_without_a_screen_are_performed():
    status = "<AastraIPPhoneStatus %s><Message index='0'></Message></AastraIPPhoneStatus>"

    async def steps(net):
        player = net.player
        player.push(_script(_TEXT % (" destroyOnExit='yes'", "A")))
        player.push(_script(status % "Beep='yes'"))
        assert net.said == ["beep", "Status"] and _title(net) == "A"
        player.push(_script(status % "triggerDestroyOnExit='yes'"))
        assert player.over
        net.player = player = Player(net, net.show)
        player.push(_script(_TEXT % ("", "A")))
        player.push(_script(status % "triggerDestroyOnExit='yes'"))
        assert _title(net) == "A"  # it has no destroyOnExit

    _visit(steps)


def test_another_player_goes_on_where_one_stopped():
    async def steps(net):
        net.player.push(_script(_TEXT % ("", "A")))
        net.player.push(_script(_TEXT % ("", "B")))
        net.player.passed(20)
        other = Player(net, net.show, net.player.state())
        assert other.script.get("title") == "B" and other.due_s() == 25
        other.back()
        assert other.script.get("title") == "A"

    _visit(steps)


def _execute(*uris):
    items = "".join(['<ExecuteItem URI="%s"/>' % uri for uri in uris])
    return "<AastraIPPhoneExecute>%s</AastraIPPhoneExecute>" % items


def test_the_pages_of_an_execute_object_come_one_after_the_other():
    async def steps(net):
        net.player.follow("http://h/x")
        await net.settle()
        assert net.asked == ["http://h/x", "http://h/1", "http://h/two?a"]
        assert _title(net) == "two"
        net.player.back()
        assert _title(net) == "one"

    pages = {"http://h/x": _execute("http://h/1", "two?a"), "http://h/1": _TEXT % ("", "one")}
    pages["http://h/two?a"] = _TEXT % ("", "two")
    _visit(steps, pages)


def test_goodbye_and_failures_end_the_row_of_pages():
    async def steps(net):
        net.player.follow("http://h/x")
        await net.settle()
        assert net.asked == ["http://h/x", "http://h/none"] and net.player.problem
        net.player.back()
        net.player.follow("http://h/y")
        await net.settle()
        net.player.goodbye()
        await net.settle()
        assert net.asked[2:] == ["http://h/y", "http://h/slow"] and net.player.over

    pages = {"http://h/x": _execute("http://h/none", "http://h/1"), "http://h/y": _execute("slow", "http://h/1")}
    pages["http://h/slow"] = None
    pages["http://h/1"] = _TEXT % ("", "one")
    _visit(steps, pages)


def test_what_a_script_pressed_counts_on():
    async def steps(net):
        net.player.follow("http://h/1")
        await net.settle()
        net.player.count(5)
        assert net.player.problem is None
        net.player.follow("http://h/1")
        assert net.player.problem[0] == "Too many pages without a key" and not net.player.loading
        await net.settle()
        net.player.back()
        net.player.touched()
        net.player.follow("http://h/1")
        net.player.count(6)
        assert not net.player.loading
        await net.settle()
        assert len(net.asked) == 1, "neither of the later ones began"

    _visit(steps, {"http://h/1": _TEXT % ("", "one")})
