"""The command line of ``dialtone config``."""

import argparse
import os
import sys

_HELP = """\
Looks at configuration files with the phone's own parser, without a phone. FILES are files or folders of .cfg files;
a file's name says what it is: aastra.cfg or startup.cfg (all phones), 57i.cfg (a model), 00085D123456.cfg (one phone),
local.cfg (what was set on a phone).
"""

_EXAMPLES = """\
examples:
  dialtone config lint /srv/phones                     all problems at once; exit status 1 when a line would be lost
  dialtone config explain "https server" /srv/phones   which file wins, and which values lose
  dialtone config diff old/ new/                       what changes on a phone, and whether it restarts
"""


def add(commands):
    """Add ``config`` and its four commands to the subparsers of the command line."""
    config = commands.add_parser(
        "config",
        help="check, explain and compare configuration files",
        description=_HELP,
        epilog=_EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    inner = config.add_subparsers(dest="action", metavar="ACTION", required=True)
    lint = inner.add_parser("lint", help="list all problems of files", description="Lists all problems of files.")
    lint.add_argument("files", metavar="FILES", nargs="+")
    _options(lint, _lint, json=True)
    explain = inner.add_parser("explain", help="which value of a parameter wins", description="Shows which value wins.")
    explain.add_argument("name", metavar="NAME", help='the parameter, such as "https server"')
    explain.add_argument("files", metavar="FILES", nargs="+")
    _options(explain, _explain, json=True, mac=True)
    diff = inner.add_parser("diff", help="what a change of files changes", description="Shows what a change changes.")
    diff.add_argument("old", metavar="OLD", help="file or folder as it is")
    diff.add_argument("new", metavar="NEW", help="file or folder as it will be")
    _options(diff, _diff, json=True, mac=True)
    about = "Writes the parameter tables of docs/configuration.md anew."
    reference = inner.add_parser(
        "reference", help="write the parameter tables of docs/configuration.md anew", description=about
    )
    reference.add_argument("--check", action="store_true", help="write nothing; exit status 1 when it is out of date")
    reference.set_defaults(run=_reference)


def _options(parser, run, json=False, mac=False):
    parser.add_argument("--model", type=model, help="phone model (default: as the files' names say, else 57i)")
    if mac:
        parser.add_argument("--mac", type=_mac, help="phone, where a folder holds the files of several")
    if json:
        parser.add_argument("--json", action="store_true", help="for programs")
    parser.set_defaults(run=_guarded(run))


def _mac(text):
    mac = text.replace(":", "").replace("-", "").upper()
    if len(mac) != 12 or mac.strip("0123456789ABCDEF"):
        raise argparse.ArgumentTypeError("%r is no MAC address (such as 00085D123456)" % text)
    return mac


def model(text):
    """The name of a model as its table of keys has it; for argparse."""
    from host.configtool import files

    names = files.families.models()
    for name in names:
        if name.lower() == text.lower():
            return name
    raise argparse.ArgumentTypeError("%r is no model that is known: %s" % (text, ", ".join(names)))


def _guarded(run):
    def guarded(options):
        from host.configtool.files import FileProblem

        try:
            return run(options)
        except BrokenPipeError:  # `... | head` has read enough
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            return 0
        except FileProblem as error:
            print("dialtone config %s: %s%s" % (options.action, error, _unquoted(options)), file=sys.stderr)
            return 2

    return guarded


def _unquoted(options):
    """A word of advice for a parameter's name whose blanks the shell has seen."""
    from dialtone.config import parameters

    words = [options.name, *options.files] if options.action == "explain" else []
    for count in range(2, len(words)):
        name = " ".join(words[:count]).lower()
        if parameters.find(name):
            return '. Quote a name with blanks: "%s"' % name
    return ""


def _lint(options):
    from host.configtool import files, lint

    found = lint.lint(options.files, options.model)
    print(lint.report(found, len(files.expand(options.files)), options.json))
    return 1 if lint.failed(found) else 0


def _explain(options):
    from host.configtool import explain

    told = explain.explain(options.name, options.files, options.model, options.mac)
    print(explain.explain_text(" ".join(options.name.lower().split()), told, options.json))
    return 0


def _diff(options):
    from host.configtool import explain

    print(explain.diff_text(explain.diff([options.old], [options.new], options.model, options.mac), options.json))
    return 0


def _reference(options):
    from host.configtool import reference

    return reference.write(options.check)
