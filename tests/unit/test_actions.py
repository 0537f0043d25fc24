"""Execute and Configuration objects, and URIs that are not http: what they do, and what they may not."""

from dialtone import actions, softkeys
from dialtone.config.store import Store
from dialtone.errors import CallerError, DeviceError
from dialtone.lcd.panel import Panel
from log_support import Log
from support import raises, run

HEAP = "144k"  # panel, menus, store and every kind of action with its fakes, one after the other in one heap


class Storage:
    def __init__(self):
        self.files = {}
        self.full = False

    def exists(self, name):
        return name in self.files

    def write_atomic(self, name, pieces):
        if self.full:
            raise DeviceError("Cannot write %s: storage is full" % name)
        self.files[name] = "".join(pieces)

    def remove(self, name):
        self.files.pop(name, None)


class Clock:
    seconds = 5000

    def uptime_s(self):
        return self.seconds


class Platform:
    model = "57i"
    top_labels = ()
    lamps = None


class Phone:
    """As much of a phone as actions need. ``tasks``: what was spawned, to be run by the test."""

    def __init__(self):
        self.store = Store("57i")
        self.storage = Storage()
        self.log = Log()
        self.clock = Clock()
        self.platform = Platform()
        self.supervisor = self
        self.panel = Panel(24, 8, None, self)
        self.heap = self
        self.relieve = int
        self.lamps = None
        self.tasks = []
        self.restarts = self.saves = 0
        self.pressed = []
        self.refuse_saving = False

    def spawn(self, name, coroutine):
        if name == "page":
            return coroutine.close()  # which would close it again
        self.tasks.append(coroutine)

    def changed(self, names):
        softkeys.show(self)

    poller = action = unconfirmed = None

    def unload(self, *names):
        pass

    def restart(self):
        self.restarts += 1

    def save_local(self):
        if self.refuse_saving:
            raise DeviceError("Cannot write local.cfg: storage is full")
        self.saves += 1

    def saved(self, name):
        self.save_local()

    def press(self, key):
        self.pressed.append(key)
        self.panel.press(key)

    def key(self, key):
        softkeys.press(self, key)


class Player:
    """``told``: problems; ``notes``; ``pages``: URIs to be fetched."""

    chain = 0
    script = None

    def __init__(self):
        self.host = self
        self.told = []
        self.notes = []
        self.pages = []

    def fail(self, title, text):
        self.told.append(title)

    def note(self, text):
        self.notes.append(text)

    def follow_all(self, uris, script):
        self.pages += uris

    def done(self):
        self.pages.append("done")


class Script:
    def __init__(self, kind, items, url=None, **fields):
        self.kind = kind
        self.url = url
        self.items = items
        self.fields = fields

    def item(self, index):
        return self.items[index]

    def get(self, name):
        return self.fields.get(name, "")


PAGE = ("http", "10.0.0.9", 80, "/", None, None)


def execute(phone, *uris, url=None):
    """Runs an Execute object and the tasks that it begins; returns the Player."""
    player = Player()
    actions.perform(phone, player, Script("Execute", [(uri, "") for uri in uris], url))
    work(phone)
    return player


def work(phone):
    async def all_of_them():
        while phone.tasks:
            await phone.tasks.pop(0)

    run(all_of_them())


def configure(phone, *items, **fields):
    player = Player()
    actions.perform(
        phone, player, Script("Configuration", [item + ("", "", "")[len(item) - 2 :] for item in items], **fields)
    )
    work(phone)
    return player


def test_what_a_uri_is():
    for uri in ("http://a/b:c", "HTTPS://a", "menu.xml", "a/b.php?x=y:z", "", "?a:b", "/x", "1:2", "10.0.0.1:80/x"):
        assert actions.scheme(uri) == "", uri
    for uri, kind in (("Key:Up", "key"), ("Led: a=on", "led"), ("Wav.Play:http://a", "wav.play"), ("x:http://", "x")):
        assert actions.scheme(uri) == kind


def test_pages_are_fetched_in_order_and_an_empty_uri_does_nothing():
    player = execute(Phone(), "", "http://a/1", "https://a/2", "more.xml")
    assert (player.pages, player.told, player.notes) == (["http://a/1", "https://a/2", "more.xml"], [], [])


def test_lamps():
    phone = Phone()
    phone.store.set_local("softkey1 type", "dnd", "lcd")
    player = execute(phone, "Led: softkey1=on", "led:SOFTKEY2=SlowFlash", "Led: softkey3=fastflash:green")
    assert phone.lamps == {"softkey1": "on", "softkey2": "slowflash", "softkey3": "fastflash:green"}
    assert phone.platform.lamps == {"softkey1": "on"} and player.notes == []
    execute(phone, "Led: softkey2=off", "Led: softkey3=off:green")
    assert phone.lamps == {"softkey1": "on"}


def test_lamps_and_keys_of_expansion_modules():
    phone = Phone()
    for name in ("expmod2 key20 type", "expmod1 key1 type"):
        phone.store.set_local(name, "speeddial", "lcd")
    player = execute(phone, "Led: expmod2 key20=slowflash", "Led:ExpMod1Key1=on:green", "Led: expmod1 softkey1=off")
    assert player.notes == [] and phone.lamps == phone.platform.lamps == {"expmod2 key20": "slowflash"}
    for told, name in (("Key:ExpMod2SoftKey20", "expmod2 key20"), ("key: expmod1 key1", "expmod1 key1")):
        assert actions.key_name(told) == name
    for told in ("Key:ExpMod4SoftKey1", "Key:ExpMod1SoftKey61", "Key:ExpMod1", "Key:ExpMod1SoftKey"):
        with raises(CallerError):
            actions.key_name(told)


def test_lamps_are_bounded():
    phone = Phone()
    uris = []
    for number in range(1, 61):
        for module in ("expmod1", "expmod2"):
            if len(uris) < 70:
                phone.store.set_local("%s key%d type" % (module, number), "dnd", "lcd")
                uris.append("Led: %s key%d=on" % (module, number))
    player = execute(phone, *uris)
    assert len(phone.lamps) == 64 and len(player.notes) == 6
    execute(phone, *[uri.replace("=on", "=fastflash") for uri in uris[:64]])
    assert set(phone.lamps.values()) == {"fastflash"}, "what is lit may change"
    execute(phone, uris[0].replace("=on", "=off"), uris[-1])
    assert len(phone.lamps) == 64 and phone.lamps["expmod2 key35"] == "on"


def test_lamps_that_are_not_there():
    phone = Phone()
    uris = (
        "Led: softkey21=on",
        "Led: prgkey1=on",
        "Led: expmod2 key20=slowflash",  # nobody has set it
        "Led: expmod1 key61=on",
        "Led: expmod1=on",
        "Led: expmod1 key=on",
        "Led: softkey1",
        "Led: softkey1=red",
    )
    uris += ("Led: softkey0=on", "Led: softkey=on", "Led: softkey1=on:<b>", "Led: softkey100000=on", "Led: softkey²=on")
    player = execute(phone, *uris)
    assert len(player.notes) == len(uris) and not phone.lamps
    assert len(player.told) == 1, "one of them shows when nothing could be done"


def test_what_needs_audio_or_calling():
    phone = Phone()
    for uri in ("Wav.Play:http://a/b.wav", "RTPRx:10.0.0.1:1000", "RTPMTx:Stop", "Melody.Stop:"):
        assert execute(phone, uri).told == ["Not on this board"], uri
    for uri in ("Dial:123", "DialLine:2:123"):
        assert execute(phone, uri).told == ["Not available"], uri
    assert execute(phone, "javascript:x").told == ["Not supported"]
    player = execute(phone, "Wav.Play:x", "Led: softkey1=on")
    assert player.told == [] and len(player.notes) == 1, "what could be done was done"


def test_restarts_are_ten_minutes_apart_also_over_a_restart():
    phone = Phone()
    assert execute(phone, "Command: Reset").notes == [] and phone.restarts == 1
    phone.clock.seconds = 30
    for uri in ("Command: Reset", "Command:FastReboot", "command: clearlocal"):
        player = execute(phone, uri)
        assert player.told == ["Not restarted"] and phone.restarts == 1, uri
    assert configure(phone, ("http port", "81", "oneBoot")).told == []
    assert phone.restarts == 1 and "oneboot.rows" in phone.storage.files, "it waits for the next start"
    phone.clock.seconds = 601
    assert phone.storage.files["xml.restart"] == ""
    execute(phone, "Command: FastReboot")
    assert phone.restarts == 2 and phone.storage.files["xml.restart"] == "1", "no look for firmware, see resync.py"


def test_clear_local_keeps_what_guards_the_phone():
    phone = Phone()
    for name, value in (("http port", "81"), ("admin password", "4711"), ("https client method", "TLSv1.3")):
        phone.store.set_local(name, value, "lcd")
    execute(phone, "Command: ClearLocal")
    assert [phone.store.get(name) for name in ("http port", "admin password")] == ["80", "4711"]
    assert phone.store.get("https client method") == "TLSv1.3"
    assert (phone.saves, phone.restarts) == (1, 1)


def test_clear_local_with_a_full_flash_changes_nothing():
    phone = Phone()
    phone.store.set_local("http port", "81", "lcd")
    phone.refuse_saving = True
    execute(phone, "Command: ClearLocal")
    assert phone.panel.rows()[0] == "Settings not changed"
    assert phone.store.number("http port") == 81 and phone.restarts == 0


def test_lists_that_this_phone_does_not_keep_are_empty_already():
    for name in ("ClearCallersList", "ClearDirectory", "ClearRedialList"):
        player = execute(Phone(), "Command: " + name)
        assert player.told == player.notes == []
    assert execute(Phone(), "Command: Explode").told == ["Not supported"]


def test_lock_and_unlock():
    phone = Phone()
    execute(phone, "Command: Lock")
    assert phone.panel.idle.locked and "locked" in phone.storage.files
    execute(phone, "Command: Unlock")
    assert not phone.panel.idle.locked and "locked" not in phone.storage.files


def test_commands_and_lamps_of_a_fetched_script_need_its_server_in_the_list():
    for uri in ("Command: Reset", "Command: Lock", "Led: softkey1=on"):
        phone = Phone()
        assert execute(phone, uri, url=PAGE).told == ["Not allowed"], uri
        assert phone.restarts == 0 and not phone.panel.idle.locked and not phone.lamps
    phone.store.set_local("xml application post list", "10.0.0.0/24", "lcd")
    assert execute(phone, "Led: softkey1=on", url=PAGE).told == [] and phone.lamps


def test_keys_are_pressed_one_after_the_other():
    phone = Phone()
    execute(phone, "Key:NavDown", "Key:KeyPad5", "Key: KeyPadStar", "Key:Goodbye", "Key:SoftKey1", "Key:Redial")
    assert phone.pressed == ["down", "5", "*", "goodbye", "softkey1", "redial"]


def test_keys_that_are_none():
    for uri in ("Key:", "Key:Explode", "Key:SoftKey", "Key:up down", "Key:" + "x" * 500):
        phone = Phone()
        execute(phone, uri, "Key:Up")
        assert phone.pressed == [], uri
        with raises(CallerError):
            actions.key_name(uri)


def test_keys_stop_where_a_persons_menu_begins():
    phone = Phone()
    execute(phone, "Key:Options", "Key:2", "Key:Enter")
    assert phone.pressed == ["options"]
    phone.panel.home()
    phone.pressed = []
    phone.panel.press("options")
    phone.panel.press("2")  # the password of the Administrator Menu
    execute(phone, *["Key:KeyPad2"] * 5 + ["Key:Enter"])
    assert phone.pressed == [] and "not pressed in menus" in phone.log.lines[-1]


def test_no_push_answers_whether_to_trust_a_server():
    """Not by keys, not by keys that wait until the menus are closed, nor by a script's screen over the question."""
    from dialtone.lcd import first_use
    from dialtone.lcd.page import Page

    phone = Phone()
    phone.platform.stranger = "config.example", "0a" * 32, "ab" * 32
    first_use.show(phone.panel)
    asked = phone.panel.top()
    for uri in ("Key:SoftKey1", "Key:NavSelect", "Key:NavRight", "Key:Goodbye", "Key:Options", "Key:KeyPad1"):
        execute(phone, uri)
        actions.follow(phone, Player(), uri)
        work(phone)
        assert phone.pressed == [] and phone.panel.top() is asked, uri
    phone.panel.push_later(Page("A script", ["its text"], "Trust", lambda panel: None))
    assert phone.panel.top() is asked, "a push waits"
    configure(phone, ("https server pin", "0a" * 32), ("https trust first use", "1"))
    assert phone.store.get("https server pin") == "" and not phone.store.flag("https trust first use")
    assert len([line for line in phone.log.lines if "pin" in line or "first use" in line]) == 2, phone.log.lines
    assert phone.platform.stranger and phone.panel.top() is asked
    phone.panel.press("softkey1")  # and the person still can
    assert phone.store.get("https server pin") == "0a" * 32


def test_a_screen_learns_that_its_pages_were_opened_by_no_person():
    phone = Phone()
    counts = []

    class Screen:
        def render(self, panel):
            return (), ()

        def key(self, panel, key):
            return True

        def player(self):
            return self

        script = None

        def count(self, chain):
            counts.append(chain)

    phone.panel.push(Screen())
    player = Player()
    player.chain = 3
    actions.perform(phone, player, Script("Execute", [("Key:Up", ""), ("Key:Up", "")]))
    work(phone)
    assert counts == [4, 5]


def test_keys_stop_at_a_scripts_password():
    phone = Phone()

    class Screen:
        def __init__(self, *secret):
            self.script = Script("InputScreen", [("", "", "", "", each) for each in secret[1:]], password=secret[0])
            self.script.screen = "input"

        def render(self, panel):
            return (), ()

        def key(self, panel, key):
            return True

        def player(self):
            return self

        def count(self, chain):
            pass

    for secret in (("Yes",), ("", "", "yes"), ("no", "YES")):
        phone.panel.push(Screen(*secret))
        execute(phone, "Key:KeyPad2")
        assert phone.pressed == [], secret
        phone.panel.home()
    phone.panel.push(Screen("no", "", "no"))
    execute(phone, "Key:KeyPad2")
    assert phone.pressed == ["2"]


def test_links_do_the_same():
    phone = Phone()
    player = Player()
    actions.follow(phone, player, "SoftKey:Exit")
    assert player.pages == ["done"]
    actions.follow(phone, player, "Key:Up")
    work(phone)
    assert phone.pressed == ["up"]
    actions.follow(phone, player, "Dial:123")
    assert player.told == ["Not available"]
    player.script = Script("TextMenu", [], PAGE)
    actions.follow(phone, player, "Command: Lock")
    assert player.told[-1] == "Not allowed" and not phone.panel.idle.locked


def test_configuration_levels():
    phone = Phone()
    player = configure(phone, ("softkey# label", "x", "", "1", "3"), ("http port", "82", "local"), settype="remote")
    assert player.told == player.notes == [] and phone.saves == 1
    assert [phone.store.origin(name) for name in ("softkey3 label", "http port")] == ["XML object", "set here"]
    configure(phone, ("https port", "444"), settype="LOCAL")
    assert phone.store.origin("https port") == "set here"
    assert configure(phone, ("https port", "445", "forever")).notes == ["setType forever is not known here"]


def test_one_boot_restarts_and_waits_in_flash():
    phone = Phone()
    configure(phone, ("http port", "82", "oneBoot"))
    assert phone.restarts == 1 and phone.store.number("http port") == 80
    assert phone.storage.files["oneboot.rows"] == "=XML object\t0\nhttp port\t-0\t82\n"


def test_refusals_are_noted_and_never_hold_a_value():
    phone = Phone()
    items = ("admin password", "s3cret"), ("https validate certificates", "0"), ("http port", "s3cret")
    configure(phone, *items)
    assert len(phone.log.lines) == 3 and "s3cret" not in "".join(phone.log.lines)
    assert phone.saves == 0


def test_a_full_flash_undoes_the_whole_object():
    phone = Phone()
    phone.refuse_saving = True
    configure(phone, ("http port", "82", "local"), ("https port", "444", "remote"), ("http path", "x", "oneBoot"))
    assert phone.panel.rows()[0] == "Settings not changed" and phone.restarts == 0
    assert (phone.store.number("http port"), phone.store.number("https port")) == (80, 443)
    assert phone.storage.files == {}
