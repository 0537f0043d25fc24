"""What the tests of the store share: server files in one call, and what was said about them."""

from dialtone.config import explaining


def commit(store, files, trusted=True):
    """Commits a draft of ``{layer: text}``; tells whether something set here was reset."""
    draft = store.begin_server()
    for layer, file in (("aastra", "aastra.cfg"), ("model", "57i.cfg"), ("mac", "00085D123456.cfg")):
        if layer in files:
            draft.layer(layer, file, trusted)
            draft.feed(files[layer].encode())
    return draft.commit()


def reasons(store):
    """The diagnostics as people read them."""
    return [explaining.describe(each) for each in store.diagnostics]
