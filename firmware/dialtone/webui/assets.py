"""Stylesheet, icon, script: files beside this module, streamed in pieces and cached by browsers under their hash.

The stylesheet lies compressed beside itself where the firmware was built (tools/mpy.py).
"""

import os

from micropython import const

from dialtone.server.answer import Answer

_PIECE = const(512)  # bytes read at a time
_KINDS = {"/style.css": "text/css", "/icon.svg": "image/svg+xml", "/upgrade.js": "text/javascript"}


def _path(name):
    folder = __file__.replace("\\", "/").rsplit("/", 1)
    return (folder[0] if len(folder) > 1 else ".") + name


def pieces(name):
    """Views of a file beside this module, one after the other in the same buffer."""
    buffer = bytearray(_PIECE)
    view = memoryview(buffer)
    path = _path(name)
    left = os.stat(path)[6]  # in a slot's file there is more behind it, see firmware/slotfs.py
    with open(path, "rb") as file:
        while left:
            count = file.readinto(view[: min(left, _PIECE)])
            if not count:
                return
            left -= count
            yield view[:count]


def etag(name):
    """A strong validator of an asset: eight hexadecimal digits of its SHA-256, in quotes."""
    from binascii import hexlify
    from hashlib import sha256

    digest = sha256()
    for piece in pieces(name):
        digest.update(piece)
    return '"%s"' % hexlify(digest.digest()[:4]).decode()


def _file(name, codings):
    """The file to be sent to who takes these content codings (RFC 9110 section 12.5.3), "" if none is named."""
    for coding in codings.replace(" ", "").split(","):
        coding, _, weight = coding.partition(";")
        if coding == "gzip" and weight.rstrip("0.") != "q=":
            try:
                os.stat(_path(name + ".gz"))
                return name + ".gz"
            except OSError:
                pass
    return name


async def serve(context):
    """GET one of the assets: 304 when the browser has this very file."""
    name = context.request.path
    file = _file(name, context.request.header("accept-encoding") or "")
    tag = etag(file)
    fields = (("ETag", tag), ("Cache-Control", "private, max-age=3600, must-revalidate"), ("Vary", "Accept-Encoding"))
    if file != name:
        fields += (("Content-Encoding", "gzip"),)
    known = context.request.header("if-none-match")
    if known is not None and (tag in known or known == "*"):
        return Answer(304, b"", fields=fields, fresh=False)
    return Answer(200, pieces(file), _KINDS[name], fields, fresh=False)
