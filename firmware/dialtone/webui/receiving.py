"""POST /api/firmware: an image goes straight into the stage, from the page's form, a script or the command line.

The image is the body, or the first file of a multipart form. 202 when it is stored: it is installed as soon as the
answer is on its way.
"""

from dialtone.errors import DialtoneError, PeerError
from dialtone.log import clean
from dialtone.server.answer import TEXT, Answer, problem
from dialtone.server.streaming import Body
from micropython import const

_PART = const(1024)  # bytes of a form before its file begins: browsers send some 200
_SCARCE = const(65536)  # bytes free: with less, nobody else is let in meanwhile
_SCREEN = const(60)  # characters of a progress text: an LCD shows 24
_AGAIN = ("Refresh", "20;url=/sysinfo.html")  # a board copies and compares for some 10 s, and starts in 8


async def serve(context):
    """The Answer, when all of the body is here. Without a body: 409 as long as none would be taken."""
    phone = context.phone
    form = (context.request.header("content-type") or "")[:10].lower() == "multipart/"
    body = context.connection and Body(context.connection, context.request)
    if phone.platform.trial:
        status, text = 409, "The firmware that runs is on trial. Try again in three minutes"
    elif phone.round:
        status, text = 409, "An update or a round with the server is under way. Try again when it is over"
    elif not body:
        status, text = 400, "Send a firmware image as the body"
    else:
        phone.log.info("web", "%s at %s uploads firmware" % (context.role, context.peer))
        status, text = await _take(context, body, form)
    if body:
        await body.drain()
    phone.platform.unload("dialtone.server.streaming", "dialtone.update.incoming")
    if not form:
        return Answer(status, text + ".\n", TEXT)
    return problem(status, text, (_AGAIN,) if status == 202 else ())


async def _take(context, body, form):
    """(status, text) of an upload, which nothing else may come between."""
    phone = context.phone
    phone.round = phone
    phone.heap.reserved = 0 <= phone.platform.heap_free() < _SCARCE
    status, text = 0, "The upload has broken off"
    try:
        if form:
            await _file(body)
        text = await _received(context, body, None if form else context.request.content_length)
        status = 202
        text = "Firmware %s is stored. The phone installs it now and restarts" % text
    except DialtoneError as error:
        status = error.status if isinstance(error, PeerError) else 503
        text = str(error)
    except MemoryError:
        status, text = 503, "Not enough memory for the firmware. Restart the phone and try again"
    finally:
        phone.round = None
        phone.heap.reserved = False
        phone.panel.progress(None)
        if status == 202:
            phone.refresh(4)
        else:
            phone.log.warning("firmware", text)
    return status, text


def _received(context, body, length):
    from dialtone.update import incoming

    phone = context.phone

    def tell(stage, text):
        try:
            phone.panel.progress("Firmware", clean(text, _SCREEN))
        except MemoryError:
            pass  # the upload goes on without it

    return incoming.receive(phone.platform, context.store, body, length, tell)


async def _file(body):
    """Passes over what a form has before its file."""
    head = bytearray()
    at = -1
    while at < 0:
        piece = await body.view()
        if not len(piece) or len(head) > _PART:
            raise PeerError("There is no file in this form", "Choose a firmware image")
        head.extend(piece)
        at = head.find(b"\r\n\r\n")
    body.give_back(memoryview(head)[at + 4 :])
