"""Which server the network names when nobody else has, and that it never takes the place of a better one."""

from dialtone.config.store import Store
from dialtone.errors import CallerError
from dialtone.net import mdns
from dialtone.provisioning import found, learned, source
from dialtone.provisioning import cache
from dialtone.storage.files import Storage
from support import raises, run, tmp_dir

HEAP = "128k"  # store, table, cache and the learner side by side, and a dozen stores one after the other


class Log:
    def info(self, area, text):
        pass


class Platform:
    config_server = learned = mdns = ""
    log = Log()

    def __init__(self, **options):
        self.storage = Storage(tmp_dir())
        self.dhcp_options = {code[1:]: options[code] for code in options}

    def random(self, count):
        return b"\x12\x34"

    def unload(self, *names):
        pass


def _store(trusted=None):
    """A store; ``trusted``: what its present file came by."""
    store = Store("57i")
    if trusted is not None:
        draft = store.begin_server()
        draft.layer("aastra", "aastra.cfg", trusted)
        draft.feed(b"xml get timeout: 7\n")
        draft.commit()
    return store


def _learned(platform, store=None):
    store = store or _store()
    run(learned.find(platform, store))
    return source.server_url(store, platform)


def test_addresses_as_dhcp_servers_give_them():
    for text, place in (
        ("http://host:8667/Aastra", "http://host:8667/Aastra/"),
        ("HTTPS://host/", "https://host/"),
        ("10.0.0.5", "tftp://10.0.0.5/"),
        ("pbx.example.com\0", "tftp://pbx.example.com/"),
        ("tftp://host/a/b", "tftp://host/a/b/"),
        ("ftp://host/", ""),
        ("file:///etc", ""),
        ("http://", ""),
        ("http://h\r\nX: y/", ""),
        ("http://h/a b", ""),
        ("", ""),
        ("x" * 300, ""),
    ):
        assert learned.address(text) == place, text


def test_options_and_the_choice_between_them():
    assert _learned(Platform(_66="https://a/")) == "https://a/"
    both = {"_66": "https://a/", "_159": "https://b/", "_160": "https://c/"}
    both["_43"] = b"\x03\x01\x00\x02\x0ahttps://d/"
    assert _learned(Platform(**both)) == "https://d/"
    for wanted, place in (("66", "https://a/"), ("159", "https://b/"), ("160", "https://c/"), ("-1", "")):
        store = _store()
        store.set_local("dhcp config option override", wanted, "lcd")
        assert _learned(Platform(**both), store) == place, wanted
    assert _learned(Platform(_66="ftp://a/", _160="https://c/")) == "https://c/", "the first is not understood"


def test_what_was_found_is_kept_as_settings_that_name_the_same_folder():
    for place in ("https://a/", "https://pbx.example:8443/phones/x/", "http://10.0.0.7:81/", "tftp://10.0.0.7/cfg/",
                  "https://[fe80::1]:444/"):  # fmt: skip
        store = _store()
        store.set_local("use alternate tftp", "1", "lcd")
        for name, value in found.settings(place):
            store.set_local(name, value, "lcd")
        platform = Platform()
        assert source.server_url(store, platform) == place and source.vouched(store, platform, place), place
    for place in ("tftp://10.0.0.7:6969/", "https://user:word@a/"):
        assert found.settings(place) == ()


def test_damaged_encapsulated_options():
    for data in (b"", b"\x02", b"\x02\x09abc", b"\x01\xff", b"\x02\x01\xff", b"\x02\x00"):
        assert learned.by_dhcp({"43": data}) == "", data


def test_it_is_never_vouched_for():
    for place in ("https://a/", "http://a/"):
        platform = Platform(_66=place)
        store = _store()
        assert _learned(platform, store) == place and not source.vouched(store, platform, place)


def test_a_named_server_comes_first():
    platform = Platform(_66="https://dhcp.example/")
    platform.config_server = "https://flash.example/"
    assert _learned(platform) == "https://flash.example/"
    store = _store()
    store.set_local("https server", "set.example", "lcd")
    assert _learned(platform, store) == "https://set.example/"


def test_a_verified_server_is_not_replaced_by_a_weaker_one():
    for place in ("http://evil/", "10.6.6.6"):
        platform = Platform(_66=place)
        with raises(CallerError) as e:
            _learned(platform, _store(True))
        assert "came over HTTPS" in e.value.text and platform.learned == ""
        assert _learned(platform, _store(False)), "plain files may come from there again"
    assert _learned(Platform(_66="https://other/"), _store(True)) == "https://other/"


def test_nor_is_an_https_server_that_was_learned_itself():
    """Its files are not trusted, and new firmware does not know their validators; their origin counts all the same."""
    for url, refused in (("https://a/aastra.cfg", True), ("http://a/aastra.cfg", False)):
        platform = Platform(_66="http://b/")
        gone = cache.tag(404, "", "", "https://a/57i.cfg")
        cache.save(platform.storage, _store(False), [cache.tag(200, "", "", url), gone, gone])
        data = platform.storage.read(cache.NAME, 10000).replace(b"rows 1 ", b"rows 1 9")
        platform.storage.write_atomic(cache.NAME, [data])
        if refused:
            with raises(CallerError):
                _learned(platform, _store(False))
        else:
            assert _learned(platform, _store(False)) == "http://b/"


def _answering(*services):
    async def find(ident, ms, host, port):
        assert (host, port) == ("224.0.0.251", 5353)
        return list(services)

    platform = Platform()
    platform.mdns = "224.0.0.251:5353"
    before, mdns.find = mdns.find, find
    try:
        return _learned(platform)
    finally:
        mdns.find = before


def test_services_of_the_local_network():
    assert _answering() == ""
    assert _answering(("10.0.0.7", 69, {})) == "tftp://10.0.0.7/"
    https = {"protocol": "HTTPS", "path": "/phones"}
    assert _answering(("pbx.local", 443, https)) == "https://pbx.local/phones/"
    assert _answering(("10.0.0.7", 8443, https), ("10.0.0.7", 8443, https)) == "https://10.0.0.7:8443/phones/"
    assert _answering(("10.0.0.7", 21, {"protocol": "ftp"})) == ""
    assert _answering(("a b", 443, https)) == ""
    with raises(CallerError) as e:
        _answering(("10.0.0.7", 69, {}), ("10.0.0.8", 69, {}))
    assert "2 configuration servers answer" in e.value.text and "10.0.0.8" in e.value.text
