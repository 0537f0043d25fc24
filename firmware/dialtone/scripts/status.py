"""Status objects: messages on the idle screen (facts page, 6.2).

``idle.notes`` is the list of what shows, first on top: (text, key, icon, colour), where the key is session and index.
"""

import asyncio

from micropython import const

from dialtone.scripts.script import number

_KEPT = const(16)  # messages: as many as one object may hold
_LONGEST = const(80)  # characters of one: a display of 24 cuts it anyway
_ALERT = "alert"  # the key of the one alert there may be, above the messages
_ALERT_S = const(3)  # how long it shows when it does not say (XML guide, 3.9)


def perform(panel, script, spawn, scroll_s):
    """Does what a Status object says; ``spawn(name, coroutine)`` starts what ends or turns messages: a display with
    room for one shows the next after ``scroll_s`` seconds.
    """
    idle = panel.idle
    notes = list(idle.notes)
    session = script.get("session") or "0"
    for at in range(len(script.items)):
        text, index, kind, timeout, _, icon, colour = script.item(at)
        icon = script.icons.get(icon, "")
        if icon.lower() == "icon:none":
            icon = ""
        alert = kind.lower() == _ALERT
        key = _ALERT if alert else session + "\0" + index
        if icon and not text:
            text = "[%s]" % (icon[5:] if icon[:5].lower() == "icon:" else "icon")
        note = (text[:_LONGEST], key, icon, colour or ("red" if alert else ""))
        places = [place for place in range(len(notes)) if notes[place][1] == key]
        gone = not text
        if places and gone:
            del notes[places[0]]
        elif places:
            notes[places[0]] = note
        elif not gone and len(notes) < _KEPT:
            notes.insert(0 if alert else len(notes), note)
        if alert and idle.alert:
            idle.alert.cancel()  # one clock, however many are pushed
            idle.alert = None
        if alert and not gone and number(timeout, _ALERT_S):
            idle.alert = spawn("status alert", _ends(panel, note, number(timeout, _ALERT_S)))
    if panel.small and len(notes) > 1 and len(idle.notes) < 2:
        spawn("status messages", _turn(panel, scroll_s))
    idle.notes = notes
    panel.changed()


async def _ends(panel, note, seconds):
    await asyncio.sleep_ms(1000 * seconds)
    if note in panel.idle.notes:
        panel.idle.notes.remove(note)
        panel.changed()


async def _turn(panel, scroll_s):
    """Shows one message after the other, for as long as there are some; an alert stays on top."""
    while len(panel.idle.notes) > 1:
        await asyncio.sleep_ms(1000 * scroll_s)
        notes = panel.idle.notes
        if notes and notes[0][1] != _ALERT:
            notes.append(notes.pop(0))
            panel.changed()
