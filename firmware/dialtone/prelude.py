"""What a start does before anything else is imported: it prepares the heap for code that comes and goes."""

import sys

# Modules that stay once they are loaded. Here they lie at the low end of the heap and divide no hole later
_STAY = ("dialtone.text", "dialtone.net.tls", "dialtone.webui")


class _Learned:
    """Asking for an attribute is how text becomes an identifier."""


def prepare():
    """Learn all identifiers of a built image at once (tools/names.py), so that they do not lie scattered later."""
    try:
        from dialtone import names
    except ImportError:
        names = None  # plain sources: learn as you go
    if names:
        place = __file__[: __file__.rfind("dialtone")]
        sys.path.insert(0, place + "d")  # where tools/shrink.py puts most modules
        for name in names.FILES.split():
            hasattr(_Learned, place + name + ".mpy")  # what an import will call the file
        names = None
        del sys.modules["dialtone.names"], sys.modules["dialtone"].names
        from dialtone.platform import fill_modules

        fill_modules()
        for name in _STAY:
            __import__(name)
    from dialtone.platform import make_room

    make_room()
