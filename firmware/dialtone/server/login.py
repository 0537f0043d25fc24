"""What ``access.Access`` does: its functions take it as their first argument. Leaves the heap with the last connection.

Values are compared by their salted digests: that takes the same time whatever they share, and needs no loop.
"""

from hashlib import sha256
from sys import modules

from dialtone.http import limits
from dialtone.http.credentials import basic
from micropython import const

_CLIENTS = const(4)  # accounts and spellings of them that are remembered: 80 B each
_SCHEME = const(8)  # "Basic " and two more blanks
_WRONG = const(5)  # log-ins, then nobody at that address is listened to for a while
_BLOCK_S = const(60)
_FORGET_S = const(600)  # a person who mistypes now and then is never shut out
# Each costs some 100 B. A ninth address takes the place of the one that was wrong longest ago: a table that is full may
# neither shut others out nor let a newcomer guess for nothing.
_ADDRESSES = const(8)
_LEAVE = ("dialtone.server.login", "dialtone.http.credentials", "dialtone.http.encode", "dialtone.server.pieces")
_HEADS = ("dialtone.http.request", "dialtone.http.message")
_CLIENT = "dialtone.client.http_client"


def authenticate(access, request, peer, secure):
    """See ``Access.authenticate``."""
    if secure and access.sessions and request.header("cookie"):
        from dialtone.server import sessions

        session = sessions.find(access, request)
        if session:
            return session[1]  # nobody guesses a token: wrong log-ins from there are no matter
    if request is access.early:  # asked for the second time
        access.early = None
        return None
    if left_s(access, peer):
        return None
    role = access.role if request is access.request else _opened(access, request)
    if role:
        access.attempts.pop(peer, None)
    elif request.header("authorization") is not None:
        failed(access, peer)
    return role


def leave(platform):
    """Somebody polls, alone: what a new request needs can be loaded for it."""
    platform.unload(*(_LEAVE if _CLIENT in modules else _LEAVE + _HEADS))  # the client's would come a second time


def early(access, request, peer, secure):
    """``authenticate`` for who does so again with the same request: what is wrong with it counts once."""
    role = access.authenticate(request, peer, secure)
    if not role:
        access.early = request
    return role


def check(access, user, password):
    """See ``Access.check``."""
    expected = access.store.get(user + " password") if user == "admin" or user == "user" else ""
    if not expected:
        return None
    if expected[:1] != "$":  # the built-in one, or of a store without hashes
        return user if _digest(access, password) == _digest(access, expected) else None
    from dialtone.crypto import passwords

    right = passwords.matches(password, expected)
    passwords = None
    access.platform.unload("dialtone.crypto.passwords")  # a page needs that room
    return user if right else None


def left_s(access, peer):
    """See ``Access.left_s``."""
    count, last_s = access.attempts.get(peer, (0, 0))
    quiet_s = access.platform.clock.uptime_s() - last_s
    if quiet_s >= (_BLOCK_S if count >= _WRONG else _FORGET_S):
        access.attempts.pop(peer, None)
        return 0
    return _BLOCK_S - quiet_s if count >= _WRONG else 0


def failed(access, peer):
    """Counts a wrong password that came from ``peer``."""
    left_s(access, peer)  # forgets what is over
    table = access.attempts
    if peer not in table and len(table) >= _ADDRESSES:
        oldest = None
        for each in table:
            if oldest is None or table[each][1] < table[oldest][1]:
                oldest = each
        del table[oldest]
    count = table.get(peer, (0, 0))[0] + 1
    table[peer] = count, access.platform.clock.uptime_s()
    if count == _WRONG:
        access.platform.log.warning("web", "%s: too many wrong log-ins" % peer)


def _opened(access, request):
    """The role that the credentials of a request open, or None."""
    value = request.header("authorization")
    if value is None or len(value) > limits.CREDENTIALS_BYTES + _SCHEME:  # not worth hashing: it opens nothing
        return None
    digest = _digest(access, value)
    role = access.known.get(digest)
    if not role:
        pair = digest != access.wrong and basic(value)
        role = check(access, pair[0], pair[1]) if pair else None
        if not role:
            access.wrong = digest
            return None
        if len(access.known) >= _CLIENTS:
            access.known.clear()
        access.known[digest] = role
    access.role = role
    access.request = request
    return role


def _digest(access, text):
    return sha256(access.salt + text.encode()).digest()
