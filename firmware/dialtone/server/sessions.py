"""Log-ins that a browser carries on with a cookie, over HTTPS only. Loaded for a request that has one, or makes one.

``access.sessions``: lists [salted digest of the token, role, uptime of the log-in, of the last request], in seconds.
Digests are compared: that takes the same time whatever two tokens share.
"""

from binascii import hexlify
from hashlib import sha256

from micropython import const

_COOKIE = "__Host-dialtone"  # with this beginning no browser takes it from another host, over plain HTTP or for a path
_MOST = const(4)  # sessions, 150 B each; only who knows a password begins one, and it ends the one that is idle longest
_COOKIES = const(8)  # looked at: other phones behind ports of the same address have some
_IDLE_S = const(1800)
_LONGEST_S = const(28800)  # a working day
_TOKEN = const(16)  # random bytes


def find(access, request):
    """The session that a request's cookie opens, or None. What has expired is forgotten."""
    now_s = access.platform.clock.uptime_s()
    access.sessions = [
        one for one in access.sessions if now_s - one[2] < _LONGEST_S and now_s - one[3] < _IDLE_S
    ]
    for part in (request.header("cookie") or "").split(";", _COOKIES)[:_COOKIES]:
        name, _, token = part.strip(" ").partition("=")
        if name.startswith(_COOKIE):
            digest = sha256(access.salt + token.encode()).digest()
            for one in access.sessions:
                if one[0] == digest:
                    one[3] = now_s
                    return one
    return None


def begin(access, role, port):
    """Begins a session; gives the value of the Set-Cookie field. ``port``: of the listener, a part of the name."""
    token = hexlify(access.platform.random(_TOKEN)).decode()
    if len(access.sessions) >= _MOST:
        access.sessions.remove(min(access.sessions, key=lambda one: one[3]))
    now_s = access.platform.clock.uptime_s()
    access.sessions.append([sha256(access.salt + token.encode()).digest(), role, now_s, now_s])
    return _field(port, token, _LONGEST_S)


def end(access, request, port):
    """Ends the session of a request; gives the value of the Set-Cookie field that makes the browser forget it."""
    one = find(access, request)
    if one:
        access.sessions.remove(one)
    return _field(port, "", 0)


def _field(port, token, seconds):
    return "%s%d=%s; Path=/; Max-Age=%d; Secure; HttpOnly; SameSite=Strict" % (_COOKIE, port, token, seconds)
