"""What microdot allocates for the same request of a browser. Prints one JSON line."""

import gc
import json

from browser import REQUEST
from microdot import Microdot, Request


class Reader:
    """Gives the lines of the request, as an asyncio stream does: each is an object of its own."""

    at = 0

    async def readline(self):
        end = REQUEST.find(b"\n", self.at) + 1
        line = REQUEST[self.at : end]
        self.at = end
        return line


def parse(app):
    reader = Reader()
    gc.collect()
    gc.disable()
    before = gc.mem_alloc()
    try:
        Request.create(app, reader, None, ("127.0.0.1", 1)).send(None)  # it never waits
    except StopIteration as done:
        request = done.value
    after = gc.mem_alloc()
    gc.enable()
    return after - before, len(request.headers)


app = Microdot()
parse(app)  # the first one fills caches of the interpreter
size, fields = parse(app)
print(json.dumps({"head": size, "fields": fields}))
