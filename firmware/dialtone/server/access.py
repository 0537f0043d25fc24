"""The one door: which account a request's credentials open."""

from hashlib import sha256

from micropython import const

ADMIN = "admin"
USER = "user"
_SCHEME = const(8)  # "Basic " and two more blanks


class Access:
    """Checks names and passwords against ``store``; ``salt`` is some random bytes, new at each start.

    Texts are compared by their salted digests: that takes the same time whatever they share, and needs no loop.
    """

    def __init__(self, store, salt):
        self._store = store
        self._salt = salt
        self._header = None  # digest of the last Authorization value that was right: keep-alive requests are cheap
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
        if digest == self._header:
            self._request = request
            return self._role
        pair = basic(value)
        role = self.check(pair[0], pair[1]) if pair else None
        if role:
            self._header = digest
            self._role = role
            self._request = request
        return role

    def release(self):
        """The last request comes no more, and it holds the code of http.message: 6 KB."""
        self._request = None

    def check(self, user, password):
        """The role that this name and password open, or None. An empty password never opens anything."""
        role = None
        for name in (ADMIN, USER):
            expected = self._store.get(name + " password")
            # Both accounts are always compared, so that the time does not tell which names exist.
            right = self._digest(password) == self._digest(expected)
            if right and expected and user == name:
                role = name
        return role

    def _digest(self, text):
        return sha256(self._salt + text.encode()).digest()

    def _forget(self, changed):
        self._header = self._request = None
