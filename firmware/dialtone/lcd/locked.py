"""The locked phone: its idle screen takes no key but for the password (facts page, 5 and 6.4)."""

from dialtone.lcd.panel import Idle

_NAME = "locked"  # an empty file: a restart does not unlock the phone


class _Locked(Idle):
    locked = True

    def __init__(self, phone):
        _copy(phone.panel.idle, self)
        self._phone = phone

    def render(self, panel):
        rows = Idle.render(self, panel)[0]
        panel.hints[min(len(rows), panel.lines - 1)] = ("", "", "", "Icon:Lock", False)
        return rows[: panel.lines - 1] + ["Phone locked"], ("Unlock", "", "", "", "", "")

    def key(self, panel, key):
        if key not in ("up", "down", "goodbye"):
            from dialtone.lcd.menu import gate

            panel.push(gate(("user password", "admin password"), self._unlock, "Unlock"))
            return True
        return key == "goodbye" or Idle.key(self, panel, key)

    def _unlock(self, panel):
        unlock(self._phone)


def _copy(old, new):
    for name in ("title", "status", "address", "warning", "advice", "labels", "pages", "_top"):
        setattr(new, name, getattr(old, name))


def lock(phone, keep=True):
    """Locks the phone, also for later starts with ``keep``; a person unlocks it with a password."""
    panel = phone.panel
    if not panel.idle.locked:
        panel.idle = _Locked(phone)
    if keep:
        phone.storage.write_atomic(_NAME, ())
    panel.home()


def unlock(phone):
    """Takes the lock away."""
    panel = phone.panel
    if panel.idle.locked:
        idle = Idle()
        _copy(panel.idle, idle)
        panel.idle = idle
    phone.storage.remove(_NAME)
    panel.home()
