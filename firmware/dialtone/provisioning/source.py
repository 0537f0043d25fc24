"""Where a phone fetches its files from: parameters in, URL text out (facts page, 2 and 4). Pure."""

from dialtone.config.store import LOCAL
from dialtone.errors import CallerError
from dialtone.http.url import parse

_UNSET = ("", "0.0.0.0")  # the vendor's files write 0.0.0.0 for "no server"
_OTHERS = b"1"  # the "line" of a row that was set here by who may not lower trust: config/winning.py, levels.py
_PORTS = {"http": 80, "https": 443, "tftp": 69}


def server_url(store, platform):
    """Folder URL of the configuration server, ending in "/"; "" when none is known.

    ``download protocol`` picks the names; HTTPS without ``https server`` falls back to the http names, since scripts in
    the field set it that way. Last comes what the launcher or flash tool gave, then what
    learned.py found. Raises CallerError for FTP.
    """
    scheme = store.get("download protocol").lower()
    given = platform.config_server or platform.learned
    if scheme in _PORTS:
        host, folder, port = [store.get(name) for name in _rows(store, scheme)]
        if host not in _UNSET:
            if ":" in host and host[0] != "[":
                host = "[" + host + "]"
            if port and int(port) != _PORTS[scheme]:
                host += ":" + port
            return folder_url(scheme + "://" + host + "/" + folder.lstrip("/"))
    elif not given:
        raise CallerError("Download protocol %s is not supported" % scheme.upper(), "Set download protocol to HTTPS")
    return folder_url(given) if given else ""


def vouched(store, platform, folder):
    """Whether the configuration server at ``folder`` (of ``server_url``) was named by those who may lower trust.

    Anybody can have a good certificate for a server of his own: what a verified one may do depends on who named it.
    """
    if platform.config_server and folder == folder_url(platform.config_server):
        return True
    if folder == platform.learned:
        return False
    for name in ["download protocol"] + _rows(store, store.get("download protocol").lower()):
        layer, tail = store.winner(name)
        if layer >= 0 and (not store.layers[layer].trusted or layer == LOCAL and tail[1:2] == _OTHERS):
            return False
    return True


def _rows(store, scheme):
    """Names of the parameters that make host, folder and port."""
    names = "alternate tftp" if scheme == "tftp" and store.flag("use alternate tftp") else scheme
    port = names + " port"
    if scheme == "https" and store.get("https server") in _UNSET:
        names = "http"
    return [names + " server", names + " path", port]


def homes(store, folder, url):
    """Who may see the stored credentials. A firmware server that anybody on the path can have named may not."""
    found = [parse(folder, True).origin]
    layer = store.winner("firmware server")[0]
    if layer >= 0 and store.layers[layer].trusted:
        found.append(parse(url, True).origin)
    return found


def firmware_url(store, folder, model):
    """URL of ``<model>.st``: below ``firmware server`` when that is set, else below the configuration ``folder``."""
    server = store.get("firmware server")
    if server and server[: server.find(":")].lower() not in _PORTS:
        raise CallerError("Firmware server is no https, http or tftp URL", "Write it as https://server/folder")
    return (folder_url(server) if server else folder) + model + ".st"


def folder_url(text):
    """``text`` with blanks encoded and one "/" at its end."""
    text = text.strip().replace(" ", "%20")
    return text if text.endswith("/") else text + "/"
