"""What a board must know about its network, asked for in ways that keep a password between its owner and the board.

A file that nobody else can read, the environment, or a prompt: never an argument, which everybody on this computer can
read in the list of processes.
"""

import difflib
import getpass
import json
import os
import re
import stat
import sys
from pathlib import Path
from urllib.parse import urlsplit

import boards

_SSID, _PASSWORD, _SERVER = "DIALTONE_WIFI", "DIALTONE_WIFI_PASSWORD", "DIALTONE_CONFIG_SERVER"
_SSID_BYTES = 32  # IEEE 802.11
_PASSWORD_CHARACTERS = (8, 63)  # of WPA2
_FIELDS = {
    "ssid": str, "password": str, "config_server": str, "hostname": str, "time_server": str, "watchdog_s": int,
    "model": str, "bind": str, "http_port": int, "https_port": int,
    "set_up": bool,  # the set-up page's mark, in a file that comes from a board
}  # fmt: skip
_KINDS = {str: 'a text, "in quotes"', int: "a number", bool: "true or false"}
_KEY = re.compile("[0-9A-Fa-f]{64}")  # the key itself, in place of the password that it is made of
_SCHEMES = ("https://", "http://", "tftp://")
_HOW = """\
The board must know its network. One of four ways:
- run this in a terminal, and it asks
- say ARGS=--set-up: the phone opens an access point of its own and asks there
- set %s, %s and %s in the environment
- write them into a file that nobody else can read (chmod 600), and say ARGS="--network FILE":
  {"ssid": "NAME OF THE WIRELESS NETWORK", "password": "ITS PASSWORD", "config_server": "https://SERVER/FOLDER/"}"""


class AskingError(Exception):
    """There is no answer, or one that cannot be; the text says what to do."""


def network(path, wired=False):
    """The fields of /network.json: of the file ``path``, else of the environment, else of a prompt, which may leave it
    to the phone: {}.

    A ``wired`` board needs no wireless network. Raises AskingError.
    """
    if _PASSWORD + "=" in os.environ.get("MAKEFLAGS", ""):
        text = (
            "%s was an argument of make, which everybody on this computer can read. Leave it out and answer the "
            "question, or write a file that only you can read, ARGS='--network FILE'. Take another password, too."
        )
        raise AskingError(text % _PASSWORD)
    if path:
        found = from_file(path)
    elif _SSID in os.environ or (wired and _SERVER in os.environ):
        found = {
            "ssid": os.environ.get(_SSID, ""),
            "password": os.environ.get(_PASSWORD, ""),
            "config_server": os.environ.get(_SERVER, ""),
        }
    elif sys.stdin.isatty():
        found = _prompt(wired)
        if not found:
            return found
    else:
        raise AskingError(_HOW % (_SSID, _PASSWORD, _SERVER))
    found = {name: value for name, value in found.items() if value not in ("", None)}
    _judge(found, wired, path or "What was given")
    return found


def from_file(path):
    """The object in a network.json. Raises AskingError, also when others can read a password in it."""
    try:
        found = json.loads(Path(path).read_text(encoding="utf-8"))
    except OSError as error:
        raise AskingError("%s cannot be read: %s." % (path, error.strerror)) from None
    except ValueError as error:
        raise AskingError("%s is not JSON: %s." % (path, error)) from None
    if not isinstance(found, dict):
        raise AskingError("%s names no network: it needs an object with ssid and password." % path)
    if found.get("password"):
        private(path)
    return found


def private(path):
    """Raises AskingError when somebody else on this computer can read the file ``path``."""
    try:
        mode = os.stat(path).st_mode
    except OSError as error:
        raise AskingError("%s cannot be read: %s." % (path, error.strerror)) from None
    if os.name == "posix" and stat.S_IMODE(mode) & 0o077:
        raise AskingError("%s holds a secret, and others can read it. First: chmod 600 %s" % (path, path))


def _prompt(wired):
    found = {}
    if not wired:
        text = "Name of the wireless network (empty: the phone asks by one of its own): "
        found["ssid"] = _answer(lambda: input(text).strip(), _wrong_name)
        if not found["ssid"]:
            return {}
        text = "Its password (not shown; empty: it has none): "
        found["password"] = _answer(lambda: getpass.getpass(text), _wrong_password)
    text = "Configuration server, such as https://SERVER/FOLDER/ (empty: none): "
    found["config_server"] = _answer(lambda: input(text).strip(), _wrong_server)
    return found


def _answer(ask, wrong):
    """What ``ask()`` gives, once ``wrong`` has nothing to say of it: nobody begins anew for a slip of the finger."""
    while True:
        found = ask()
        problem = wrong(found)
        if not problem:
            return found
        print("  %s." % problem)


def _wrong_name(ssid):
    if len(ssid.encode()) > _SSID_BYTES:
        return "the name of a wireless network has at most %d bytes" % _SSID_BYTES


def _wrong_password(password):
    low, high = _PASSWORD_CHARACTERS
    if password and not low <= len(password.encode()) <= high and not _KEY.fullmatch(password):
        return "a password of WPA2 has %d to %d characters" % (low, high)


def _wrong_server(server):
    try:
        good = server.lower().startswith(_SCHEMES) and urlsplit(server).hostname
    except ValueError:
        good = False
    if server and not good:
        return "the configuration server is a URL, which begins with one of %s" % ", ".join(_SCHEMES)


def _judge(found, wired, where):
    for name, value in found.items():
        kind = _FIELDS.get(name)
        if not kind:
            near = "".join(" Did you mean %s?" % each for each in difflib.get_close_matches(name, _FIELDS, 1))
            raise AskingError("%s: there is no field %s.%s Fields are: %s." % (where, name, near, ", ".join(_FIELDS)))
        if not isinstance(value, kind) or (kind is int and isinstance(value, bool)):
            raise AskingError("%s: %s is %s." % (where, name, _KINDS[kind]))
    ssid, password, server = (found.get(name, "") for name in ("ssid", "password", "config_server"))
    seconds, (low, high) = found.get("watchdog_s", 0), boards.WATCHDOG_S
    if seconds and not low <= seconds <= high:
        raise AskingError("%s: watchdog_s is 0 for none, or %d to %d." % (where, low, high))
    if not ssid and not wired:
        raise AskingError("%s names no network: it needs an ssid." % where)
    problem = _wrong_name(ssid) or _wrong_password(password) or _wrong_server(server)
    if problem:
        raise AskingError("%s: %s." % (where, problem))
