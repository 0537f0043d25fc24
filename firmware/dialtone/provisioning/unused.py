"""What becomes of the lines that foreign.py has kept: they come in force with their file, and people see them."""

_FILE = "foreign.%d.cfg"
NEW = "foreign.%d.new"  # of a draft that is not in force yet; those of a dry run are called otherwise
_LAYERS = 6


def adopt(storage, fresh, files, pattern=NEW):
    """The lines of a draft are those in force. Raises DeviceError.

    ``fresh``: whether each layer is another one now; ``files``: the indices of those that have such lines.
    """
    for index in range(len(fresh)):
        if fresh[index]:
            new = pattern % index
            if index in files and storage.exists(new):
                storage.write_atomic(_FILE % index, storage.lines(new))
            else:
                storage.remove(_FILE % index)
            storage.remove(new)


def drop(storage, pattern=NEW):
    """Forgets what a draft has brought that did not come in force."""
    for index in range(_LAYERS):
        storage.remove(pattern % index)


def rows(storage, index, pattern=_FILE):
    """Yields ``(line, mark, name, value)`` of what was kept; the last may be ``("", "=", "", "")``: there was more."""
    for line in storage.lines(pattern % index):
        try:
            parts = str(line, "utf-8").rstrip("\n").split("\t")
        except UnicodeError:
            continue  # damaged
        if parts[0][:1] == "=":
            yield "", "=", "", ""
        elif len(parts) == 4:
            yield parts
