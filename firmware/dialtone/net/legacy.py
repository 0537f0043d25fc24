"""SSL 3.0 and TLS 1.0 over a raw socket, in the shape of what ``tls`` wraps. Loaded for these two methods alone."""

from dialtone.errors import DialtoneError
from dialtone.tls.legacy.record import DATA, Records
from micropython import const

TRUNCATED = const(-2)  # errno of the OSError for a stream that was cut: no platform has it
_RECORD = const(1024)  # bytes of one record of ours: requests are shorter


def wrap(raw, host, method, random, accept):
    """A Secured over ``raw``, whose handshake happens in its first reads. ``method``: "SSLv3" or "TLSv1".

    ``accept(chain)`` gets the server's certificates (DER bytes, its own first) before any secret is sent, and raises
    a DialtoneError when they will not do. ``random(n)`` gives n unpredictable bytes.
    """
    from dialtone.tls.legacy.handshake import Handshake

    records = Records(0x0300 if method == "SSLv3" else 0x0301)
    name = "" if not host or host[-1].isdigit() or ":" in host else host  # server_name is never an address
    return Secured(raw, records, Handshake(records, random, name), method, accept)


class Secured:
    """Like a wrapped socket: ``readinto`` and ``write`` give None where they would block. Made by ``wrap``.

    PeerError for whatever the server does wrong; OSError(TRUNCATED) when the stream ends without close_notify.
    """

    def __init__(self, raw, records, talk, method, accept):
        self._raw = raw
        self._records = records
        self._talk = talk  # the Handshake, None after it
        self._method = method
        self._accept = accept
        self._suite = None
        self._taken = 0  # bytes of a write whose records are not all sent

    def readinto(self, view):
        """Bytes read into ``view``; 0 = the server has ended the stream."""
        records = self._records
        while True:
            if records.out and not self._flush():
                return None
            talk = self._talk
            if talk:
                if talk.done:
                    self._suite = talk.suite
                    self._talk = talk = self._accept = None
                    return None
            elif records.kind == DATA:
                return records.take(view)
            elif records.kind:
                self._guard(records.other)
                continue
            elif records.closed:
                return 0
            count = self._raw.readinto(records.space())
            if count is None:
                return None
            if not count:
                if talk:
                    talk.ended()
                raise OSError(TRUNCATED, "truncated")
            self._guard(records.received, count)
            if talk:
                self._guard(talk.advance)
                if talk.chain:
                    self._guard(talk.settle, self._accept)

    def write(self, data):
        """Sends some of ``data`` and returns how much; after None, come again with the same."""
        records = self._records
        if not self._taken:
            self._taken = min(len(data), _RECORD)
            self._guard(records.send, DATA, data[: self._taken])
        if not self._flush():
            return None
        taken, self._taken = self._taken, 0
        return taken

    def getpeercert(self, _binary):
        """None until the handshake is over; then b"", since ``accept`` has had the certificates."""
        return None if self._talk else b""

    def cipher(self):
        """(suite, method) after the handshake."""
        return self._suite, self._method

    def shutdown(self):
        """``close`` says what there is to say."""

    def close(self):
        """Sends close_notify if it can be sent now. The raw socket stays open."""
        if not self._taken and not self._talk:
            self._records.end()
            try:
                self._flush()
            except OSError:
                pass  # nobody listens

    def _flush(self):
        """Whether all that there was to send is sent."""
        records = self._records
        while records.out:
            count = self._raw.write(records.out)
            if not count:
                return False
            records.out = records.out[count:]
        return True

    def _guard(self, step, *arguments):
        """Calls ``step``; when it fails, what it has to tell the server is sent first, if it can be."""
        try:
            step(*arguments)
        except DialtoneError:
            try:
                self._flush()
            except OSError:
                pass  # nobody listens
            raise
