"""Response heads, for the client. Loaded on demand: the phone sleeps without a client."""

from dialtone.http.message import Message, check_text, refuse, text_of


class Response(Message):
    """A response head.

    ``status``: 100 to 599. ``reason``: text, may be "". ``framing`` tells what ends the body: "length", "chunked",
    "close" or "none" (there is no body; also what ``Inbound.expect_no_body`` sets).
    """

    def _start(self, buffer, start, end):
        """The status line (RFC 9112 section 4). The blank after the number may be missing when there is no reason."""
        if end - start < 12:
            refuse("Bad status line")
        self._set_version(buffer, start)
        line = bytes(buffer[start : end + 1])
        digits = line[9:12]
        if line[8] != 32 or digits.lstrip(b"0123456789") or not 49 <= digits[0] <= 53 or line[12] not in b" \r":
            refuse("Bad status line")
        check_text(line)
        self.status = int(digits)
        self.reason = text_of(line[13:-1])

    def _other(self, name, value):
        pass

    def _finish(self):
        """Where the body ends: RFC 9112 section 6.3."""
        if self.status < 200 or self.status in (204, 304):
            self.framing = "none"
        elif self.chunked:
            self.framing = "chunked"
        elif self.content_length is not None:
            self.framing = "length"
        else:
            self.framing = "close"
            self.keep_alive = False
