"""``dialtone push``: a client that shows an XML object on a phone, as an application's server would."""

import hashlib
import http.client
import re
import socket
import ssl
import sys
import urllib.parse
from pathlib import Path

from host.child import RUNTIMES
from host.places import default_state

LIMIT = 10_000  # bytes of an object that a phone takes
_ANSWER_S = 20  # a phone with a small heap may still be busy with the last one
REFUSED, UNREACHED = 1, 2  # exit status


class PushError(Exception):
    """A push that did not happen; ``status`` is the exit status, the text says what to do."""

    def __init__(self, text, status=UNREACHED):
        super().__init__(text)
        self.status = status


class Target:
    """Where a phone listens: ``secure``, ``host``, ``port``."""

    def __init__(self, text):
        """``text``: host, host:port or a URL; without a scheme it is https."""
        try:
            parts = urllib.parse.urlsplit(text if "://" in text else "https://" + text)
            port = parts.port
            good = parts.scheme in ("http", "https") and parts.hostname and port != 0
        except ValueError:
            good = False
        if not good:
            raise PushError("%r is no phone: give a host, host:port or an http:// or https:// URL." % text)
        self.secure = parts.scheme == "https"
        self.host = parts.hostname
        self.port = port or (443 if self.secure else 80)

    def __str__(self):
        return "%s:%d" % ("[%s]" % self.host if ":" in self.host else self.host, self.port)


def fingerprint(text):
    """64 lower-case hex digits of a SHA-256 fingerprint in any usual spelling. Raises PushError."""
    digits = re.sub("[^0-9a-f]", "", re.sub("^sha-?256[=:]?", "", text.strip().lower()))
    if len(digits) != 64:
        raise PushError("%r is no SHA-256 fingerprint: it has 64 hexadecimal digits." % text)
    return digits


def _spelled(digest):
    """As the phone's own menu shows it, to compare at a glance."""
    return " ".join(re.findall("....", digest.upper()))


def known_here(states=()):
    """Fingerprints of the simulated phones below ``build/`` and in ``states``."""
    found = set()
    for folder in [default_state(runtime) for runtime in RUNTIMES] + [Path(state) for state in states]:
        try:
            found.add(hashlib.sha256((folder / "certificate.der").read_bytes()).hexdigest())
        except OSError:
            continue
    return found


def _context(ca):
    try:
        context = ssl.create_default_context(cafile=ca)
    except ssl.SSLError:
        raise PushError("%s holds no certificate in PEM form (-----BEGIN CERTIFICATE-----)." % ca) from None
    except OSError as error:
        raise PushError("%s cannot be read: %s." % (ca, error.strerror)) from None
    if not ca:  # checked by fingerprint, before anything is sent
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
    return context


def _connect(target, wanted, ca, simulated):
    """An open connection to the phone, whose certificate has been checked."""
    if not target.secure:
        connection = http.client.HTTPConnection(target.host, target.port, timeout=_ANSWER_S)
        connection.connect()
        return connection
    connection = http.client.HTTPSConnection(target.host, target.port, timeout=_ANSWER_S, context=_context(ca))
    connection.connect()
    if not ca:
        shown = hashlib.sha256(connection.sock.getpeercert(True)).hexdigest()
        if shown not in (simulated if wanted is None else wanted):
            connection.close()
            _strange(target, shown, wanted)
    return connection


def _strange(target, shown, wanted):
    text = "%s has the certificate\n  %s\n" % (target, _spelled(shown))
    if wanted:
        text = "This is not the phone that was meant, or somebody sits between. " + text
    raise PushError(text + "If the phone shows the same under Options, Status: --fingerprint %s" % shown)


def push(target, document, wanted=None, ca=None, simulated=()):
    """Pushes ``document`` (bytes). Returns a line of text; raises PushError.

    ``wanted``: fingerprints of which the phone must have one, None: one of the ``simulated`` ones; ``ca``: a PEM file
    instead that must vouch for the phone's name.
    """
    try:
        connection = _connect(target, wanted, ca, simulated)
        mine = connection.sock.getsockname()[0]
        over = connection.sock.version() if target.secure else "plain HTTP"
        try:
            connection.request("POST", "/", b"xml=" + document, {"Content-Type": "text/xml", "Connection": "close"})
            answer = connection.getresponse()
            text = answer.read(2000).decode("utf-8", "replace").strip()
        finally:
            connection.close()
    except ssl.SSLCertVerificationError as error:
        raise PushError("%s is not vouched for by %s: %s." % (target, ca, error.verify_message)) from None
    except ssl.SSLError as error:
        raise PushError("%s does not speak TLS as it should (%s)." % (target, error.reason or error)) from None
    except (socket.gaierror, UnicodeError):  # of a label that no name can have
        raise PushError("%s has no address: check the name." % target.host) from None
    except TimeoutError:
        raise PushError("%s does not answer. Is it on, and is the port right?" % target) from None
    except OSError as error:
        reason = error.strerror or str(error) or type(error).__name__
        raise PushError("%s cannot be reached: %s." % (target, reason)) from None
    except http.client.HTTPException as error:
        raise PushError("%s gave no HTTP answer (%s)." % (target, type(error).__name__)) from None
    if answer.status != 200:
        raise PushError(_refusal(target, answer.status, text, mine), REFUSED)
    return "Pushed %d bytes to %s over %s." % (len(document), target, over)


def _refusal(target, status, text, mine):
    said = "%s refused it: %d %s" % (target, status, text or http.client.responses.get(status, ""))
    if "post list" in text:
        said += "\nOn the phone set: xml application post list: %s" % mine
    elif status == 413:
        said += "\nAn object may have %d bytes." % LIMIT
    return said


def read(path):
    """The document of a file, "-" for standard input. Raises PushError."""
    try:
        if path == "-":
            return sys.stdin.buffer.read(LIMIT + 1)
        with open(path, "rb") as file:
            return file.read(LIMIT + 1)
    except OSError as error:
        raise PushError("%s: %s" % (path, error.strerror)) from None
