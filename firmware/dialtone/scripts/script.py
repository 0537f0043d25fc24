"""One object of the phones' XML interface as a value (facts page, 6.2).

Apart from the parser in objects.py, so that the parser can leave the heap while the object shows.
"""


class Script:
    """One object. ``kind`` is the root's name without ``AastraIPPhone``.

    ``fields``: attributes of the root and texts of its children by name in lower case; an attribute of a child is
    ``child.attribute``. ``items``: what the object repeats, each one str of the fields that its row of ``KINDS`` names,
    joined by NUL, which XML cannot hold: one block of the heap for an item instead of one for each field.
    ``softkeys``: position 1 to 6, plus 100 for each input field, -> packed label, URI, icon, colour.
    ``icons``: index -> ``Icon:Name`` or hex. ``picture``: bytes of an image, None without.

    ``url``: (scheme, host, port, target, user, password) where it came from, None for a push. ``refresh``: (seconds,
    URI) of the header Refresh, or None.
    ``at``, ``top`` and ``values`` are the screen's: chosen item, first row, contents of input fields.
    """

    def __init__(self, kind, screen):
        self.kind = kind
        self.screen = screen
        self.fields = {}
        self.items = []
        self.softkeys = {}
        self.icons = {}
        self.picture = self.url = self.refresh = self.values = None
        self.at = self.top = 0

    def get(self, name):
        """A field of the object, "" when absent."""
        return self.fields.get(name, "")

    def yes(self, name):
        """Whether a field says ``yes``."""
        return self.get(name).lower() == "yes"

    def number(self, name, default):
        """A field as a number of 0 to 99,999; ``default`` when it is none."""
        return number(self.get(name), default)

    def item(self, index):
        """The fields of item ``index`` as a list."""
        return self.items[index].split("\0")

    def size(self):
        """About how many bytes of text it holds."""
        total = sum([len(text) for text in self.items]) + (len(self.picture) if self.picture else 0)
        return total + sum([len(text) for text in self.fields.values()])


def number(text, default):
    """``text`` as a number of 0 to 99,999; ``default`` when it is none."""
    return int(text) if len(text) < 6 and text.encode().isdigit() else default
