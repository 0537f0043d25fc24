"""The command line ``dialtone``: runs a simulated phone, shows its LCD and presses its keys."""

import argparse
import json
import os
import re
import sys

from host.child import HEAPS, RUNTIMES
from host.places import default_state

_COLUMNS = {"57i": 24, "53i": 16}  # model: characters of a row on its LCD

_SIM_HELP = """\
Starts a simulated phone on this computer. It boots as the real one does: it fetches its configuration files from a
configuration server over verified HTTPS, looks for new firmware, applies what it got and then serves its own web
pages. Without --config-server a small demo server runs beside it.

In a terminal you see the phone's LCD and press its keys on your keyboard; q ends it. The front panel is a web page for
this computer's browsers at an address of its own, which the terminal shows: the phone drawn with all its keys, a log of
its requests, where its configuration comes from, and switches for faults.

With --headless it prints one JSON line on stdout as soon as both web servers accept connections, logs to stderr and
runs until SIGTERM or Ctrl-C.
"""

_EXAMPLES = """\
examples:
  dialtone sim                                         a phone in this terminal, with the demo server
  dialtone sim --runtime micropython                   the same firmware files under MicroPython
  dialtone sim --headless --http-port 0 --https-port 0 for scripts: free ports, one JSON line
  dialtone sim --headless --panel-port 0               the same with a front panel; the line has its address
  dialtone sim --config-server https://pbx.example/cfg --ca ca.pem
                                                       provisioned by your own server
"""


def _port(text):
    if not text.isdigit() or int(text) > 65535:
        raise argparse.ArgumentTypeError("%r is not a port (0 to 65535; 0 takes a free one)" % text)
    return int(text)


def _mac(text):
    mac = re.sub("[:-]", "", text).upper()
    if not re.fullmatch("[0-9A-F]{12}", mac):
        raise argparse.ArgumentTypeError("%r is not a MAC address (12 hexadecimal digits, such as 00085D123456)" % text)
    return mac


def _place(text):
    address, _, port = text.rpartition(":")
    good = re.fullmatch(r"[\w.-]+", address) and re.fullmatch("[0-9]{1,5}", port) and 0 < int(port) < 65536
    if text and not good:  # "": nobody, the default
        raise argparse.ArgumentTypeError("%r is not ADDRESS:PORT" % text)
    return text


def _named(text):
    if text and not re.fullmatch("[^=]+=.*", text):
        raise argparse.ArgumentTypeError("%r is not NAME=VALUE" % text)
    return text


def _heap(text):
    if not re.fullmatch("[1-9][0-9]*[kKmM]?", text):
        raise argparse.ArgumentTypeError("%r is not a size (such as 112k or 2m)" % text)
    return text


def _scale(text):
    if not text.isdigit() or not 1 <= int(text) <= 20:
        raise argparse.ArgumentTypeError("%r is not a whole number from 1 to 20" % text)
    return int(text)


def _dhcp_option(text):
    code, separator, value = text.partition("=")
    if code not in ("43", "66", "159", "160") or not separator:
        raise argparse.ArgumentTypeError("%r is not N=TEXT with N one of 43, 66, 159, 160" % text)
    if code == "43":
        try:
            bytes.fromhex(value)
        except ValueError:
            raise argparse.ArgumentTypeError("option 43 is hexadecimal: %r is not" % value) from None
    return code, value.replace(" ", "") if code == "43" else value


def _network(text):
    name, separator, password = text.partition(":")
    if not separator or not 0 < len(name.encode()) <= 32:
        raise argparse.ArgumentTypeError("%r is not NAME:PASSWORD (of a wireless network)" % text)
    return name, password


def _limits(text):
    try:
        found = json.loads(text)
    except ValueError:
        found = None
    if not isinstance(found, dict) or not all(isinstance(value, int) for value in found.values()):
        raise argparse.ArgumentTypeError('%r is not an object of whole numbers (such as {"idle_ms": 2000})' % text)
    return found


def _parser(command=None):
    """All commands, or of those of a phone the one that is asked for: the others' modules take a while to import."""
    parser = argparse.ArgumentParser(
        prog="dialtone",
        description="A desk phone's web server, web client and menus, simulated on this computer.",
        epilog="`dialtone COMMAND --help` says more about a command.",
    )
    parser.add_argument("--version", action="version", version="dialtone " + _version())
    commands = parser.add_subparsers(dest="command", metavar="COMMAND", required=True)
    own = {"sim": _add_sim, "lcd": _add_lcd, "press": _add_press}
    if command in own:
        own[command](commands)
        return parser
    for add in own.values():
        add(commands)
    from host.configtool import commands as config

    config.add(commands)
    from host.xmltool import commands as xml

    xml.add(commands)
    from host.fleet import commands as fleet

    fleet.add(commands)
    from host.serve import commands as serve

    serve.add(commands)
    from host.phones import commands as phones

    phones.add(commands)
    from host.firmtool import commands as firmware

    firmware.add(commands)
    return parser


def _version():
    from host.places import allow_firmware_imports

    allow_firmware_imports()
    from dialtone.version import VERSION

    return VERSION


def _running_state():
    """The state folder of the simulator that runs below build/, one on a default folder first; else the first default.
    Raises ControlError when it is not clear which is meant.
    """
    folders = [default_state(runtime) for runtime in RUNTIMES]
    running = [folder for folder in folders if (folder / "host" / "control").exists()][:1]
    if not running:
        running = sorted(path.parent.parent for path in folders[0].parent.glob("*/host/control"))
    if len(running) > 1:
        from host.control import ControlError

        names = ", ".join("build/" + folder.name for folder in running)
        raise ControlError("Several simulators run: %s. Say which with --state." % names)
    return str(running[0] if running else folders[0])


def _add_sim(commands):
    sim = commands.add_parser(
        "sim",
        help="run a simulated phone",
        description=_SIM_HELP,
        epilog=_EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    sim.add_argument("--headless", action="store_true", help="no LCD in the terminal: one JSON line, for scripts")
    sim.add_argument("--runtime", choices=RUNTIMES, default="cpython", help="what runs the firmware (default: cpython)")
    sim.add_argument(
        "--state",
        metavar="DIR",
        help="folder that holds what the phone keeps in its flash; the same folder is the same phone "
        "(default: build/sim-RUNTIME of this checkout)",
    )
    sim.add_argument("--model", choices=tuple(_COLUMNS), default="57i", help="which phone (default: 57i)")
    sim.add_argument("--mac", type=_mac, default="00085D123456", help="its MAC address (default: 00085D123456)")
    sim.add_argument("--http-port", type=_port, metavar="N", help="port of the web pages (default: 80 or 8080)")
    sim.add_argument("--https-port", type=_port, metavar="N", help="the same over HTTPS (default: 443 or 8443)")
    sim.add_argument(
        "--bind", metavar="ADDRESS", default="127.0.0.1", help="address to listen on (default: this computer only)"
    )
    sim.add_argument("--config-server", metavar="URL", help="folder with the configuration files (default: the demo)")
    sim.add_argument(
        "--dhcp-option",
        type=_dhcp_option,
        action="append",
        default=[],
        metavar="N=TEXT",
        help="what DHCP says of the server, when none is named: 66, 159, 160 text, 43 hexadecimal (no demo then)",
    )
    text = "ask there for a server (no demo then)"
    sim.add_argument("--mdns", type=_place, metavar="ADDRESS:PORT", default="", help=text)
    sim.add_argument(
        "--announce",
        nargs="?",
        type=_place,
        const="224.0.0.251:5353",
        default="",
        metavar="GROUP:PORT",
        help="say by multicast DNS that the phone is there, as a board does (default: 224.0.0.251:5353)",
    )
    sim.add_argument(
        "--setup",
        nargs="?",
        type=_network,
        const=("Home", "correct horse"),
        metavar="NAME:PASSWORD",
        help="a phone as from the box: it opens its set-up access point, whose address its LCD shows. "
        "In reach is that wireless network (default: Home:correct horse)",
    )
    sim.add_argument("--ca", metavar="FILE", help="PEM file of the authority that the phone trusts for --config-server")
    sizes = ", ".join("%s for %s" % (size, name) for name, size in HEAPS.items())
    sim.add_argument("--heap", type=_heap, metavar="SIZE", help="MicroPython's memory (default: %s)" % sizes)
    sim.add_argument("--no-panel", action="store_true", help="no front panel in the browser")
    sim.add_argument(
        "--panel-port",
        type=_port,
        metavar="N",
        help="port of the front panel (default: a free one; with --headless there is no panel without this option)",
    )
    sim.add_argument("--verbose", action="store_true", help="log the requests that the demo server gets")
    text = "end the phone while that is in its configuration"
    sim.add_argument("--crash-when", type=_named, metavar="NAME=VALUE", default="", help=text)
    sim.add_argument("--time-port", type=_port, default=0, help=argparse.SUPPRESS)  # of the time servers, for tests
    sim.add_argument("--dns-port", type=_port, default=0, help=argparse.SUPPRESS)  # of the set-up, for tests
    sim.add_argument("--setup-s", type=int, default=600, help=argparse.SUPPRESS)  # how long it is open, for tests
    sim.add_argument("--system-heap", type=int, default=0, help=argparse.SUPPRESS)  # bytes that TLS has, for tests
    sim.add_argument("--flash", metavar="DIR", help=argparse.SUPPRESS)  # a board's partitions in files, for tests
    sim.add_argument("--watchdog-s", type=int, default=60, help=argparse.SUPPRESS)  # of new firmware, for tests
    sim.add_argument("--limits", type=_limits, default={}, help=argparse.SUPPRESS)  # of dialtone.net.limits, for tests
    sim.set_defaults(run=_sim)


def _add_state(parser):
    text = "the state folder that the simulator was started with (default: the one that runs below build/)"
    parser.add_argument("--state", metavar="DIR", help=text)


def _add_lcd(commands):
    lcd = commands.add_parser(
        "lcd",
        help="print the LCD of a running phone",
        description="Prints what the LCD of a running phone shows, or writes its picture as the phone itself draws it.",
    )
    _add_state(lcd)
    lcd.add_argument("--png", metavar="FILE", help="write the LCD's pixels as a PNG picture instead (- for stdout)")
    lcd.add_argument(
        "--scale",
        type=_scale,
        default=3,
        metavar="N",
        help="with --png: size of an LCD pixel, 1 to 20 (default: 3)",
    )
    lcd.set_defaults(run=_lcd)


def _add_press(commands):
    from host.control import KEYS, MODULES

    press = commands.add_parser(
        "press",
        help="press keys of a running phone",
        description="Presses keys of a running phone, one after the other, and prints its LCD after the last.",
        epilog="Keys: %s, %s (also expmod1key1). The shell wants '*', '#' and blanks in quotes; star and pound "
        "mean the same." % (" ".join(KEYS), MODULES),
    )
    _add_state(press)
    press.add_argument("keys", metavar="KEY", nargs="+", help="such as options, down, select, softkey1, 5")
    press.set_defaults(run=_press)


def _sim(options):
    options.state = options.state or str(default_state(options.runtime))
    options.learns = bool(options.dhcp_option or options.mdns) and not options.config_server
    options.no_panel = options.no_panel or options.learns  # it stands between the phone and one known server
    if options.ca and not options.config_server and not options.learns:
        return _error("sim", "--ca belongs to --config-server: the demo server brings its own authority.")
    if options.heap and options.runtime == "cpython":
        return _error("sim", "--heap is for --runtime micropython or micropython32: CPython's memory has no limit.")
    if options.bind not in ("127.0.0.1", "localhost"):
        _tell("The phone will answer everybody who can reach %s. Its password is 22222 at first." % options.bind)
    from host import launcher

    terminal = None
    if not options.headless:
        if sys.stdin.isatty() and sys.stdout.isatty():
            from host.terminal import Terminal

            terminal = Terminal(_COLUMNS[options.model])
        else:
            _tell("This is no terminal: going on as with --headless.")
    options.columns = _COLUMNS[options.model]
    options.panel = not options.no_panel and (terminal is not None or options.panel_port is not None)
    if options.runtime != "cpython":
        from host.child import ChildError, command_of

        try:
            command_of(options.runtime)  # compiled files are not secret: they get the usual permissions
        except ChildError as error:
            return _error("sim", str(error))
    os.umask(0o077)
    return launcher.run(options, terminal)


def _lcd(options):
    if not options.png:
        return _ask(options, {"op": "lcd"})
    from host.control import ControlError, ask
    from host.picture import png

    try:
        data = png(ask(options.state or _running_state(), {"op": "pixels"}), options.scale)
        if options.png == "-":
            sys.stdout.buffer.write(data)
        else:
            with open(options.png, "wb") as file:
                file.write(data)
    except ControlError as error:
        return _error("lcd", str(error))
    except OSError as error:
        return _error("lcd", "%s cannot be written: %s." % (options.png, error.strerror))
    return 0


def _press(options):
    from host.control import ControlError, check_keys

    try:
        keys = check_keys(options.keys)
    except ControlError as error:
        return _error("press", str(error))
    return _ask(options, {"op": "press", "keys": keys})


def _ask(options, request):
    from host.control import ControlError, ask
    from host.text import screen_text

    try:
        answer = ask(options.state or _running_state(), request)
    except ControlError as error:
        return _error(options.command, str(error))
    sys.stdout.write(screen_text(answer["rows"], answer["softkeys"]))
    return 0


def _error(command, text):
    _tell("dialtone %s: %s" % (command, text))
    return 1


def _tell(text):
    print(text, file=sys.stderr, flush=True)


def main(arguments=None):
    """Runs the command line; returns the exit code."""
    arguments = sys.argv[1:] if arguments is None else arguments
    options = _parser(*arguments[:1]).parse_args(arguments)
    return options.run(options)


if __name__ == "__main__":
    sys.exit(main())
