"""One layer of the store: the rows of one file, or what was set on the phone.

A layer is a short list of byte chunks, each ``\\n`` and then rows ``name TAB mark line TAB value LF``: three times
smaller than objects for each row, and found by the interpreter's own byte search. Names and values hold no control
characters (``values.canonical`` sees to it), so no row can be mistaken for two.
"""

from micropython import const

_CHUNK = const(255)  # bytes after which a new chunk is begun: with its NUL 16 blocks, for which there is always a hole


class Layer:
    """``file`` names the origin, ``trusted`` tells whether it may lower trust rows (architecture rule 11).

    ``chunks``: the rows as they lie, for a search that no method has.
    """

    def __init__(self, file="", trusted=True):
        self.file = file
        self.trusted = trusted
        self.chunks = []

    def copy(self):
        """A second layer with the same rows; the two can be changed apart."""
        twin = Layer(self.file, self.trusted)
        twin.chunks = self.chunks[:]
        return twin

    def tail(self, name):
        """The bytes ``mark line TAB value`` of the row ``name``, or None."""
        if not self.chunks:
            return None
        key = ("\n" + name + "\t").encode()
        for chunk in self.chunks:
            at = chunk.find(key)
            if at >= 0:
                at += len(key)
                return chunk[at : chunk.find(b"\n", at)]
        return None

    def row(self, name):
        """``(mark, line, value)`` of the row ``name``, or None. The mark is ``-`` or ``!`` (locked)."""
        tail = self.tail(name)
        return None if tail is None else split(tail)

    def append(self, name, mark, line, value):
        """Adds a row and does not look whether there is one already."""
        row = ("%s\t%s%s\t%s\n" % (name, mark, line, value)).encode()
        chunks = self.chunks
        if chunks and len(chunks[-1]) + len(row) <= _CHUNK:
            chunks[-1] += row
        else:
            chunks.append(b"\n" + row)

    def put(self, name, mark, line, value):
        """Adds a row in the place of an older one."""
        self.drop(name)
        self.append(name, mark, line, value)

    def drop(self, name):
        """Removes the row ``name``; tells whether there was one."""
        key = ("\n" + name + "\t").encode()
        chunks = self.chunks
        for i in range(len(chunks)):
            at = chunks[i].find(key)
            if at >= 0:
                rest = chunks[i][chunks[i].find(b"\n", at + 1) :]
                if at == 0 and len(rest) == 1:
                    chunks.pop(i)
                else:
                    chunks[i] = chunks[i][:at] + rest
                return True
        return False

    def pack(self):
        """Copies all rows, see packing.py."""
        self.chunks = [bytes(bytearray(chunk)) for chunk in self.chunks]

    def rows(self):
        """Yields ``(name, mark, line, value)`` in the order in which they were added."""
        for chunk in self.chunks[:]:
            start = 1
            while start < len(chunk):
                end = chunk.find(b"\n", start)
                name, _, tail = chunk[start:end].decode().partition("\t")
                yield (name,) + split(tail)
                start = end + 1

    def size(self):
        """Bytes of all rows."""
        return sum([len(chunk) for chunk in self.chunks])


def split(tail):
    """``(mark, line, value)`` of the bytes or text that stand behind a row's name."""
    if not isinstance(tail, str):
        tail = tail.decode()
    head, _, value = tail.partition("\t")
    return head[0], head[1:], value
