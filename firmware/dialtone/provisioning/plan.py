"""What waits in flash while somebody looks at a dry run: names of the files, and what the page says.

Nothing of it is in force and nothing of it stays in the heap: it waits until somebody says yes or no, uploads another
file, or restarts the phone. ``import.say`` is what the page says: ``?`` and a plan's figures, ``+`` or ``-`` and a
text. ``import.lines`` has the plan's lines: ``~`` and a change, ``!`` and a diagnostic, with tabs between the fields.
``import.rows`` and ``import.local`` are what the phone saves then, log-in passwords hashed. ``import.file`` is what was
uploaded, under a key that nobody has but the upload.
"""

from micropython import const

SAY = "import.say"
TEXT = "import.lines"
ROWS = "import.rows"
OURS = "import.local"
FILE = "import.file"  # an uploaded file, until it was looked at
FILES = (SAY, TEXT, ROWS, OURS, FILE)
PATTERN = "foreign.%d.import"  # of the lines that this firmware does not use
UPLOADED = "upload"  # in the place of the URL that a file came from
MERGED = "server.cfg"  # all of the server's files as one, as /server.cfg gives them out
SHOWN = 120  # characters of a value on the page, and of a title
_LINE = const(700)  # bytes of what the page says: a title of that length may have 480


def layer_of(name, platform):
    """The index of the layer that the file ``name`` fills, -1 for all of the server's, None when it says nothing."""
    name = name.lower()
    files = ("aastra.cfg", platform.model.lower() + ".cfg", platform.mac.lower() + ".cfg", "local.cfg")
    if name == MERGED:
        return -1
    return files.index(name) if name in files else 0 if name == "startup.cfg" else None


def said(storage):
    """The fields of what the page says, or None: ``?``, number, generation of the store, for each layer whether it is
    another one (``1000``), title, changes, those that need a restart, those to be confirmed, lines that are not used,
    diagnostics; or ``+`` title, changes, restarts; or ``-``, why not.
    """
    text = storage.read(SAY, _LINE)
    return text.decode().rstrip("\n").split("\t") if text else None


def say(storage, kind, text):
    """Writes down what the page says."""
    storage.write_atomic(SAY, [kind, "\t", text, "\n"])


def begin(storage):
    """What was said is forgotten, and until there is more to say it is that there was no end."""
    forget(storage)
    say(storage, "-", "It ended too early; the log has a line about it")


def refuse(phone, why):
    """Nothing comes of it."""
    forget(phone.storage)
    phone.log.warning("configuration", why)
    say(phone.storage, "-", why)


def forget(storage):
    """Nothing waits any more."""
    from dialtone.provisioning import unused

    for name in FILES:
        storage.remove(name)
    unused.drop(storage, PATTERN)
