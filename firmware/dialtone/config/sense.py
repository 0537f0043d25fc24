"""Settings that are legal and do nothing, or not what they seem to, beside others. Told by the phone after a round with
its configuration server, and by ``dialtone config lint``.
"""

from dialtone.config.store import LOCAL
from micropython import const

_KEEP = const(20)  # diagnostics kept, as in draft.py


def odd(get):
    """Yields (name of a parameter, what is odd about it). ``get(name)``: the value in force."""
    for rules in (_time, _server, _polling, _others):
        for found in rules(get):
            yield found


def _time(get):
    zone = get("time zone name")
    start, end = get("dst start month"), get("dst end month")
    if zone != "Custom":
        for name in ("time zone minutes", "dst minutes", "dst start month", "dst end month"):
            if get(name):
                yield name, "does nothing: time zone name is %s, not Custom" % zone
    elif bool(start) != bool(end):
        name, other = ("dst start month", "dst end month") if start else ("dst end month", "dst start month")
        yield name, "does nothing without " + other


def _server(get):
    protocol = get("download protocol")
    if protocol == "FTP":
        yield "download protocol", "is FTP, which is not supported: use HTTPS"
    elif protocol == "HTTP" and _none(get("http server")) and not _none(get("https server")):
        yield "download protocol", "is HTTP, and http server is empty: https server is not asked"
    elif protocol == "TFTP" and get("use alternate tftp") == "1" and _none(get("alternate tftp server")):
        yield "use alternate tftp", "is on, and alternate tftp server is empty"
    if protocol != "HTTPS":
        if get("https server pin"):
            yield "https server pin", "does nothing: download protocol is " + protocol
        for name in ("https user certificates", "https client certificate", "https server certificate"):
            value = get(name)
            if value and value[:8].lower() != "https://":
                yield name, "is fetched over HTTPS only: write its https:// address"
    if get("firmware server")[:4].lower() == "ftp:":
        yield "firmware server", "is an ftp:// address, which is not supported: use https://"
    files, again = get("config files mandatory download"), get("config files number of reattempt")
    if again and not files:
        yield "config files number of reattempt", "does nothing without config files mandatory download"
    if files and again in ("", "0"):
        yield "config files mandatory download", "does nothing without config files number of reattempt"


def _polling(get):
    uri, seconds = get("action uri poll"), get("action uri poll interval")
    if uri and seconds == "0":
        yield "action uri poll", "is not fetched: action uri poll interval is 0"
    elif uri and int(seconds) < 10:
        yield "action uri poll interval", "counts as 10, which is the least"
    elif seconds != "0" and not uri:
        yield "action uri poll interval", "does nothing without action uri poll"
    if get("auto resync mode") == "0" and get("auto resync time") != "00:00":
        yield "auto resync time", "does nothing: auto resync mode is 0"


def _others(get):
    if get("xml application uri"):
        if get("services script"):
            yield "xml application uri", "is not offered: the Services key opens services script"
    elif get("xml application title"):
        yield "xml application title", "does nothing without xml application uri"
    if get("options password enabled") == "1" and not get("user password"):
        yield "options password enabled", "asks for an empty password: set user password"


def _none(server):
    return server in ("", "0.0.0.0")


def tell(store, log):
    """Puts what is odd about rows of the server's files into the log, and into the store's diagnostics (column 0), in
    the place of what the last call found.
    """
    told = [each for each in store.diagnostics if each[2]]
    for name, reason in odd(store.get):
        index, tail = store.winner(name)
        if 0 <= index < LOCAL and len(told) < _KEEP:
            line = int(tail[1 : tail.find(b"\t")])
            told.append((store.layers[index].file, line, 0, name + " " + reason, ""))
            log.warning("configuration", "%s: %s %s" % (store.origin(name), name, reason))
    store.diagnostics = told
