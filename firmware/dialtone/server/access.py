"""The one door: which account a request's credentials open."""

from hashlib import sha256

from micropython import const

ADMIN = "admin"
USER = "user"
_PASSWORD = " password"
_CLIENTS = const(4)  # accounts and spellings of them that are remembered: 80 B each
_SCHEME = const(8)  # "Basic " and two more blanks


class Access:
    """Checks names and passwords against ``store``; ``platform`` has ``random``, ``clock`` and ``unload``.

    Values are compared by their salted digests: that takes the same time whatever they share, and needs no loop.
    """

    def __init__(self, store, platform):
        self._store = store
        self._platform = platform
        self._salt = platform.random(16)
        self._known = {}  # digest of an Authorization value that was right: its role. Only the first one costs a hash
        self._wrong = None  # digest of the last one that was not: who checks the length of a body and then the log-in
        self._role = self._request = None
        store.watch(self._forget)

    def authenticate(self, request):
        """The role of an HTTP request, "admin" or "user"; None when its credentials open nothing."""
        if request is self._request:  # a head that repeats is the same object (http.inbound)
            return self._role
        from dialtone.http import limits
        from dialtone.http.credentials import basic

        value = request.header("authorization")
        if value is None or len(value) > limits.CREDENTIALS_BYTES + _SCHEME:  # not worth hashing: it opens nothing
            return None
        digest = self._digest(value)
        role = self._known.get(digest)
        if not role:
            pair = digest != self._wrong and basic(value)
            role = self.check(pair[0], pair[1]) if pair else None
            if not role:
                self._wrong = digest
                return None
            if len(self._known) >= _CLIENTS:
                self._known.clear()
            self._known[digest] = role
        self._role = role
        self._request = request
        return role

    def release(self):
        """The last request comes no more, and it holds the code of http.message: 6 KB."""
        self._request = None

    def check(self, user, password):
        """The role that this name and password open, or None. An empty password never opens anything."""
        expected = self._store.get(user + _PASSWORD) if user == ADMIN or user == USER else ""
        if not expected:
            return None
        if expected[:1] != "$":  # the built-in one, or of a store without hashes
            return user if self._digest(password) == self._digest(expected) else None
        from dialtone.crypto import passwords

        right = passwords.matches(password, expected)
        passwords = None
        self._platform.unload("dialtone.crypto.passwords")  # a page needs that room
        return user if right else None

    def _digest(self, text):
        return sha256(self._salt + text.encode()).digest()

    def _forget(self, changed):
        if ADMIN + _PASSWORD in changed or USER + _PASSWORD in changed:
            self._known.clear()
            self._wrong = self._request = None
