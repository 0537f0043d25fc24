"""The stylesheet: a file beside this module, streamed in pieces and cached by browsers under its own hash."""

from micropython import const

from dialtone.server.answer import Answer

_PIECE = const(512)  # bytes read at a time
_NAME = "style.css"


def _path():
    folder = __file__.replace("\\", "/").rsplit("/", 1)
    return (folder[0] + "/" if len(folder) > 1 else "") + _NAME


def _pieces():
    buffer = bytearray(_PIECE)
    view = memoryview(buffer)
    with open(_path(), "rb") as file:
        while True:
            count = file.readinto(buffer)
            if not count:
                return
            yield view[:count]


def etag():
    """A strong validator: eight hexadecimal digits of the file's SHA-256, in quotes."""
    from binascii import hexlify
    from hashlib import sha256

    digest = sha256()
    for piece in _pieces():
        digest.update(piece)
    return '"%s"' % hexlify(digest.digest()[:4]).decode()


def stylesheet_url():
    """The stylesheet's address. It changes with the file, so a browser asks once a day and not once a page."""
    return "/style.css?" + etag().strip('"')


async def serve(context):
    """GET /style.css: 304 when the browser has this very file."""
    tag = etag()
    fields = (("ETag", tag), ("Cache-Control", "private, max-age=86400, must-revalidate"))
    known = context.request.header("if-none-match")
    if known is not None and (tag in known or known == "*"):
        return Answer(304, b"", fields=fields, fresh=False)
    return Answer(200, _pieces(), "text/css", fields, fresh=False)
