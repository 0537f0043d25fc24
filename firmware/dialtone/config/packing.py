"""What files have left in the heap moves to its low end.

Rows, diagnostics and log lines are made while client and parser fill the heap, and lie scattered over its far end
afterwards: much may be free then without a hole for a module. New copies go where the first holes are, once client and
parser have left.
"""


def pack(store, lines):
    """Copies the rows of the files and all diagnostics of ``store``, and the list ``lines`` of texts; nothing else
    changes."""
    texts = {}
    store.forget()
    for at in range(len(lines)):
        lines[at] = _copy(lines[at], texts)
    diagnostics = store.diagnostics
    for at in range(len(diagnostics)):
        diagnostics[at] = tuple([_copy(part, texts) for part in diagnostics[at]])
    for layer in store.layers:
        layer.pack()


def _copy(part, texts):
    """A copy of a text, the same for equal ones; anything else as it is."""
    if not isinstance(part, str):
        return part
    if part not in texts:
        texts[part] = str(bytearray(part.encode()), "utf-8")  # encode and decode alone would share the bytes
    return texts[part]
