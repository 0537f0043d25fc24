"""Keys of the phone: rows, pages, lamps, the lock, and what a press sets off."""

from dialtone import softkeys
from dialtone.config.store import Store
from dialtone.errors import CallerError
from dialtone.lcd import locked
from dialtone.lcd.panel import Panel
from support import raises


class Storage:
    def __init__(self):
        self.files = set()

    def write_atomic(self, name, pieces):
        self.files.add(name)

    def remove(self, name):
        self.files.discard(name)


class Platform:
    top_labels = ()
    lamps = None


class Phone:
    """As much of a phone as its keys need."""

    def __init__(self, model="57i", **values):
        self.store = Store(model)
        self.platform = Platform()
        self.platform.model = model
        self.storage = Storage()
        self.lamps = None
        small = model in ("53i", "9143i")
        self.panel = Panel(16 if small else 24, 3 if small else 8, None, self)
        for name in values:
            self.set(name, values[name])
        softkeys.show(self)

    def set(self, name, value):
        self.store.set_local(name.replace("_", " "), value, "lcd")

    def key(self, name):
        softkeys.press(self, name)

    def unload(self, *names):
        pass

    def labels(self):
        softkeys.show(self)
        return [label for label in self.panel.softkeys() if label]


def filled(model, prefix, count, kind="dnd"):
    phone = Phone(model)
    for number in range(1, count + 1):
        phone.set("%s%d type" % (prefix, number), kind)
        phone.set("%s%d label" % (prefix, number), "K%d" % number)
    softkeys.show(phone)
    return phone


def test_six_keys_fit():
    phone = filled("57i", "softkey", 6)
    assert phone.panel.softkeys() == ["K1", "K2", "K3", "K4", "K5", "K6"]


def test_more_turns_the_page_and_comes_round():
    phone = filled("57i", "softkey", 13)
    seen = []
    for _ in range(4):
        seen.append(phone.panel.softkeys())
        phone.panel.press("softkey6" if len(seen) < 3 else "softkey4")
    assert seen[0] == ["K1", "K2", "K3", "K4", "K5", "More"]
    assert seen[1] == ["K6", "K7", "K8", "K9", "K10", "More"]
    assert seen[2] == ["K11", "K12", "K13", "More", "", ""]
    assert seen[3] == seen[0]


def test_the_upper_row_has_pages_of_its_own():
    phone = filled("57i", "topsoftkey", 10)
    assert phone.platform.top_labels == ["K1", "K2", "K3", "K4", "K5", "More"]
    phone.panel.press("topsoftkey6")
    assert phone.platform.top_labels == ["K6", "K7", "K8", "K9", "K10", "More"]
    assert phone.panel.softkeys() == [""] * 6
    phone.panel.press("topsoftkey6")
    assert phone.platform.top_labels[0] == "K1"


def test_keys_that_are_not_there_take_no_place_and_empty_ones_do():
    phone = Phone(softkey1_type="dnd", softkey3_type="empty", softkey4_type="xml", softkey4_label="Four")
    assert phone.panel.softkeys() == ["dnd", "", "Four", "", "", ""]
    phone.panel.press("softkey2")
    phone.panel.press("softkey5")
    assert not phone.panel.screens()


def test_states_say_when_a_key_shows():
    phone = Phone(softkey1_type="dnd", softkey2_type="xml", softkey2_label="Busy", softkey2_states="busy connected")
    assert phone.labels() == ["dnd"]
    phone.set("softkey2_states", "idle busy")
    assert phone.labels() == ["dnd", "Busy"]


def test_what_needs_calling_says_so():
    phone = Phone(softkey1_type="speeddial", softkey1_label="Bob", topsoftkey1_type="blf")
    for key in ("softkey1", "topsoftkey1", "hold", "line2"):
        phone.panel.press(key)
        assert "needs calling" in " ".join(phone.panel.rows()).replace("need calling", "needs calling"), key
        phone.panel.press("goodbye")
    phone.panel.press("softkey6")
    assert not phone.panel.screens()


def test_a_key_that_opens_nothing_says_what_is_empty():
    phone = Phone(softkey1_type="xml", softkey1_label="Void", softkey2_type="redial")
    for key, name in (
        ("softkey1", "softkey1 value"),
        ("softkey2", "redial script"),
        ("callers", "callers list script"),
        ("services", "services script"),
    ):
        phone.panel.press(key)
        rows = phone.panel.rows()
        assert rows[0] == "Not set" and "This key opens %s, which is empty." % name in " ".join(rows).strip(), key
        phone.panel.press("goodbye")


def test_keys_of_expansion_modules():
    phone = Phone("55i", expmod1_key3_type="speeddial", expmod3_key60_type="phonelock", expmod1_key4_type="empty")
    assert phone.panel.softkeys() == [""] * 6, "they show on the module alone"
    for key in ("expmod1 key1", "expmod1 key4", "expmod2 key3"):
        phone.panel.press(key)
        assert not phone.panel.screens(), key
    phone.panel.press("expmod1 key3")
    assert "speeddial" in " ".join(phone.panel.rows())
    phone.panel.press("goodbye")
    phone.panel.press("expmod3 key60")
    assert phone.panel.idle.locked
    phone.panel.press("expmod1 key3")
    assert not [row for row in phone.panel.rows() if "speeddial" in row], "a locked phone takes none of them"
    for key in ("expmod1 key61", "expmod1 key0", "expmod1 key01", "expmod4 key1", "expmod1 key", "expmod1key1"):
        with raises(CallerError):
            phone.panel.press(key)
    phone.lamps = {"expmod1 key3": "on", "softkey9": "on"}
    softkeys.show(phone)
    assert phone.platform.lamps == {"expmod1 key3": "on"}


def test_programmable_keys():
    phone = Phone("53i", prgkey2_type="speeddial", prgkey2_label="Bob")
    assert phone.panel.softkeys() == ["", "Bob", "", "", "", ""]
    for key in ("prgkey2", "softkey2"):
        phone.panel.press(key)
        assert phone.panel.rows()[0] == "Not available", key
        phone.panel.press("goodbye")
    for key in ("prgkey1", "prgkey7", "prgkey8", "topsoftkey1"):
        phone.panel.press(key)
        assert not phone.panel.screens(), key


def test_names_that_are_no_keys():
    phone = Phone()
    for key in ("softkey", "prgkey", "services1", "x", "", "line5", "softkey²"):
        with raises(CallerError):
            phone.panel.press(key)
    for key in ("softkey0", "softkey99999", "topsoftkey7"):
        phone.panel.press(key)
        assert not phone.panel.screens(), key


def test_the_services_menu_offers_the_application():
    phone = Phone(xml_application_uri="http://10.0.0.1/a.xml", xml_application_title="Our things")
    phone.panel.press("services")
    assert phone.panel.rows()[:2] == ["Services", ">1.Our things"]


def test_a_key_with_a_name_leaves_the_menus():
    phone = Phone()
    phone.panel.press("options")
    phone.panel.press("redial")
    assert len(phone.panel.screens()) == 1
    assert phone.panel.rows()[0] == "Not set"


def test_lamps_are_told_by_place():
    phone = filled("57i", "softkey", 8)
    phone.set("topsoftkey3 type", "dnd")
    phone.lamps = {"softkey2": "on", "softkey7": "slowflash:green", "topsoftkey3": "fastflash", "softkey20": "on"}
    softkeys.show(phone)
    assert phone.platform.lamps == {"softkey2": "on", "topsoftkey1": "fastflash"}
    phone.panel.press("softkey6")
    assert phone.platform.lamps == {"softkey2": "slowflash:green", "topsoftkey1": "fastflash"}
    phone = filled("53i", "prgkey", 2)
    phone.lamps = {"prgkey6": "on"}
    softkeys.show(phone)
    assert phone.platform.lamps == {"prgkey6": "on"}


def test_the_options_menu_asks_before_it_locks():
    phone = Phone(user_password="4711")
    for key in ("options", "6"):
        phone.panel.press(key)
    assert phone.panel.rows()[:2] == ["Lock the phone?", "User or administrator"]
    phone.panel.press("left")
    assert phone.panel.rows()[0] == "Options" and phone.storage.files == set()
    for key in ("6", "softkey1"):
        phone.panel.press(key)
    assert "Phone locked" in phone.panel.rows() and phone.storage.files == {"locked"}
    phone = Phone()
    for key in ("options", "6"):
        phone.panel.press(key)
    assert "anybody unlocks it" in " ".join(phone.panel.rows()), "an empty entry is the empty password"


def test_the_phone_lock():
    phone = Phone(softkey1_type="phonelock", softkey2_type="speeddial", user_password="4711")
    phone.panel.press("softkey1")
    assert "Phone locked" in phone.panel.rows() and phone.storage.files == {"locked"}
    assert phone.labels() == ["Unlock"]
    for key in ("options", "softkey2", "redial", "topsoftkey1", "5"):
        phone.panel.press(key)
        assert [getattr(screen, "private", False) for screen in phone.panel.screens()] == [True], key
        assert phone.panel.rows()[0] == "Unlock", key
        phone.panel.press("goodbye")
    phone.panel.press("softkey1")
    for key in ("4", "7", "1", "1", "enter"):
        phone.panel.press(key)
    assert phone.labels() == ["phonelock", "speeddial"] and phone.storage.files == set()
    assert not phone.panel.screens() and not phone.panel.idle.locked


def test_a_locked_phone_stays_locked_after_wrong_passwords():
    phone = Phone()
    locked.lock(phone)
    phone.panel.press("enter")
    for _ in range(3):
        for key in ("9", "enter"):
            phone.panel.press(key)
    assert not phone.panel.screens() and phone.panel.idle.locked
    locked.unlock(phone)
    assert not phone.panel.idle.locked
