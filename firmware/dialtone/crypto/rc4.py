"""RC4, in place: only for servers that speak nothing better (RFC 7465 forbids it in TLS; docs/security.md)."""


class RC4:
    """A stream under ``key`` (bytes). It has the shape of ``cryptolib.aes``: one object for one direction."""

    def __init__(self, key):
        state = bytearray(range(256))
        j = 0
        for i in range(256):
            j = j + state[i] + key[i % len(key)] & 255
            state[i], state[j] = state[j], state[i]
        self._state = state
        self._i = self._j = 0

    def encrypt(self, view, _out):
        """Change the bytes of ``view`` in place; ``_out`` is the same view, as where cryptolib asks for it."""
        state = self._state
        i = self._i
        j = self._j
        for at in range(len(view)):  # local names and no calls: this loop is nearly all the time of a download
            i = i + 1 & 255
            a = state[i]
            j = j + a & 255
            b = state[j]
            state[i] = b
            state[j] = a
            view[at] ^= state[a + b & 255]
        self._i = i
        self._j = j

    decrypt = encrypt
