"""What a board must know about its network, asked for in ways that keep a password between its owner and the board.

A file that nobody else can read, the environment, or a prompt: never an argument, which everybody on this computer can
read in the list of processes.
"""

import getpass
import json
import os
import stat
import sys
from pathlib import Path

_SSID, _PASSWORD, _SERVER = "DIALTONE_WIFI", "DIALTONE_WIFI_PASSWORD", "DIALTONE_CONFIG_SERVER"
_SSID_BYTES = 32  # IEEE 802.11
_PASSWORD_CHARACTERS = (8, 63)  # of WPA2
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
        text = "%s was an argument of make, which everybody on this computer can read. Put it before: %s=... make ..."
        raise AskingError(text % (_PASSWORD, _PASSWORD))
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
        found["ssid"] = input("Name of the wireless network (empty: the phone asks by one of its own): ").strip()
        if not found["ssid"]:
            return {}
        found["password"] = getpass.getpass("Its password (not shown): ")
    found["config_server"] = input("Configuration server, such as https://SERVER/FOLDER/ (empty: none): ").strip()
    return found


def _judge(found, wired, where):
    ssid, password, server = (found.get(name, "") for name in ("ssid", "password", "config_server"))
    if not all(isinstance(value, str) for value in (ssid, password, server)):
        raise AskingError("%s: ssid, password and config_server are texts." % where)
    if not ssid and not wired:
        raise AskingError("%s names no network: it needs an ssid." % where)
    if len(ssid.encode()) > _SSID_BYTES:
        raise AskingError("%s: the name of a wireless network has at most %d bytes." % (where, _SSID_BYTES))
    low, high = _PASSWORD_CHARACTERS
    if password and not low <= len(password) <= high:
        raise AskingError("%s: a password of WPA2 has %d to %d characters." % (where, low, high))
    if server and not server.lower().startswith(_SCHEMES):
        raise AskingError("%s: the configuration server is a URL: %s..." % (where, ", ".join(_SCHEMES)))
