"""The platform of a simulated phone, under CPython and MicroPython's unix port."""

import sys

from dialtone.platform import Platform


def _to_stderr(line):
    sys.stderr.write(line + "\n")


class SimPlatform(Platform):
    """``settings``: see ``Platform``. ``on_event(name, **fields)`` hears "screen" and "restart"."""

    simulated = True
    names = ("localhost", "127.0.0.1", "[::1]")

    def __init__(self, settings, on_event=None):
        super().__init__(settings, _to_stderr)
        self.private = settings["bind"] in ("localhost", "::1") or settings["bind"].startswith("127.")
        self.cold = bool(settings.get("cold"))
        self.abi = settings.get("abi", self.abi)
        self._address = settings.get("address") or settings["bind"]
        self._on_event = on_event
        self.mdns = settings.get("mdns") or ""  # the network of a PC is not the phone's to ask
        if settings.get("announce"):
            self.announced = settings["announce"]
        if settings.get("setup"):
            self.wireless = True
        for code, text in self.dhcp_options.items():
            if code == "43":  # bytes, which JSON has not
                self.dhcp_options[code] = bytes([int(text[at : at + 2], 16) for at in range(0, len(text), 2)])
        if sys.implementation.name == "cpython":
            # Two phones of one process share their modules, and memory is no matter
            self.unload = self.scrub = _keep_all

    def address(self):
        """The address under which browsers on this machine reach the phone."""
        return self._address

    def on_screen(self, rows, softkeys):
        """The LCD shows another frame."""
        if self._on_event:
            self._on_event("screen", rows=rows, softkeys=softkeys, **self.more())

    def more(self):
        """What else the front of the phone shows: ``leds`` by key, ``topsoftkeys``; each only if there is any."""
        more = {}
        if self.lamps:
            more["leds"] = self.lamps
        if self.top_labels:
            more["topsoftkeys"] = list(self.top_labels)
        return more

    def restart(self):
        """Asks the owner of this process for a new one."""
        if self._on_event:
            self._on_event("restart")


def _keep_all(*names):
    pass
