"""A request that is known: it comes again and again from who polls. See ``Inbound.lighten``."""


class Known:
    """What the head of ``request``, which has no body, said, with the lines of its ``fields``; without the code that
    reads heads.
    """

    content_length = None
    chunked = has_body = expect_continue = False

    def __init__(self, request, fields):
        self.version = request.version
        self.keep_alive = request.keep_alive
        self.method = request.method
        self.target = request.target
        self.path = request.path
        self.query = request.query
        self.host = request.host
        self._lines = fields

    def header(self, name):
        """See ``Message.header``, whose code comes back for it."""
        from dialtone.http.message import find_field

        return find_field(self._lines, name)
