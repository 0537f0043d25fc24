"""URLs of the configuration and firmware servers from their parameters."""

from dialtone.config.store import Store
from dialtone.errors import CallerError
from dialtone.provisioning.source import firmware_url, server_url, vouched
from support import raises


class _Platform:
    config_server = learned = mdns = ""
    dhcp_options = ()


class _Store:
    def __init__(self, **values):
        self._values = {"download protocol": "HTTPS", "http port": "80", "https port": "443"}
        for name, value in values.items():
            self._values[name.replace("_", " ")] = value

    def get(self, name):
        return self._values.get(name, "")

    def flag(self, name):
        return self.get(name) == "1"


def _url(given="", **values):
    platform = _Platform()
    platform.config_server = given
    return server_url(_Store(**values), platform)


def test_https_names():
    assert _url(https_server="pbx.example.com", https_path="Aastra") == "https://pbx.example.com/Aastra/"
    assert _url(https_server="10.0.0.1", https_port="8443") == "https://10.0.0.1:8443/"
    assert _url(https_server="h", https_path="/a/b c/") == "https://h/a/b%20c/"


def test_http_names():
    assert _url(download_protocol="HTTP", http_server="h", http_path="/x", http_port="8080") == "http://h:8080/x/"
    assert _url(download_protocol="HTTP", http_server="h", http_port="80", https_server="other") == "http://h/"
    assert _url(download_protocol="HTTP", https_server="other") == ""


def test_https_falls_back_to_the_http_names_but_not_to_their_port():
    assert _url(http_server="h", http_path="p", http_port="8080") == "https://h/p/"
    assert _url(https_server="0.0.0.0", http_server="h", https_port="444") == "https://h:444/"


def test_what_the_launcher_gave_comes_last():
    assert _url("https://demo:1234/cfg") == "https://demo:1234/cfg/"
    assert _url("https://demo/", https_server="h") == "https://h/"
    assert _url("https://demo/", https_server="0.0.0.0") == "https://demo/"
    assert _url() == ""


def test_protocols_that_are_not_there():
    with raises(CallerError) as e:
        _url(download_protocol="FTP")
    assert "FTP is not supported" in e.value.text and "HTTPS" in e.value.advice
    assert _url("https://demo", download_protocol="FTP") == "https://demo/"


def test_tftp_names():
    both = {"tftp_server": "h", "tftp_path": "/p", "alternate_tftp_server": "other"}
    assert _url(download_protocol="TFTP", **both) == "tftp://h/p/"
    assert _url(download_protocol="TFTP", use_alternate_tftp="1", **both) == "tftp://other/"
    assert _url(download_protocol="TFTP", tftp_server="0.0.0.0") == ""
    assert _url("https://demo", download_protocol="TFTP", https_server="h") == "https://demo/"


def _vouched(store, given=""):
    platform = _Platform()
    platform.config_server = given
    return vouched(store, platform, server_url(store, platform))


def _after_files(text, trusted):
    store = Store("57i")
    draft = store.begin_server()
    draft.layer("mac", "mac.cfg", trusted)
    draft.feed(text)
    draft.commit()
    return store


def test_who_named_the_server():
    """A certificate of a public authority is to be had by anybody, for a server of his own."""
    from dialtone.config import levels

    for row in (
        "https server: h",
        "http server: h",
        "https server: h\nhttps path: x",
        "https server: h\nhttps port: 8",
    ):
        for trusted in (True, False):
            assert _vouched(_after_files(row.encode() + b"\n", trusted)) == trusted, row
    store = _after_files(b"http server: h\nhttp port: 81\n", False)  # what is not used does not count
    store.set_local("https server", "h", "lcd")
    assert _vouched(store)
    assert not _vouched(_after_files(b"download protocol: HTTP\nhttp server: h\n", False))
    assert _vouched(_after_files(b"https server: other\n", False), "https://other/"), "the flash tool said the same"
    assert _vouched(_after_files(b"https server: 0.0.0.0\n", False), "https://other")
    for source, good in (("lcd", True), ("https page", True), ("http page", False), ("", False)):
        store = Store("57i")
        store.set_local("https server", "h", source)
        assert _vouched(store) == good, source
    for level in ("remote", "override", "local"):
        store = Store("57i")
        store.set_local("https server", "mine", "lcd")
        assert _vouched(store)
        levels.apply(store, (("https server", "h", level, 1, 1),))
        assert _vouched(store) == (level == "remote"), level  # what was set here lies above it


def test_who_named_it_is_known_after_a_restart():
    for source, good in (("lcd", True), ("http page", False)):
        store = Store("57i")
        store.set_local("softkey1 label", "# x", source)
        store.set_local("https server", "h", source)
        again = Store("57i")
        again.load("local", [text.encode() for text in store.dump("local")])
        assert again.get("https server") == "h" and again.get("softkey1 label") == "# x" and _vouched(again) == good
        assert not again.locked("https server") and again.origin("https server") == "set here"
        again.set_local("https server", "h", "lcd")
        assert _vouched(again)


def test_ipv6_gets_brackets():
    assert _url(https_server="fe80::1", https_port="8443") == "https://[fe80::1]:8443/"
    assert _url(https_server="[fe80::1]") == "https://[fe80::1]/"


def test_firmware():
    store = _Store()
    assert firmware_url(store, "https://h/cfg/", "57i") == "https://h/cfg/57i.st"
    assert firmware_url(_Store(firmware_server="HTTP://f:81/fw"), "https://h/cfg/", "57i") == "HTTP://f:81/fw/57i.st"
    assert firmware_url(_Store(firmware_server="tftp://f/fw"), "https://h/", "57i") == "tftp://f/fw/57i.st"
    for text in ("ftp://h/", "h/fw", "httpx://h"):
        with raises(CallerError):
            firmware_url(_Store(firmware_server=text), "https://h/", "57i")
