"""The client's side of Basic and Digest access authentication (RFC 7617, RFC 7616): challenge text in, answer out.

Pure: the client nonce comes in as an argument. Only ``qop=auth`` and the older form without qop; MD5 and SHA-256.
"""

import hashlib
from binascii import b2a_base64, hexlify

from micropython import const

from dialtone.errors import PeerError

_CHALLENGE_LIMIT = const(1024)  # characters of a WWW-Authenticate field; real ones have about 150
_WORDS = const(48)  # schemes and parameters: a Digest has eight, and few servers offer more than three ways
_BLANK = " \t"
_TOKEN_END = ' \t,="'


class Challenge:
    """One challenge of a server: ``scheme`` and names of ``parameters`` in lower case, ``uses`` of its nonce."""

    def __init__(self, scheme):
        self.scheme = scheme
        self.parameters = {}
        self.uses = 0

    def get(self, name):
        return self.parameters.get(name, "")


def parse(text):  # by slices: an index would make each character an identifier, see text.py
    """List of ``Challenge`` in a WWW-Authenticate value (RFC 9110, 11.6.1). Raises PeerError on bad syntax."""
    if len(text) > _CHALLENGE_LIMIT:
        raise PeerError("Server sent an over-long log-in challenge")
    found = []
    at = words = 0
    while True:
        while at < len(text) and text[at : at + 1] in " \t,":
            at += 1
        if at >= len(text):
            return found
        words += 1
        if words > _WORDS:
            raise PeerError("Server sent an over-long log-in challenge")
        word, at = _word(text, at)
        after = _blanks(text, at)
        if found and text[after : after + 1] == "=":
            if text[after + 1 : after + 2] in ("", "=", ","):  # padding of a token68, as in "Negotiate YII="
                while text[after : after + 1] == "=":
                    after += 1
                at = after
                continue
            value, at = _value(text, _blanks(text, after + 1))
            found[-1].parameters[word.lower()] = value
        else:
            found.append(Challenge(word.lower()))


def choose(challenges, basic_allowed):
    """The strongest challenge that we can and may answer: Digest SHA-256, Digest MD5, Basic; None if there is none."""
    best, rank = None, 0
    for challenge in challenges:
        now = 0
        if challenge.scheme == "digest" and challenge.get("nonce"):
            qop = [part.strip().lower() for part in challenge.get("qop").split(",")]
            if "auth" in qop or qop == [""]:
                now = {"sha-256": 3, "md5": 2, "": 2}.get(challenge.get("algorithm").lower(), 0)
        elif challenge.scheme == "basic" and basic_allowed:
            now = 1
        if now > rank:
            best, rank = challenge, now
    return best


def answer(challenge, method, target, user, password, client_nonce):
    """Value of the Authorization field for one request. ``client_nonce`` is a fresh hex text; strings are str."""
    if challenge.scheme == "basic":
        return "Basic " + str(b2a_base64((user + ":" + password).encode()), "utf-8").strip()
    algorithm = challenge.get("algorithm")
    make = hashlib.sha256 if algorithm.lower() == "sha-256" else hashlib.md5
    realm, nonce = challenge.get("realm"), challenge.get("nonce")
    secret = _hex(make, "%s:%s:%s" % (user, realm, password))
    request = _hex(make, "%s:%s" % (method, target))
    names = (_quote(user), _quote(realm), _quote(nonce), target)
    fields = 'Digest username="%s", realm="%s", nonce="%s", uri="%s"' % names
    if challenge.get("qop"):
        challenge.uses += 1
        count = "%08x" % challenge.uses
        proof = _hex(make, "%s:%s:%s:%s:auth:%s" % (secret, nonce, count, client_nonce, request))
        fields += ', qop=auth, nc=%s, cnonce="%s"' % (count, client_nonce)
    else:
        proof = _hex(make, "%s:%s:%s" % (secret, nonce, request))
    fields += ', response="%s"' % proof
    if algorithm:
        fields += ", algorithm=" + ("SHA-256" if make == hashlib.sha256 else "MD5")
    if challenge.get("opaque"):
        fields += ', opaque="%s"' % _quote(challenge.get("opaque"))
    return fields


def _blanks(text, at):
    while at < len(text) and text[at : at + 1] in _BLANK:
        at += 1
    return at


def _word(text, at):
    start = at
    while at < len(text) and text[at : at + 1] not in _TOKEN_END:
        at += 1
    if at == start:
        raise PeerError("Server sent a log-in challenge that cannot be read")
    return text[start:at], at


def _value(text, at):
    if text[at : at + 1] != '"':
        return _word(text, at)
    piece = []
    at += 1
    while at < len(text) and text[at : at + 1] != '"':
        if text[at : at + 1] == "\\":
            at += 1
        piece.append(text[at : at + 1])
        at += 1
    if at >= len(text):
        raise PeerError("Server sent a log-in challenge that cannot be read")
    return "".join(piece), at + 1


def _quote(text):
    return text.replace("\\", "\\\\").replace('"', '\\"')


def _hex(make, text):
    return str(hexlify(make(text.encode()).digest()), "utf-8")
