"""One object of the phones' XML interface as a value (facts page, 6.2).

Apart from the parser in objects.py, so that the parser can leave the heap while the object shows.
"""

SHOWN = ("TextScreen", "TextMenu")


class Script:
    """One object. ``kind`` is the root's name without ``AastraIPPhone``; a kind not in ``SHOWN`` has attributes only.

    ``url``: the Url it came from, None for a push. ``texts`` of a TextScreen; ``items`` of a TextMenu as tuples (base,
    prompt, URI, selection); ``softkeys``: position 1 to 6 -> (label, URI).
    """

    def __init__(self, kind, attributes):
        self.kind = kind
        self.url = None
        self.title = ""
        self.wrap_title = False
        self.texts = []
        self.items = []
        self.softkeys = {}
        self._attributes = attributes

    def get(self, name):
        """An attribute of the root element, "" when absent."""
        return self._attributes.get(name, "")

    def yes(self, name):
        """Whether an attribute says ``yes``."""
        return self.get(name).lower() == "yes"

    def number(self, name, default):
        """An attribute as a number of 0 to 99,999; ``default`` when it is none."""
        text = self.get(name)
        return int(text) if text.encode().isdigit() and len(text) < 6 else default
