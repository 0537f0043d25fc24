"""Advanced Settings > Troubleshooting, below the log server: files to download, and the log."""

from dialtone.http.markup import escape

_FILES = (
    '<section class="card"><h2>Files</h2><ul>'
    '<li><a href="/local.cfg" download>local.cfg</a>: what was set on this phone</li>'
    '<li><a href="/server.cfg" download>server.cfg</a>: what the configuration files say, merged</li>'
    '<li><a href="/support.txt" download>Support bundle</a>: status, every setting with its origin, diagnostics, TLS '
    "connections and the log, in one text</li></ul>"
    '<p>Passwords are masked in all of them. <a href="/files.html">Upload a file</a>.</p></section>\n'
)
_LOG = '<section class="card"><h2>Log</h2><p>The last %d lines, each with the seconds since the start.%s</p><pre>'
_FEW = " This phone has memory for no more: for the rest set a log server."


def content(context):
    """The cards below the form."""
    log = context.phone.log
    yield _FILES
    yield _LOG % (log.keep, _FEW if log.keep < 200 else "")
    for line in log.lines:
        yield escape(line) + "\n"
    yield "</pre></section>\n"
