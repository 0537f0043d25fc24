"""MicroPython's ``cryptolib`` on top of ``cryptography``: AES, of which the firmware uses CBC.

One object goes in one direction only, and goes on where its last call ended.
"""

from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

_ECB = 1
_CBC = 2


class aes:
    def __init__(self, key, mode, iv=None):
        if mode not in (_ECB, _CBC):
            raise ValueError("mode")
        self._cipher = Cipher(algorithms.AES(bytes(key)), modes.CBC(bytes(iv)) if mode == _CBC else modes.ECB())
        self._running = None
        self._encrypts = False

    def encrypt(self, data, out=None):
        return self._update(data, out, True)

    def decrypt(self, data, out=None):
        return self._update(data, out, False)

    def _update(self, data, out, encrypts):
        if len(data) % 16:
            raise ValueError("blksize % 16")
        if self._running is None:
            self._running = self._cipher.encryptor() if encrypts else self._cipher.decryptor()
            self._encrypts = encrypts
        if self._encrypts != encrypts:
            raise ValueError("can't change direction")
        done = self._running.update(bytes(data))
        if out is None:
            return done
        out[: len(done)] = done
        return out
