"""The command line of ``dialtone serve``."""

import argparse
import asyncio
import sys
from pathlib import Path

from host.places import ROOT

_HELP = """\
Serves configuration files, images and scripts of a folder to phones: over HTTP, HTTPS and TFTP, with ETag and Range.
It takes no uploads, lists no folders, and follows no link that leads out of the folder. Its log knows phones by their
User-Agent and says who is up to date; `kill -USR1` prints the table of phones, and so does the end (Ctrl-C).

For a few phones and for trying things out. For a site see docs/servers.md: nginx, lighttpd, tftpd-hpa.
"""


def add(commands):
    """Add ``serve`` to the subparsers of the command line."""
    raw = argparse.RawDescriptionHelpFormatter
    serve = commands.add_parser("serve", help="a small configuration server", description=_HELP, formatter_class=raw)
    serve.add_argument("folder", metavar="DIR", help="the folder with the files")
    serve.add_argument("--bind", default="127.0.0.1", metavar="ADDRESS", help="default: this computer only")
    for name, port in (("http", 8080), ("https", 8443), ("tftp", 6969)):
        text = "default: %d; 0 takes a free one, off none" % port
        serve.add_argument("--%s-port" % name, type=_port, default=port, metavar="N|off", help=text)
    serve.add_argument("--certificate", metavar="FILE", help="PEM of the server's certificate and its issuers")
    serve.add_argument("--key", metavar="FILE", help="PEM of its key, if it is not in the same file")
    text = "makes <MAC>.cfg where DIR has none: a column mac, the others named as parameters"
    serve.add_argument("--phones", metavar="CSV", help=text)
    serve.add_argument("--state", default=str(ROOT / "build" / "serve"), help=argparse.SUPPRESS)
    serve.set_defaults(run=_run)


def _port(text):
    if text == "off":
        return None
    if not text.isdigit() or int(text) > 65535:
        raise argparse.ArgumentTypeError("%r is not a port (0 to 65535, or off)" % text)
    return int(text)


def _run(options):
    from host.serve.folder import BadTable
    from host.serve.server import ServeError, run

    if not Path(options.folder).is_dir():
        return _error("%s is no folder" % options.folder)
    try:
        asyncio.run(run(options))
    except (ServeError, BadTable) as error:
        return _error(error)
    except OSError as error:
        return _error("%s: %s" % (error.filename, error.strerror) if error.filename else error)
    return 0


def _error(text):
    print("dialtone serve: %s" % text, file=sys.stderr)
    return 2
