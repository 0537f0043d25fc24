"""The pages as data. Modules are imported when their page is asked for."""

from dialtone.server.answer import JSON, Answer

_READ = ("GET", "HEAD")
_FORM = ("GET", "HEAD", "POST")
_ALL = ("admin", "user")
_ADMIN = ("admin",)

# Each form: its title and the sections of the parameter table on it.
_FORMS = {
    "/provis.html": ("Network", ("https", "network")),
    "/actionURI.html": ("Action URI", ("actions",)),
    "/configurationServer.html": ("Configuration Server", ("configuration server", "firmware", "xml")),
}


async def _status(context):
    from dialtone.webui import status

    return await status.serve(context)


def _api_status(context):
    return Answer(200, context.phone.status_json(context.faces), JSON)


async def _form(context):
    title, sections = _FORMS[context.request.path]
    outcome = {}, {}, ""
    if context.request.method == "POST":
        # Checking and showing do not fit into the heap together: each begins with the other's code dropped.
        context.faces.shed()
        from dialtone.webui import saving

        outcome = saving.save(context, sections)
        saving = None  # a name for it would keep its code in the heap
        context.faces.shed()
    from dialtone.webui import forms

    return forms.show(context, title, sections, *outcome)


async def _reset(context):
    from dialtone.webui import reset

    return await reset.serve(context)


async def _events(context):
    from dialtone.webui import events

    return await events.serve(context)


async def _xmllog(context):
    from dialtone.webui import xmllog

    return await xmllog.serve(context)


async def _trusting(context):
    from dialtone.webui import trusting

    return await trusting.serve(context)


async def _certificates(context):
    if context.request.method == "POST":
        context.faces.shed()
    from dialtone.webui import certificates

    return certificates.serve(context)


async def _asset(context):
    from dialtone.webui import assets

    return await assets.serve(context)


# path: (module that the page needs, "" for none of the large ones; methods, roles, handler). Paths are the real phone's
# (facts page, 7.2).
ROUTES = {
    "/": ("status", _READ, _ALL, _status),
    "/sysinfo.html": ("status", _READ, _ALL, _status),
    "/api/status": ("", _READ, _ALL, _api_status),
    "/provis.html": ("forms", _FORM, _ADMIN, _form),
    "/configurationServer.html": ("forms", _FORM, _ADMIN, _form),
    "/actionURI.html": ("forms", _FORM, _ADMIN, _form),
    "/trust.html": ("trusting", _FORM, _ADMIN, _trusting),
    "/tlsEvents.html": ("events", _READ, _ADMIN, _events),
    "/certificates.html": ("certificates", _FORM, _ADMIN, _certificates),
    "/certificate.csr": ("certificates", ("GET",), _ADMIN, _certificates),
    "/reset.html": ("reset", _FORM, _ADMIN, _reset),
    "/xmllog.html": ("xmllog", _READ, _ADMIN, _xmllog),
    "/style.css": ("", _READ, _ALL, _asset),
    "/icon.svg": ("", _READ, _ALL, _asset),
}
