"""What happens to a POST that pushes XML (facts page, 6.1 and its closing table)."""

from dialtone.http import encode  # noqa: F401  the answer's: what is taken is not answered with "no memory"
from dialtone.net.seam import resolve
from dialtone.scripts.push import payload, sender_allowed
from dialtone.server.answer import TEXT, Answer
from dialtone.server.refusals import https_url, refuse


def answer(context, kind):
    """An awaitable of the Answer, or None when the body of content type ``kind`` is no push after all."""
    xml = payload(context.body, kind)
    return None if xml is None else _decide(context, xml)


async def _decide(context, xml):
    request = context.request
    store = context.store
    if not context.secure and store.flag("https block http post xml"):
        return refuse(context, "push", "XML is accepted over HTTPS only: " + https_url(context.phone, request))
    if request.header("origin") is not None or request.header("sec-fetch-site") is not None:
        return refuse(context, "push", "XML from a web page in a browser is not accepted")
    if not await sender_allowed(store.get("xml application post list"), context.peer, resolve):
        return refuse(context, "push", "this sender is not in xml application post list")
    context.on_push(xml)
    return Answer(200, b"", TEXT)
