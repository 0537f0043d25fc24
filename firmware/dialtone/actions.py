"""What scripts do beside showing: Execute and Configuration objects, and URIs that are not http (facts page, 6.3, 6.4).

Loaded for that and dropped with the idle screen. What is done here is done for a server, not for a person: nothing
passes a password, a lock or a trust row, and a phone is restarted at most every ten minutes.
"""

from asyncio import sleep_ms

from dialtone.errors import CallerError, DialtoneError
from micropython import const

LEVELS = "remote oneboot override local"  # of config/levels.py, which does not fit into the heap beside this
_LAMPS = const(64)  # lit at the same time, 50 bytes each: all of the phone's own keys and half a module
_KEY_MS = const(20)  # between two simulated keys: others get their turn
COMMANDS = "reset fastreboot lock unlock clearlocal clearcallerslist cleardirectory clearrediallist"
AUDIO = "rtprx rtptx rtpmrx rtpmtx wav.play wav.stop wav.loop melody.stop melody.play"
_STATES = "on off slowflash fastflash"
# Names of Key: that are others than ours
_KEYS = (
    " navup up navdown down navleft left navright right navselect select keypadstar * keypadpound # intercom icom"
    " voldwn voldown callerslist callers message voicemail "
)
_NO_KEYS = "Keys are not pressed in menus and password fields"


def perform(phone, player, script):
    """Does what an Execute or Configuration ``script`` says; the ``player`` shows what cannot be done."""
    if script.kind == "Configuration":
        return _later(phone, _items(script, player.host.note))
    pages = []
    keys = []
    told = None
    count = len(script.items)
    for index in range(count):
        uri = script.item(index)[0]
        kind = scheme(uri)
        if not kind:
            pages += [uri] if uri else []
        elif kind == "key":
            keys.append(uri)
        else:
            problem = act(phone, uri, script.url)
            if problem:
                told = told or problem
                count -= 1
                player.host.note("%s: %s" % problem)
    if keys:
        phone.supervisor.spawn("xml keys", _press(phone, keys, player.chain))
    if pages:
        player.follow_all(pages, script)
    elif told and not count:
        player.fail(*told)


def scheme(uri):
    """What stands before the colon of a ``uri`` that is not http, in lower case; "" for http, relative and none."""
    kind, colon, _ = uri.partition(":")
    kind = kind.strip().lower()
    return kind if colon and kind.replace(".", "").isalpha() and kind not in ("http", "https") else ""


def follow(phone, player, uri):
    """Does what a key or an entry of the object that shows says with a ``uri`` that is not http."""
    kind = scheme(uri)
    if kind == "softkey":
        return player.done()  # Exit; the others are the screens' own
    if kind == "key":
        phone.supervisor.spawn("xml keys", _press(phone, [uri], 0))
        return
    problem = act(phone, uri, player.script.url if player.script else None)
    if problem:
        player.fail(*problem)


def act(phone, uri, url):
    """Does one URI of a script that came from the Url parts ``url`` (None: pushed). None, or (title, text) why not."""
    kind = scheme(uri)
    rest = uri.partition(":")[2].strip()
    if kind == "command" or kind == "led":
        if url and not _may(phone, url[1]):
            return "Not allowed", "%s: %s is not in xml application post list" % (uri, url[1])
        return _led(phone, rest) if kind == "led" else _command(phone, rest)
    if kind == "dial" or kind == "dialline":
        return "Not available", "Dialling %s needs calling, which this firmware does not do." % rest
    if kind in AUDIO.split():
        return "Not on this board", uri + " needs audio, which this phone does not have."
    return "Not supported", uri


def _may(phone, host):
    """Whether a server may do what the guides keep for those who may push (facts page, 6.4)."""
    from dialtone.net.seam import resolve
    from dialtone.scripts.push import host_listed

    return host_listed(phone.store.get("xml application post list"), host, resolve)


# -- Command:


def _command(phone, name):
    name = name.lower()
    if name not in COMMANDS.split():
        return "Not supported", "Command: " + name
    try:
        if name in ("lock", "unlock"):
            from dialtone.lcd import locked

            locked.lock(phone) if name == "lock" else locked.unlock(phone)
        elif name in ("reset", "fastreboot", "clearlocal"):
            from dialtone import settings

            if not settings.may_restart(phone):
                return "Not restarted", "A script has restarted this phone less than 10 minutes ago"
            _later(phone, None if name == "clearlocal" else () if name == "reset" else False)
    except DialtoneError as error:
        return error.text, error.advice
    return None  # the other lists this phone does not keep


def _later(phone, items):
    """Changes settings and restarts the phone in a task of its own: then the code of scripts has left the heap."""
    from dialtone import settings

    phone.supervisor.spawn("xml settings", settings.run(phone, items))


# -- Led:


def lamp(text):
    """(key, state, colour) of ``softkey1=on``, ``expmod2 key20=slowflash`` or ``prgkey1=on:green``; else None."""
    key, _, state = text.lower().partition("=")
    state, _, colour = state.strip().partition(":")
    if state not in _STATES.split() or len(colour) > 8 or colour and not colour.isalpha():
        return None
    return _spelled(key.replace(" ", "")), state, colour


def _spelled(key):
    """``expmod1key3`` and ``expmod1softkey3`` as the configuration has it: ``expmod1 key3``; others as they are."""
    return " ".join((key[:7], "key" + key.rpartition("key")[2])) if key[:6] == "expmod" else key


def _led(phone, text):
    told = lamp(text)
    if not told:
        return "Not supported", "Led: " + text
    key, state, colour = told
    prefix = key.rstrip("0123456789")
    number = key[len(prefix) :]
    if prefix[:6] == "expmod":  # a module is there for the keys that are set
        there = phone.store.get(key + " type") not in ("", "none")
    else:
        there = 0 < len(number) < 3 and 0 < int(number) <= dict(phone.store.keys).get(prefix, 0)
    if not there:
        return "No such key", "Led: " + text
    lamps = dict(phone.lamps or {})
    lamps[key] = state + (":" + colour if colour else "")
    if state == "off":
        del lamps[key]
    elif len(lamps) > _LAMPS:
        return "Too many lamps", "Led: " + text
    phone.lamps = lamps
    phone.changed(())
    return None


# -- Key:


def key_name(uri):
    """The phone's name of the key that ``Key:...`` presses; CallerError when it has none."""
    from dialtone.lcd.panel import KEYS
    from dialtone.softkeys import known

    name = uri.partition(":")[2].replace(" ", "").lower()
    at = _KEYS.find(" %s " % name)
    if at >= 0 and _KEYS[:at].count(" ") % 2 == 0:
        return _KEYS[at + len(name) + 2 :].split(" ")[0]
    if name[:6] == "keypad":
        name = name[6:]
    name = _spelled(name)
    if name not in KEYS.split() and not known(name):
        raise CallerError("No such key: " + uri[:30], "Names of keys are in docs/xml.md")
    return name


async def _press(phone, uris, chain):
    """Presses keys for a script, as far as no person's menu is open. ``chain``: fetches that led here."""
    panel = phone.panel
    for uri in uris:
        await sleep_ms(_KEY_MS)
        try:
            if [1 for screen in panel.screens() if _private(screen)]:
                raise CallerError(_NO_KEYS)
            phone.press(key_name(uri))
        except DialtoneError as error:
            phone.log.warning("xml", "%s: %s" % (uri[:40], error.text))
            return
        chain += 1
        for screen in panel.screens():
            if hasattr(screen, "player"):
                screen.player().count(chain)  # it was no person's key


def _private(screen):
    """Whether a person enters there what is nobody else's: a menu of the phone, or a script's password."""
    if getattr(screen, "private", False):
        return True
    script = screen.player().script if hasattr(screen, "player") else None
    if script is None or script.screen != "input":
        return False
    secret = [script.get("password")] + [script.item(index)[4] for index in range(len(script.items))]
    return "yes" in [text.lower() for text in secret]


# -- Configuration


def _items(script, note):
    """The settings of a Configuration object as ``config.levels.apply`` takes them."""
    from dialtone.scripts.script import number

    items = []
    for index in range(len(script.items)):
        name, value, level, first, last = script.item(index)
        level = (level or script.get("settype") or "remote").lower()
        if level in LEVELS.split():
            items.append((name, value, level, number(first, 1), number(last, 0)))
        else:
            note("setType %s is not known here" % level[:20])
    return items
