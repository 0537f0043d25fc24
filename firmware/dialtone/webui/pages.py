"""The pages as data. Modules are imported when their page is asked for."""

from dialtone.server.answer import JSON, Answer, problem
from dialtone.webui.faces import STATUS

_READ = ("GET", "HEAD")
_FORM = ("GET", "HEAD", "POST")
_ALL = ("admin", "user")
_ADMIN = ("admin",)
_ANY = (None, "admin", "user")

# Each form: its title and the sections of the parameter table on it.
_FORMS = {
    "/provis.html": ("Network", ("https", "network")),
    "/actionURI.html": ("Action URI", ("actions",)),
    "/configurationServer.html": ("Configuration Server", ("configuration server", "xml")),
    "/preferences.html": ("Preferences", ("time", "preferences")),
    "/upgrade.html": ("Firmware Update", ("firmware",)),
    "/troubleshooting.html": ("Troubleshooting", ("troubleshooting",)),
}


def _status(context):
    from dialtone.webui.html import later, page

    content = later("dialtone.webui.status", context)
    return Answer(200, page(context, "System Information", "/sysinfo.html", content))


def _form(context):
    title, sections = _FORMS[context.request.path]
    if context.request.method == "POST":
        # Checking and showing do not fit into the heap together: each begins with the other's code dropped, and with
        # this module's, which no frame holds then.
        context.faces.shed()
        from dialtone.webui import saving

        return saving.serve(context, title, sections)
    from dialtone.webui import forms

    return forms.show(context, title, sections, {}, {}, "")


def _export(context):
    from dialtone.webui import export

    return export.serve(context)


def _keys(context):
    from dialtone.webui import keyplaces

    free = context.phone.platform.heap_free()
    found = keyplaces.find(context.request.path, context.request.query, context.store, free)
    if found is None:
        return problem(404, "This model has no such keys")
    title, sections = found
    if context.request.method == "POST":
        keyplaces = None
        context.faces.shed()
        from dialtone.webui import saving

        return saving.serve(context, title, sections)
    return keyplaces.show(context, title, sections, {}, {}, "")


def _reset(context):
    from dialtone.webui import reset

    return reset.serve(context)


def _password(context):
    if context.request.method == "POST":
        context.faces.shed()
    from dialtone.webui import password

    return password.serve(context)


def _resync(context):
    from dialtone.webui import reset

    text = "busy" if context.phone.round else "begins"
    return reset.resync(context, Answer(202, '{"resync": "%s"}\n' % text, JSON))


def _receive(context):
    context.faces.shed()
    from dialtone.webui import receiving

    return receiving.serve(context)


def _events(context):
    from dialtone.webui import events

    return events.serve(context)


def _xmllog(context):
    from dialtone.webui import xmllog

    return xmllog.serve(context)


def _trusting(context):
    if context.request.method == "POST":
        context.faces.shed()
        from dialtone.webui import trusting

        return trusting.serve(context)
    from dialtone.webui.html import later, page

    content = later("dialtone.webui.trusting", context, "")
    return Answer(200, page(context, "Trusted Servers", "/trust.html", content))


def _certificates(context):
    if context.request.method == "POST":
        context.faces.shed()
    from dialtone.webui import certificates

    return certificates.serve(context)


def _files(context):
    if context.request.method == "POST":
        context.faces.shed()
        from dialtone.webui import importing

        return importing.take(context)
    from dialtone.webui.html import later, page

    content = later("dialtone.webui.dryrun", context)
    again = (("Refresh", "4;url=/files.html"),) if context.phone.round else ()
    return Answer(200, page(context, "Configuration Files", "/files.html", content), fields=again)


def _confirm(context):
    from dialtone.webui import confirming

    return confirming.serve(context)


def _sign_in(context):
    from dialtone.webui import signin

    return signin.serve(context)


def _sign_out(context):
    from dialtone.webui import signin

    return signin.leave(context)


def _asset(context):
    from dialtone.webui import assets

    return assets.serve(context)


# path: (methods, roles, handler, module that the page needs or "" for none of the large ones). Paths are the real
# phone's (facts page, 7.2).
ROUTES = {
    "/": (_READ, _ALL, _status, "status"),
    "/sysinfo.html": (_READ, _ALL, _status, "status"),
    "/api/status": STATUS,
    "/provis.html": (_FORM, _ADMIN, _form, "forms"),
    "/configurationServer.html": (_FORM, _ADMIN, _form, "forms"),
    "/actionURI.html": (_FORM, _ADMIN, _form, "forms"),
    "/softkeys.html": (_FORM, _ADMIN, _keys, "keyplaces"),
    "/topsoftkey.html": (_FORM, _ADMIN, _keys, "keyplaces"),
    "/prgkeys.html": (_FORM, _ADMIN, _keys, "keyplaces"),
    "/expmodule1page1.html": (_FORM, _ADMIN, _keys, "keyplaces"),
    "/preferences.html": (_FORM, _ADMIN, _form, "forms"),
    "/upgrade.html": (_FORM, _ADMIN, _form, "forms"),
    "/troubleshooting.html": (_FORM, _ADMIN, _form, "forms"),
    "/local.cfg": (_READ, _ADMIN, _export, "export"),
    "/server.cfg": (_READ, _ADMIN, _export, "export"),
    "/support.txt": (_READ, _ADMIN, _export, "export"),
    "/files.html": (_FORM, _ADMIN, _files, "dryrun"),
    "/trust.html": (_FORM, _ADMIN, _trusting, "trusting"),
    "/tlsEvents.html": (_READ, _ADMIN, _events, "events"),
    "/certificates.html": (_FORM, _ADMIN, _certificates, "certificates"),
    "/certificate.csr": (("GET",), _ADMIN, _certificates, "certificates"),
    "/password.html": (_FORM, _ALL, _password, "password"),
    "/reset.html": (_FORM, _ADMIN, _reset, "reset"),
    "/confirm.html": (_FORM, _ADMIN, _confirm, "confirming"),
    "/api/resync": (("POST",), _ADMIN, _resync, "reset"),
    "/api/firmware": (("POST",), _ADMIN, _receive, "receiving"),
    "/xmllog.html": (_READ, _ADMIN, _xmllog, "xmllog"),
    "/login.html": (_FORM, _ANY, _sign_in, "signin"),
    "/logout.html": (("POST",), _ALL, _sign_out, "signin"),
    "/style.css": (_READ, _ANY, _asset, ""),
    "/icon.svg": (_READ, _ANY, _asset, ""),
    "/upgrade.js": (_READ, _ANY, _asset, ""),
}


def find(path):
    """The row of a path, or None. Three expansion modules have three pages each."""
    return ROUTES.get("/expmodule1page1.html" if path[:10] == "/expmodule" else path)
