"""What becomes of the lines that foreign.py has kept: they come in force with their file, and people see them."""

NEW = ".new"  # of a draft that is not in force yet; a dry run's have another ending
_LAYERS = 6


def _name(index, ending=""):
    return "foreign.%d%s" % (index, ending)


def adopt(storage, fresh, files, ending=NEW):
    """The lines of a draft are those in force. Raises DeviceError.

    ``fresh``: whether each layer is another one now; ``files``: the indices of those that have such lines.
    """
    for index in range(len(fresh)):
        if fresh[index]:
            new = _name(index, ending)
            if index in files and storage.exists(new):
                storage.write_atomic(_name(index), storage.lines(new))
            else:
                storage.remove(_name(index))
            storage.remove(new)


def drop(storage, ending=NEW):
    """Forgets what a draft has brought that did not come in force."""
    for index in range(_LAYERS):
        storage.remove(_name(index, ending))


def rows(storage, index, ending=""):
    """Yields ``(line, mark, name, value)`` of what was kept; the last may be ``("", "=", "", "")``: there was more."""
    for line in storage.lines(_name(index, ending)):
        try:
            parts = str(line, "utf-8").rstrip("\n").split("\t")
        except UnicodeError:
            continue  # damaged
        if parts[0][:1] == "=":
            yield "", "=", "", ""
        elif len(parts) == 4:
            yield parts
