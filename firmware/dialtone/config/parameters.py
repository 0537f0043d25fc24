"""The one table of parameters. Lexer, store, web forms, LCD menus, lint and reference are all made from it.

A parameter is one string of its section's module below ``table`` (one string, because that costs a third of the heap
of a tuple of strings, leaves no interned names behind when it is dropped, and fits into a fragmented heap):

    name|kind|default|domain|effect|flags|short label|form field of the real phone|label|help

* kind and domain: ``bool``; ``int`` low..high; ``choice`` and ``method`` value=label,...; ``text``, ``secret``,
  ``path`` and ``password`` (for log-ins: stored as a hash) longest length; ``url`` schemes; ``host``; ``ip`` (IPv4);
  ``time`` (hh:mm); ``zone``, see zones.py; ``pin``; ``list`` the word ``host`` or the legal words.
* effect, when a change is felt: ``live`` at once, ``reconnect`` with the next connection (a round with the
  configuration server that brings one is made once more at once, see refresh.py), ``restart``;
  none: nothing acts on the value, it is checked, kept and shown.
* flags: ``S`` secret (masked on every face), ``T`` trust (lowered only by trusted sources), ``F`` set by files only,
  ``X`` never changed by XML objects.
* short label: for the LCD, 14 characters at most, because a menu line of the smallest phone has 16.

A name that begins with ``keyN`` stands for every key of the model: ``softkey1``, ``topsoftkey3``, ``prgkey2``,
``expmod1 key4`` ...
Names, defaults and meanings: aastra-facts sections 1, 2, 5 and 7; our own decisions are in its closing table.
"""

# ruff: noqa: F401  (what every reader of the table needs)
from dialtone.config.rowtext import FILE_ONLY, MASK, NO_XML, SECRET, TRUST, Row, read, row

# id, title, and how many of the modules below have its rows, one after the other: they are read one at a time, so none
# is long. Every face shows this order. One text, because a tuple for each module would take 3 KB.
_SECTIONS = (
    "https|HTTPS Settings|2\n"
    "configuration server|Configuration Server|5\n"
    "firmware|Firmware Update|1\n"
    "access|Passwords and Access|1\n"
    "network|Basic Network Settings|2\n"
    "time|Time Servers|1\n"
    "preferences|Time and Language|3\n"
    "troubleshooting|Troubleshooting|1\n"
    "xml|XML and Push|2\n"
    "actions|Action URI|1\n"
    "softkeys|Softkeys and XML|2\n"
)
# Whole names, for an image calls them otherwise
_MODULES = (
    "dialtone.config.table.https",
    "dialtone.config.table.anchors",
    "dialtone.config.table.server",
    "dialtone.config.table.http",
    "dialtone.config.table.others",
    "dialtone.config.table.resync",
    "dialtone.config.table.mandatory",
    "dialtone.config.table.firmware",
    "dialtone.config.table.access",
    "dialtone.config.table.network",
    "dialtone.config.table.addresses",
    "dialtone.config.table.clock",
    "dialtone.config.table.time",
    "dialtone.config.table.dst",
    "dialtone.config.table.language",
    "dialtone.config.table.logging",
    "dialtone.config.table.xml",
    "dialtone.config.table.scripts",
    "dialtone.config.table.actions",
    "dialtone.config.table.keytypes",
    "dialtone.config.table.keys",
)

# Spellings of other releases for one of our rows.
ALIASES = (("upgrade uri", "firmware server"),)


def rows(section=None):
    """All rows, or those of one section, in the order of the table. Key families come once, named ``keyN ...``."""
    for name, _, module in sections():
        if section is None or section == name:
            texts = read(module)
            for i in range(len(texts)):  # an iterator would keep them alive while the next section is read
                yield row(name, texts[i])
            texts = None


def sections():
    """Yields (id, title, module) for each module of the table."""
    start = at = 0
    while start < len(_SECTIONS):
        end = _SECTIONS.find("\n", start)
        section, title, count = _SECTIONS[start:end].split("|")
        start = end + 1
        for _ in range(int(count)):
            yield section, title, _MODULES[at]
            at += 1


def find(name, model="57i"):
    """See ``finding.find``: pages that go through whole sections have no room for it."""
    from dialtone.config import finding

    return finding.find(name, model)


def choices(row):
    """The legal values of a ``choice`` or ``method`` row as a list of ``(value, label)``."""
    return [tuple(pair.split("=")) for pair in row.domain.split(",")]


def bounds(row):
    """``(lowest, highest)`` of an ``int`` row."""
    low, high = row.domain.split("..")
    return int(low), int(high)


def trusted_rows():
    """Yields the rows of rule 11: values that only trusted sources may lower."""
    for each in rows():
        if TRUST in each.flags:
            yield each


def nearest(name, model="57i"):
    """The known name that ``name`` was probably meant to be, or ""."""
    from dialtone.config.nearest import nearest as search

    return search([name.lower()], model)[0]
