"""The phone's own copy of the server's files: parsed rows with file and line, and each file's ETag; never raw files.

``server.rows`` is text: one line ``@layer TAB status TAB etag TAB modified TAB url`` for each file, then the rows of
its layer as the store writes them. It is used when the server is away, and tells the next run what has not changed.
"""

from dialtone.version import VERSION

NAME = "server.rows"
LAYERS = ("aastra", "model", "mac")  # the server's files in the order in which they are read
_FORM = "dialtone rows 1 "
_TAG = 128  # characters of an ETag or date that are worth keeping; a longer one is dropped, and costs a full answer


def tag(status, etag="", modified="", url=""):
    """What was seen of one file: (200 or 404, its two validators ("" = none), its URL without credentials).

    A plain tuple: an object of a class of ours would keep this module in the heap while the client needs the room.
    """
    return status, _short(etag), _short(modified), url


def load(storage, store, name=NAME):
    """Fill the server layers of ``store`` from the cache, ``name`` as ``kept.newest`` found it (None = no cache).

    Returns the number of files.
    """
    from dialtone.storage import kept

    count = 0
    lines = kept.lines(storage, name)
    line = next(lines, b"")
    if not line.startswith(_FORM.encode()):
        return 0
    layer = _layer(next(lines, b""))
    while layer:
        section = _Section(lines)
        store.load(layer, section)
        for _ in section:
            pass  # what the store did not want to read
        count += 1
        layer = _layer(section.after)
    return count


def tags(storage):
    """The ``tag`` of each of ``LAYERS``, or None; all None when another firmware parsed the files."""
    from dialtone.storage import kept

    found = [None, None, None]
    lines = kept.lines(storage, kept.newest(storage, NAME)[0])
    if next(lines, b"") == (_FORM + VERSION + "\n").encode():
        for line in lines:
            layer = _layer(line)
            try:
                if layer:
                    _, status, etag, modified, url = str(line, "utf-8").rstrip("\n").split("\t")
                    found[LAYERS.index(layer)] = tag(404 if status == "404" else 200, etag, modified, url)
            except UnicodeError:
                pass  # damaged: the file is simply fetched whole
    return found


def over_https(storage):
    """Whether a file of the saved copy came from an HTTPS server, whichever firmware parsed it."""
    from dialtone.storage import kept

    for line in kept.lines(storage, kept.newest(storage, NAME)[0]):
        if _layer(line) and line.split(b"\t")[1] == b"200" and line.split(b"\t")[4][:6].lower() == b"https:":
            return True
    return False


def save(storage, store, found):
    """Write the server layers of ``store`` with their ``found`` tags, whole or not at all. Raises DeviceError."""
    from dialtone.storage import kept

    kept.save(storage, NAME, pieces(store, found))


def pieces(store, found):
    """Yields the text of such a file; ``store`` has the ``dump`` of one."""
    yield _FORM + VERSION + "\n"
    for index in range(len(LAYERS)):
        status, etag, modified, url = found[index]
        yield "@%s\t%d\t%s\t%s\t%s\n" % (LAYERS[index], status, _short(etag), _short(modified), url)
        for piece in store.dump(LAYERS[index]):
            yield piece


def _layer(line):
    """The layer that a section line names, None for any other line or a damaged one."""
    if line.count(b"\t") == 4:
        for name in LAYERS:
            if line.startswith(("@%s\t" % name).encode()):
                return name
    return None


def _short(text):
    text = text or ""
    for byte in text.encode():
        if not 32 <= byte < 127:
            return ""
    return text if len(text) <= _TAG else ""


class _Section:
    """Iterator over the row lines of one section; ``after`` is the line that ended it."""

    def __init__(self, lines):
        self._lines = lines
        self.after = b""

    def __iter__(self):
        return self

    def __next__(self):
        if self.after:
            raise StopIteration
        line = next(self._lines, b"")
        if not line or line[:1] == b"@":
            self.after = line or b"\n"
            raise StopIteration
        return line
