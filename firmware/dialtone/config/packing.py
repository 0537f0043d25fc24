"""What files and people have left in the heap moves to its low end.

Rows, diagnostics and log lines are made while client, parser or pages fill the heap, and lie scattered over its far end
afterwards: much may be free then without a hole for a module. New copies go where the first holes are, once the others
have left.
"""


def pack(store, *more):
    """Copies the rows of the files and all diagnostics of ``store``, and what is in the lists ``more``: texts, bytes,
    and tuples of such; nothing else changes."""
    texts = {}
    store.forget()
    for listed in (store.diagnostics,) + more:
        for at in range(len(listed)):
            listed[at] = _copy(listed[at], texts)
    for layer in store.layers:
        layer.file = _copy(layer.file, texts)
        layer.pack()


def move(store):
    """Copies the layers themselves. Only while no Draft and no change is under way: they know layers by identity."""
    layers = store.layers
    for at in range(len(layers)):
        if layers[at].chunks:
            layers[at] = layers[at].copy()


def _copy(part, texts):
    """A copy of a text, the same for equal ones; anything else as it is."""
    if isinstance(part, tuple):
        return tuple([_copy(each, texts) for each in part])
    if isinstance(part, bytes):
        return bytes(bytearray(part))
    if not isinstance(part, str):
        return part
    if part not in texts:
        texts[part] = str(bytearray(part.encode()), "utf-8")  # encode and decode alone would share the bytes
    return texts[part]
