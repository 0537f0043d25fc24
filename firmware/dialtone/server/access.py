"""The one door: which account a request's credentials open. What stays in memory of it; login.py does the work."""

from micropython import const

_AGAIN = const(16)  # then somebody polls, alone: he does without the code that looks at log-ins and makes long heads


class Access:
    """Checks names and passwords against ``store``; ``platform`` has ``random``, ``clock``, ``log`` and ``unload``.

    For login.py: ``known`` has the digests of Authorization values that were right, with their roles; ``wrong`` is the
    digest of the last one that was not; ``attempts`` counts those by address. ``role`` is that of ``request``, the last
    one that was let in; ``early`` one that was not, and will ask again.
    """

    def __init__(self, store, platform):
        self.store = store
        self.platform = platform
        self.salt = platform.random(16)
        self.known = {}
        self.attempts = {}
        self.sessions = []  # see sessions.py
        self.role = None
        self.again = 0  # requests in a row that were the same one
        store.watch(self._forget)
        self._forget(("admin password",))

    def authenticate(self, request, peer, secure=False):
        """The role of an HTTP request from the address ``peer``, "admin" or "user"; None when its credentials open
        nothing. ``secure``: it came over HTTPS, so it may be one of a session. Wrong credentials count, and an address
        with too many of them opens nothing either: ``left_s`` tells.
        """
        if request is self.request and not self.attempts:  # a head that repeats is the same object (http.inbound)
            if self.again < _AGAIN:
                self.again += 1
                if self.again == _AGAIN:
                    from dialtone.server import login

                    login.leave(self.platform)
            return self.role
        from dialtone.server import login

        self.again = 0
        return login.authenticate(self, request, peer, secure)

    def check(self, user, password):
        """The role that this name and password open, or None. An empty password never opens anything."""
        from dialtone.server import login

        return login.check(self, user, password)

    def left_s(self, peer):
        """For how many seconds ``peer`` opens nothing, since it was wrong too often; 0 when it may try."""
        if not self.attempts:
            return 0
        from dialtone.server import login

        return login.left_s(self, peer)

    def release(self):
        """The last request comes no more, and it holds the code of http.message: 6 KB."""
        self.request = self.early = None

    def _forget(self, changed):
        if "admin password" in changed or "user password" in changed:
            self.known.clear()
            self.wrong = None
            self.sessions = []
            self.release()
