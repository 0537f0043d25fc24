"""The demo's applications: scripts for phones as one writes them, each a function that answers one GET with an object.

They show the platform off and are its living documentation. What they tell is made up, but it changes as real things
do. ``demo_server.py`` serves them below ``/apps/``; tests/system/test_demo_apps.py presses their keys.
"""

import hashlib
import math
import time
from xml.sax.saxutils import escape, quoteattr

WIDTH, HEIGHT = 144, 40  # pixels of an ImageScreen on the large display (facts page, 6.2)
REFRESH_S = 3
PEOPLE = (
    ("Ada Berg", 100, "Reception, 8 to 16"),
    ("Amir Haddad", 221, "Accounts"),
    ("Bela Novak", 233, "Store room"),
    ("Berit Olsen", 102, "Management"),
    ("Chidi Eze", 241, "Workshop"),
    ("Dana Weiss", 250, "Shipping, to 14"),
    ("Jules Okoro", 101, "Reception, 12 to 20"),
    ("Mina S\u00f8rensen", 240, "Workshop. Repairs what others gave up on"),
    ("Tom\u00e1s Ruiz", 262, "Garden"),
)
TOWNS = ("Porthaven", "Oberndorf", "Kilbrennan", "Las Lomas")
_SKIES = ("sunny", "cloudy", "rain", "windy", "fog", "snow")
_KEYS = {  # what softkey 5 can be made to do: label, page
    "weather": ("Weather", "apps/weather.xml"),
    "queue": ("Queue", "apps/queue.xml"),
    "canteen": ("Canteen", "scripts/canteen.xml"),
}


class Ask:
    """A request: ``base`` is the server's URL, ``query`` a mapping, ``model`` of the phone, ``now_s`` the time."""

    def __init__(self, base, query, model, now_s=None):
        self.base = base
        self.model = model
        self.now_s = time.time() if now_s is None else now_s
        self._query = query

    def get(self, name, default=""):
        return self._query.get(name, default)

    def number(self, name, limit):
        """A parameter as a number below ``limit``, 0 for anything else."""
        text = self.get(name)
        return int(text) % limit if text.isascii() and text.isdigit() and len(text) < 9 else 0

    def url(self, path):
        return escape("%s/%s" % (self.base, path))


# -- the applications --------------------------------------------------------------------------------------------------


def weather(ask):
    """A FormattedTextScreen: lines in two sizes, and a softkey that asks for the next town."""
    at = ask.number("town", len(TOWNS))
    today = int(ask.now_s // 86_400)
    days = [_forecast(TOWNS[at], today + step) for step in range(4)]
    lines = [
        '<Line Size="double" Align="center">%s</Line>' % TOWNS[at],
        '<Line Align="center">today %s, %d \u00b0C</Line>' % days[0],
        '<Scroll Height="2">',
        *["<Line>%s %s, %d \u00b0C</Line>" % (_weekday(today + step), *days[step]) for step in (1, 2, 3)],
        "</Scroll>",
    ]
    keys = _softkeys((1, "Next town", ask.url("apps/weather.xml?town=%d" % (at + 1))), (6, "Exit", "SoftKey:Exit"))
    return _object("FormattedTextScreen", *lines, keys, destroyOnExit="yes")


def directory(ask):
    """An InputScreen: what is typed comes back as a parameter of ``found``."""
    return _object(
        "InputScreen",
        "<Title>Directory</Title><Prompt>Name begins with</Prompt>",
        "<URL>%s</URL><Parameter>name</Parameter><Default></Default>" % ask.url("apps/found.xml"),
        type="string",
        destroyOnExit="yes",
    )


def found(ask):
    """A TextMenu of those whose first or last name begins so, or a TextScreen that says that there is nobody."""
    wanted = ask.get("name").strip().lower()
    rows = [
        "<MenuItem><Prompt>%s</Prompt><URI>%s</URI></MenuItem>" % (escape(name), ask.url("apps/person.xml?who=%d" % at))
        for at, (name, _, _) in enumerate(PEOPLE)
        if any(part.lower().startswith(wanted) for part in (name, *name.split()))
    ]
    if rows:
        return _object("TextMenu", "<Title>%d found</Title>" % len(rows), *rows, style="none")
    return _object("TextScreen", "<Title>Nobody</Title><Text>Nobody's name begins with %s.</Text>" % escape(wanted))


def person(ask):
    """A TextScreen."""
    name, extension, place = PEOPLE[ask.number("who", len(PEOPLE))]
    return _object("TextScreen", "<Title>%s</Title><Text>%s\nExtension %d</Text>" % (escape(name), place, extension))


def picture(ask):
    """An ImageScreen: one bit for each pixel, column by column in hexadecimal, drawn while the phone waits."""
    at = ask.number("view", 1000)
    keys = _softkeys((1, "Another", ask.url("apps/picture.xml?view=%d" % (at + 1))), (6, "Exit", "SoftKey:Exit"))
    size = 'verticalAlign="middle" horizontalAlign="middle" height="%d" width="%d"' % (HEIGHT, WIDTH)
    image = "<Image %s>%s</Image>" % (size, hexadecimal(landscape(at)))
    return _object("ImageScreen", image, keys, destroyOnExit="yes")


def queue(ask):
    """A TextScreen that the phone fetches anew by itself: the header Refresh says when and where."""
    waiting, longest_s = _queue(ask.now_s)
    text = "Callers waiting: %d\nLongest wait: %d:%02d\nAs of %s" % (
        waiting, *divmod(longest_s, 60), time.strftime("%H:%M:%S", time.gmtime(ask.now_s))
    )  # fmt: skip
    keys = _softkeys(
        (1, "To idle", ask.url("apps/pin.xml?on=1")),
        (2, "Off idle", ask.url("apps/pin.xml")),
        (4, "Lamp", ask.url("apps/lamp.xml?on=1")),
        (5, "Lamp off", ask.url("apps/lamp.xml")),
        (6, "Exit", "SoftKey:Exit"),
    )
    screen = _object("TextScreen", "<Title>Service queue</Title><Text>%s</Text>" % text, keys, destroyOnExit="yes")
    return screen, {"Refresh": "%d; url=%s/apps/queue.xml" % (REFRESH_S, ask.base)}


def pin(ask):
    """A Status object: a line on the idle screen that stays when the application is closed, or goes again."""
    text = "%d callers wait" % _queue(ask.now_s)[0] if ask.get("on") else ""
    message = '<Session>queue</Session><Message index="0">%s</Message>' % text
    return _object("Status", message, triggerDestroyOnExit="yes")


def lamp(ask):
    """An Execute object: what it names is done, here a key's LED is lit or put out."""
    name = "prgkey6" if ask.model == "53i" else "topsoftkey3"
    uri = "Led: %s=%s" % (name, "slowflash" if ask.get("on") else "off")
    return _object("Execute", '<ExecuteItem URI="%s"/>' % uri)


def keys(ask):
    """A TextMenu whose items configure the phone."""
    rows = [
        "<MenuItem><Prompt>%s</Prompt><URI>%s</URI></MenuItem>" % (label, ask.url("apps/key.xml?do=" + name))
        for name, (label, _) in (*_KEYS.items(), ("nothing", ("Nothing", "")))
    ]
    return _object("TextMenu", "<Title>Key 5 opens</Title>", *rows, destroyOnExit="yes")


def key(ask):
    """A Configuration object: three parameters of one key, until the phone's next start."""
    label, page = _KEYS.get(ask.get("do"), ("", ""))
    name = "prgkey5" if ask.model == "53i" else "softkey5"
    values = ("type", "xml" if page else "none"), ("label", label), ("value", ask.url(page) if page else "")
    items = [
        "<ConfigurationItem><Parameter>%s %s</Parameter><Value>%s</Value></ConfigurationItem>" % (name, part, value)
        for part, value in values
    ]
    return _object("Configuration", *items, setType="remote", triggerDestroyOnExit="yes")


APPS = {each.__name__: each for each in (weather, directory, found, person, picture, queue, pin, lamp, keys, key)}


def answer(name, ask):
    """(document as text, header fields) of the application ``name``; None when there is none of that name."""
    if name not in APPS:
        return None
    made = APPS[name](ask)
    return made if isinstance(made, tuple) else (made, {})


# -- what they are made of ---------------------------------------------------------------------------------------------


def _object(kind, *parts, **attributes):
    said = "".join(" %s=%s" % (name, quoteattr(value)) for name, value in attributes.items())
    body = "\n  ".join(part for part in parts if part)
    head = '<?xml version="1.0" encoding="UTF-8"?>'
    return "%s\n<AastraIPPhone%s%s>\n  %s\n</AastraIPPhone%s>\n" % (head, kind, said, body, kind)


def _softkeys(*keys):
    form = '<SoftKey index="%d"><Label>%s</Label><URI>%s</URI></SoftKey>'
    return "\n  ".join(form % key for key in keys)


def _lot(*what):
    """A number that looks like chance and is always the same for the same question."""
    return int.from_bytes(hashlib.sha256(repr(what).encode()).digest()[:4], "big")


def _forecast(town, day):
    season = 12 - 10 * math.cos((day % 365 - 20) / 365 * 2 * math.pi)
    sky = _SKIES[_lot(town, day, "sky") % len(_SKIES)]
    celsius = round(season + _lot(town, day, "heat") % 9 - 4)
    return ("rain" if sky == "snow" and celsius > 3 else sky), celsius


def _weekday(day):
    return ("Thu", "Fri", "Sat", "Sun", "Mon", "Tue", "Wed")[day % 7]  # 1 January 1970 was a Thursday


def _queue(now_s):
    waiting = round(3 + 3 * math.sin(now_s / 17))
    return waiting, waiting and 20 + int(now_s) % 97


def landscape(view):
    """Mountains below a moon or a sun, as rows of booleans; another for each ``view``."""
    rows = [[False] * WIDTH for _ in range(HEIGHT)]
    for star in range(14):
        rows[_lot(view, star, "y") % 20][_lot(view, star, "x") % WIDTH] = True
    centre, radius = 16 + _lot(view, "moon") % 112, 7
    for y in range(HEIGHT):
        for x in range(WIDTH):
            if (x - centre) ** 2 + (y - 10) ** 2 <= radius * radius:
                rows[y][x] = view % 2 == 1 or (x - centre - 4) ** 2 + (y - 8) ** 2 > radius * radius
    for layer, (base, height, step) in enumerate(((24, 9, 31), (32, 7, 23))):
        shift = _lot(view, layer) % 60
        for x in range(WIDTH):
            bend = abs((x + shift) % (2 * step) - step) / step
            top = round(base - height * bend + _lot(view, layer, x // 3) % 3)
            for y in range(top, HEIGHT):
                rows[y][x] = y == top or layer == 1 or (x + 2 * y) % 4 == 0
    return rows


def hexadecimal(rows):
    """Rows of booleans in the phones' form: columns from the left, 8 pixels to a byte, the topmost its highest bit."""
    data = bytearray()
    for x in range(len(rows[0])):
        for top in range(0, len(rows), 8):
            data.append(sum(rows[top + bit][x] << 7 - bit for bit in range(8) if top + bit < len(rows)))
    return data.hex()
