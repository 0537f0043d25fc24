"""How long it takes from the first byte of a push to the frame on the display that shows it."""

import http.client
import ssl
import statistics
import time
import urllib.parse

from bench_load import BenchError, phone

_PUSHES = 9  # of each kind on each runtime, in turns: the median is taken
_LIMIT_MS = 1000  # a person takes that for "at once"
_XML = "<AastraIPPhoneTextScreen destroyOnExit='yes'><Title>%s</Title><Text>words</Text></AastraIPPhoneTextScreen>"
_RUNTIMES = (
    ("cpython", "ours, CPython"),
    ("micropython", "ours"),
    ("micropython32", "ours, 32-bit in 112 KB"),
)


def push(options):
    """One row: HTTPS, a connection of its own for each push; plain HTTP is told in the note."""
    values, plain = {}, {}
    row = {"name": "Push to screen, HTTPS: a new connection, MicroPython 64-bit", "unit": " ms", "values": values}
    try:
        for runtime, name in _RUNTIMES:
            with phone(runtime) as each:
                # 2 s after an object came the smallest phone has put away the code that drew it
                took = _rounds(each, 2.5 if runtime == "micropython32" else 0.3)
            values[name] = round(took["https"], 1)
            plain[name] = round(took["http"], 1)
    except (OSError, http.client.HTTPException) as error:
        row["error"] = "a push failed: %s" % error
        return [row]
    reached = max(values.values()) <= _LIMIT_MS
    row["targets"] = [{"text": "%d ms or less on each" % _LIMIT_MS, "reached": reached, "value": max(values.values())}]
    told = ", ".join("%s %s ms" % pair for pair in plain.items())
    row["note"] = "From the first byte to the frame with the text, looked for every 2 ms. Plain HTTP: %s." % told
    print("  ", values, plain, flush=True)
    return [row]


def _rounds(each, pause_s):
    from host.control import ask

    state = each.process.args[each.process.args.index("--state") + 1]
    took = {"https": [], "http": []}
    for number in range(_PUSHES):
        for scheme in took:
            title = "%s %d" % (scheme, number)
            start = time.monotonic()
            _post(each.ready[scheme], (_XML % title).encode())
            while title not in ask(state, {"op": "lcd"})["rows"][0]:
                if time.monotonic() - start > 10:
                    raise BenchError("a push does not show")
                time.sleep(0.002)
            took[scheme].append((time.monotonic() - start) * 1000)
            time.sleep(pause_s)  # a phone that has rested, not one that is stormed
    return {scheme: statistics.median(took[scheme]) for scheme in took}


def _post(url, document):
    place = urllib.parse.urlsplit(url)
    if place.scheme == "https":
        context = ssl.create_default_context()
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE  # the phone's own certificate; the time of the handshake is the same
        connection = http.client.HTTPSConnection(place.hostname, place.port, timeout=10, context=context)
    else:
        connection = http.client.HTTPConnection(place.hostname, place.port, timeout=10)
    try:
        connection.request("POST", "/", b"xml=" + document, {"Content-Type": "text/xml", "Connection": "close"})
        answer = connection.getresponse()
        if answer.status != 200:
            raise BenchError("a push got %d" % answer.status)
    finally:
        connection.close()
