"""The Administrator Menu and the user's preferences: sections of the parameter table, long ones in groups.

Which group a parameter is in is told by the beginning of its name; those of no group come last, so that a new parameter
needs no edit here.
"""

from dialtone.config.store import LOCAL
from dialtone.errors import DialtoneError
from dialtone.lcd.menu import Menu
from dialtone.lcd.page import Page

# Not the keys, a family of 30 is no list for a display; event URIs are on the real phone's web page alone; and what a
# user may set is in the Options menu.
_ELSEWHERE = ("softkeys", "actions", "preferences")
# section: title and beginnings of the names of each of its groups
_GROUPS = {
    "https": (
        ("HTTPS Client", "https client method", "https validate", "https trust", "https server pin"),
        ("HTTPS Server", "https redirect", "https block"),
        ("Certificates", ""),
    ),
    "configuration server": (
        ("Download Protocol", "download"),
        ("HTTPS Server", "https"),
        ("HTTP Server", "http"),
        ("TFTP Server", "tftp", "alternate tftp", "use alternate tftp"),
        ("FTP Server", "ftp"),
        ("Auto-Resync", "auto resync"),
        ("Mandatory Files", "config files"),
        ("Others", ""),
    ),
    "network": (
        ("IP Settings", "dhcp", "ip", "subnet", "default gateway", "dns", "hostname"),
        ("VLAN and LLDP", "tagging", "vlan", "lldp"),
        ("Others", ""),
    ),
    "preferences": (
        ("Time Zone", "time zone", "dst config", "dst minutes"),
        ("Start of DST", "dst start"),
        ("End of DST", "dst end"),
        ("Language", ""),
    ),
    "xml": (("Push and Application", "xml"), ("Key Scripts", "")),
}


def administrator(panel):
    """The menu behind the administrator's password."""
    from dialtone.config.parameters import sections

    entries = []
    for name, title, _ in sections():
        if (name, title) not in entries and name not in _ELSEWHERE:
            entries.append((name, title))
    entries += [(_check, "Check for Updates"), (_firmware, "Check Firmware")]
    entries += [(_clear, "Erase Local Config."), (_defaults, "Factory Default")]
    if panel.host.platform.wireless:
        entries.append((_wireless, "Wi-Fi Set-up"))
    if panel.host.platform.found:
        entries.insert(0, (_found, "Servers Found"))
    if panel.host.platform.stranger:
        entries.insert(0, (_stranger, "Trust the Server"))
    if panel.host.unconfirmed:
        entries.insert(0, (_unconfirmed, "Confirm Settings"))
    if panel.host.trouble or panel.host.why:
        entries.insert(0, (_trouble, "Start Problems"))

    def choose(panel, index):
        name, title = entries[index]
        if isinstance(name, str):
            section(panel, name, title)
        else:
            name(panel)

    panel.push(Menu("Administrator Menu", [title for _, title in entries], choose))


def section(panel, name, title):
    """A section of the table: its groups, or its parameters when it has none."""
    from dialtone.config.parameters import FILE_ONLY, rows

    groups = _GROUPS.get(name)
    found = {}
    for row in rows(name):
        if FILE_ONLY not in row.flags:
            at = _group(groups, row.name)
            found[at] = found.get(at, ()) + ((row.name, row.short if panel.small else row.label),)
    if not groups:
        return _parameters(panel, title, found[0])
    shown = [at for at in range(len(groups)) if at in found]

    def choose(panel, index):
        at = shown[index]
        _parameters(panel, groups[at][0], found[at])

    panel.push(Menu(title, [groups[at][0] for at in shown], choose))


def _group(groups, name):
    for at in range(len(groups or ())):
        for beginning in groups[at][1:]:
            if name == beginning or name.startswith(beginning):
                return at
    return 0


def _parameters(panel, title, pairs):
    store = panel.host.store
    labels = ["!" + label if store.locked(name) else label for name, label in pairs]

    def choose(panel, index):
        from dialtone.lcd.editor import Value

        panel.push(Value(pairs[index][0], store.model))

    panel.push(Menu(title, labels, choose))


def _stranger(panel):
    from dialtone.lcd import first_use

    first_use.show(panel)


def _found(panel):
    from dialtone.lcd import first_use

    first_use.found(panel)


def _unconfirmed(panel):
    from dialtone.lcd import confirming

    confirming.show(panel)


def _trouble(panel):
    from dialtone.lcd import confirming

    confirming.trouble(panel)


def _firmware(panel):
    from dialtone.lcd import confirming

    confirming.firmware(panel)


def _check(panel):
    panel.home()
    panel.host.refresh()


def _clear(panel):
    def clear(panel):
        host = panel.host
        before = host.store.layers[LOCAL]
        try:
            host.store.clear_local("lcd")
            host.saved("")
        except DialtoneError as error:
            host.store.restore_local(before)
            return panel.message("Not erased", [error.text, error.advice])
        panel.home()
        host.restart()

    _ask(panel, "Erase local settings?", "All that was set on this phone is forgotten, then it restarts.", clear)


def _defaults(panel):
    def erase(panel):
        from dialtone.storage import defaults

        host = panel.host
        defaults.erase(host.storage)
        host.unload("dialtone.storage.defaults")
        panel.home()
        host.restart()

    _ask(panel, "Restore the defaults?", "Settings, files and certificates are erased. Then it restarts.", erase)


def _wireless(panel):
    def restart(panel):
        panel.host.storage.write_atomic("setup", ("1",))  # joining.SET_UP
        panel.home()
        panel.host.restart()

    _ask(panel, "Open the Wi-Fi set-up?", "It restarts and asks for another network, for ten minutes.", restart)


def _ask(panel, title, text, action):
    page = Page(title, [text], "Yes", action)
    page.private = True  # see Menu: neither a script nor a push presses that key
    panel.push(page)


def password(panel):
    """Changes the user password: the present one, then the new one twice."""
    from dialtone.lcd.menu import gate

    panel.push(gate(("user password", "admin password"), _new, "Current password"))


def _new(panel):
    from dialtone.lcd.editor import Entry

    panel.push(Entry("New password", "", "secret", _again))


def _again(panel, first):
    from dialtone.lcd.editor import Entry

    def done(panel, text):
        panel.back()
        if text != first:
            return panel.message("Not changed", ["The two are not the same."])
        from dialtone.lcd.editor import store

        if store(panel, "user password", text):
            panel.message("Password Changed", ["The new user password is in force."])

    panel.back()
    panel.push(Entry("Once more", "", "secret", done))
