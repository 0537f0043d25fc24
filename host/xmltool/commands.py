"""The command lines of ``dialtone push`` and ``dialtone xml``."""

import argparse
import sys

_RAW = argparse.RawDescriptionHelpFormatter
_PUSH_HELP = """\
Pushes an XML object to a phone: POST / with the document behind xml=. The phone takes it from senders in its
"xml application post list" alone. Over HTTPS the phone's certificate is checked before anything is sent: by its
fingerprint (on the phone: Options, Status), or by an authority. Simulated phones of this checkout are known already.
"""
_PUSH_EXAMPLES = """\
examples:
  dialtone push 127.0.0.1:8443 hello.xml                 a simulated phone
  dialtone push 10.0.0.7 --fingerprint 3F:A2:... a.xml   a phone on the desk
  dialtone push http://10.0.0.7 a.xml                    in the clear, if the phone allows that
  make-status | dialtone push phone7.example --ca ca.pem -
exit status: 0 shown, 1 refused by the phone or not worth sending, 2 not reached or not the right phone
"""

_LINT_HELP = """\
Lists all problems of XML objects at once, by the phone's own parser: file, line, column, reason, and the name that was
probably meant. An error is something that a phone loses or refuses; a warning works here, but not on every real phone.
"""
_LINT_EXAMPLES = """\
examples:
  dialtone xml lint menu.xml status.xml
  dialtone xml lint --firmware 2.1.0 menu.xml    for old phones, too
  curl -s https://apps.example/menu | dialtone xml lint -
exit status: 0 without errors, 1 with errors, 2 when a file cannot be read
"""


def add(commands):
    """Add ``push`` and ``xml`` to the subparsers of the command line."""
    push = commands.add_parser(
        "push",
        help="show an XML object on a phone",
        description=_PUSH_HELP,
        epilog=_PUSH_EXAMPLES,
        formatter_class=_RAW,
    )
    push.add_argument("phone", metavar="PHONE", help="host, host:port, or an http:// or https:// URL")
    push.add_argument("file", metavar="FILE", help="the XML document; - reads it from standard input")
    push.add_argument("--fingerprint", metavar="SHA256", help="of the phone's certificate")
    push.add_argument("--ca", metavar="FILE", help="PEM file of the authority that signed the phone's certificate")
    push.add_argument("--state", metavar="DIR", action="append", default=[], help="of a simulated phone to know, too")
    push.add_argument("--force", action="store_true", help="send it although `dialtone xml lint` finds errors")
    push.set_defaults(run=_push)
    xml = commands.add_parser("xml", help="check XML objects", description="Checks XML objects.")
    inner = xml.add_subparsers(dest="action", metavar="ACTION", required=True)
    lint = inner.add_parser(
        "lint", help="list all problems", description=_LINT_HELP, epilog=_LINT_EXAMPLES, formatter_class=_RAW
    )
    lint.add_argument("files", metavar="FILE", nargs="+", help="an XML document; - reads standard input")
    from host.configtool.commands import model

    lint.add_argument("--model", type=model, default="57i", help="phone model, for the keys that it has (default: 57i)")
    lint.add_argument("--firmware", metavar="RELEASE", type=_release, help="tell what real phones of it do not have")
    lint.add_argument("--json", action="store_true", help="for programs")
    lint.set_defaults(run=_lint)


def _release(text):
    from host.xmltool.lint import release

    try:
        return release(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(str(error)) from None


def _push(options):
    from host.xmltool import push

    try:
        target = push.Target(options.phone)
        document = push.read(options.file)
        if not options.force:
            _check(options.file, document)
        wanted = {push.fingerprint(options.fingerprint)} if options.fingerprint else None
        print(push.push(target, document, wanted, options.ca, push.known_here(options.state)))
        return 0
    except push.PushError as error:
        print("dialtone push: %s" % error, file=sys.stderr)
        return error.status


def _check(path, document):
    from host.xmltool import lint, push

    told = [each.text() for each in lint.lint(path, document) if each.level == lint.ERROR]
    if told:
        text = "not sent, because of what a phone would lose (--force sends it):\n" + "\n".join(told)
        raise push.PushError(text, push.REFUSED)


def _lint(options):
    from host.configtool.lint import failed, report
    from host.xmltool import lint

    found = []
    for path in options.files:
        try:
            if path == "-":
                data = sys.stdin.buffer.read()
            else:
                with open(path, "rb") as file:
                    data = file.read()
        except OSError as error:
            print("dialtone xml lint: %s: %s" % (path, error.strerror), file=sys.stderr)
            return 2
        found += lint.lint(path, data, options.model, options.firmware)
    print(report(found, len(options.files), options.json))
    return 1 if failed(found) else 0
