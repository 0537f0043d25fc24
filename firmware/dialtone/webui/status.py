"""Status > System Information."""

from dialtone.http.markup import escape
from dialtone.webui.html import facts
from micropython import const

_LOG_LINES = const(15)
_RESULTS = {"applied": "Updated", "unchanged": "Up to date", "kept": "Saved copy"}
_STATES = {"200": "loaded", "404": "not on the server"}
_UNUSED = (
    '<p>Lines that this firmware does not use are kept: <a href="/server.cfg">server.cfg</a> has all of them.</p>'
    "</section>\n"
)
_DIAGNOSTICS = const(20)  # more than that of one provisioning run nobody reads on a page; the log has them all


def content(context):
    """What is below the page's top."""
    phone = context.phone
    status = phone.status()
    configuration = status.get("configuration") or {}
    parts = _problems(status), _tiles(status, phone.heap), _phone(phone, status), _https(status)
    if phone.platform.found and context.role == "admin":
        from dialtone.webui import keeping

        parts += (keeping.content(phone.platform.found),)
        keeping = None
    for part in parts + (_files(configuration),):
        for piece in part:
            yield piece
    if context.role == "admin":
        for piece in _diagnostics(context.store):
            yield piece
        for piece in _log(phone.log.lines):
            yield piece


def _problems(status):
    for part, text in (("configuration", "Configuration"), ("firmware", "Firmware")):
        error = (status.get(part) or {}).get("error")
        if error:
            yield '<p class="note bad"><b>%s:</b> %s</p>\n' % (text, escape(error))
    pending = (status.get("firmware") or {}).get("pending")
    if pending:
        pending = escape(pending)
        yield '<p class="note ok">Firmware %s is stored. <a href="/reset.html">Restart</a> to use it.</p>\n' % pending


def _tiles(status, meter):
    heap = status.get("heap_free", -1)
    result = (status.get("configuration") or {}).get("result", "")
    yield '<dl class="tiles">'
    figures = getattr(meter, "figures", ())
    if figures:  # of a board, which samples them once a second: what TLS and the radio live on
        pair = tuple([figure // 1024 for figure in figures])
        yield "<div><dt>System memory free</dt><dd>%d KB, largest piece %d KB</dd></div>" % pair
    for label, value in (
        ("Uptime", uptime(status.get("uptime_s", 0))),
        ("Memory free", "%d KB" % (heap // 1024) if heap >= 0 else "not limited"),
        ("Connections", str(status.get("sockets", 0))),
        ("Configuration", _RESULTS.get(result, "none")),
    ):
        yield "<div><dt>%s</dt><dd>%s</dd></div>" % (label, value)
    yield "</dl>\n"


def _card(title):
    return '<section class="card"><h2>%s</h2>' % title


def _phone(phone, status):
    mac = str(status.get("mac", ""))
    yield _card("Phone")
    for piece in facts(
        (
            ("Model", escape(str(status.get("model", "")))),
            ("Firmware version", escape(str(status.get("version", "")))),
            ("MAC address", escape(":".join([mac[at : at + 2] for at in range(0, len(mac), 2)]))),
            ("IP address", escape(phone.platform.address())),
        )
    ):
        yield piece
    yield "</section>\n"


def _https(status):
    https = status.get("https") or {}
    lacks = str(status.get("tls_lacks", ""))
    method = str(https.get("method", ""))
    if method in ("SSLv3", "TLSv1"):
        method += " - insecure method in use"
    yield _card("HTTPS")
    for piece in facts(
        (
            ("Client method", escape(method)),
            ("Server", "TLS 1.2 only" if "TLS 1.3" in lacks else "TLS 1.3 and 1.2"),
            ("This build lacks", escape(lacks)),
            ("Redirect HTTP to HTTPS", _on_off(https.get("redirect"))),
            ("Block XML HTTP POSTs", _on_off(https.get("block"))),
            ("Certificate SHA-256", "<code>%s</code>" % fingerprint(status.get("certificate_sha256"))),
        )
    ):
        yield piece
    yield "</section>\n"


def _on_off(value):
    return "On" if value else "Off"


def _files(configuration):
    files = configuration.get("files") or ()
    yield _card("Configuration Files")
    source = configuration.get("source")
    yield "<p>%s</p>" % ("From " + escape(source) if source else "No configuration server is known.")
    if not files:
        yield "<p>None was loaded at the last start.</p></section>\n"
        return
    yield '<table><thead><tr><th scope="col">File</th><th scope="col">State</th>'
    yield '<th scope="col" class="num">Rows</th></tr></thead>'
    for file in files:
        state = str(file.get("status", ""))
        row = (escape(str(file.get("name", ""))), escape(_STATES.get(state, state)), file.get("lines", ""))
        yield '<tr><td>%s</td><td>%s</td><td class="num">%s</td></tr>' % row
    yield "</table></section>\n"


def _diagnostics(store):
    if not store.diagnostics:
        return
    yield _card("Diagnostics of the Last Provisioning") + (
        '<table><thead><tr><th scope="col">Where</th><th scope="col">What is wrong</th></tr></thead>'
    )
    for file, line, column, reason, nearest in store.diagnostics[:_DIAGNOSTICS]:
        hint = ". Did you mean <code>%s</code>?" % escape(nearest) if nearest else ""
        yield "<tr><td>%s line %s%s</td>" % (escape(file), line, ", column %s" % column if column else "")
        yield "<td>%s%s</td></tr>" % (escape(reason), hint)
    more = len(store.diagnostics) - _DIAGNOSTICS
    more = store.more_diagnostics + (more if more > 0 else 0)
    if more:
        yield "<tr><td></td><td>and %d more</td></tr>" % more
    yield "</table>" + _UNUSED


def _log(lines):
    yield _card("Log") + "<p>Each line with the seconds since the start.</p><pre>"
    for line in lines[-_LOG_LINES:]:
        yield escape(line) + "\n"
    yield "</pre></section>\n"


def uptime(seconds):
    """The two largest units: ``93784`` -> ``1 d 2 h``."""
    if seconds >= 86400:
        return "%d d %d h" % (seconds // 86400, seconds // 3600 % 24)
    if seconds >= 3600:
        return "%d h %d min" % (seconds // 3600, seconds // 60 % 60)
    return "%d min %d s" % (seconds // 60, seconds % 60) if seconds >= 60 else "%d s" % seconds


def fingerprint(text):
    """A SHA-256 as HTML: upper-case pairs with colons, whichever way it came, that may break between pairs."""
    digits = escape(str(text or "").replace(":", "").upper())
    return ":<wbr>".join([digits[at : at + 2] for at in range(0, len(digits), 2)]) or "none"
