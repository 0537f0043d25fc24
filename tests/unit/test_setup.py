"""The set-up access point: its page over a real socket, with a radio that tests speak for."""

import asyncio
import os

from dialtone.errors import DialtoneError
from dialtone.http.forms import encode_form
from dialtone.net import seam
from dialtone.setup.mode import SetUp
from fake_radio import Network
from log_support import Log
from support import raises, run

HEAP = "220k"  # the tests, their radio and whole answers lie beside the server; test_setup of tests/system has 112k


def free_port():
    return 20000 + int.from_bytes(os.urandom(2), "big") % 12000


async def until(condition, within_ms=3000):
    """True as soon as ``condition()`` is; False when the time is up."""
    for _ in range(within_ms // 10):
        if condition():
            return True
        await asyncio.sleep_ms(10)
    return False


class Platform:
    model, mac = "57i", "00085D123456"
    http_port = lines = 0
    limits = {}

    def __init__(self):
        self.log = Log()
        self.clock = self
        self.now = self.fed = 0
        self.rows = []

    def feed(self):
        self.fed += 1

    def uptime_s(self):
        return self.now

    def random(self, count):
        return os.urandom(count)

    def on_screen(self, rows, softkeys):
        self.rows = rows


class Rig:
    """A set-up that runs. ``saved``: what it was asked to keep."""

    def __init__(self, air=None, waits=True, model="57i"):
        self.network = Network({"Home": "correct horse"} if air is None else air, 1)
        self.platform = Platform()
        self.platform.model = model
        self.saved = []
        station = self.network.station
        self.setup = SetUp(self.platform, self.network, station, self.saved.append, waits, free_port())
        self.ended = []

    async def life(self):
        self.ended.append(await self.setup.run())

    async def ask(self, method="GET", path="/", host=None, body="", more=""):
        """The whole answer as text."""
        own = self.setup.address[7:-1]
        raw = await seam.connect("127.0.0.1", int(own.split(":")[1]))
        try:
            text = "%s %s HTTP/1.1\r\nHost: %s\r\nConnection: close\r\n%s" % (method, path, host or own, more)
            if body:
                text += "Content-Type: application/x-www-form-urlencoded\r\nContent-Length: %d\r\n" % len(body)
            raw.write((text + "\r\n" + body).encode())
            data = b""
            view = memoryview(bytearray(512))
            while True:
                await seam.readable(raw)
                count = raw.readinto(view)
                if not count:
                    return str(data, "utf-8")
                data += bytes(view[:count])
        finally:
            raw.close()

    async def post(self, more="", **fields):
        return await self.ask("POST", "/", None, encode_form(list(fields.items())), more)


def with_rig(work, **how):
    async def main():
        rig = Rig(**how)
        task = asyncio.create_task(rig.life())
        try:
            assert await until(lambda: rig.platform.rows)
            await work(rig)
        finally:
            task.cancel()
            try:
                await task
            except asyncio.CancelledError:
                pass
            await rig.setup.stop()

    run(main())


def password_of(rig):
    return rig.network.point.settings["key"]


def test_the_display_says_what_to_do():
    async def work(rig):
        rows = rig.platform.rows
        assert rows[2].strip() == "dialtone-123456" == rig.network.point.settings["ssid"]
        assert rows[3] == " password " + password_of(rig) and len(password_of(rig)) == 10
        assert rows[4] == "2. Open " + rig.setup.address[7:-1] and rows[6] == "Closes in 10 min"
        assert not [line for line in rig.platform.log.lines if password_of(rig) in line]
        assert rig.setup.columns == 24

    with_rig(work)

    async def small(rig):
        assert rig.platform.rows == ["dialtone-123456", password_of(rig), rig.setup.address[7:-1]]
        assert rig.setup.columns == 16

    with_rig(small, model="53i")


def test_whatever_is_asked_for_leads_to_the_form():
    async def work(rig):
        for host, path in (
            ("connectivitycheck.gstatic.com", "/generate_204"),
            ("captive.apple.com", "/hotspot-detect.html"),
            ("www.msftconnecttest.com", "/connecttest.txt"),
            (None, "/sysinfo.html"),
            (None, "/api/status"),
            ("192.0.2.1", "/style.css"),
        ):
            answer = await rig.ask("GET", path, host)
            assert answer.startswith("HTTP/1.1 302 ") and "Location: %s\r\n" % rig.setup.address in answer, answer
            assert "no-store" in answer
        page = await rig.ask()
        assert page.startswith("HTTP/1.1 200 ") and '<option value="Home"><option value="Cafe \xe9">' in page
        assert "Content-Security-Policy: default-src 'none'" in page and "<script" not in page
        assert (await rig.ask("GET", "/style.css")).startswith("HTTP/1.1 200 ")
        assert (await rig.ask("HEAD")).startswith("HTTP/1.1 200 ")

    with_rig(work)


def test_only_the_own_form_changes_something():
    async def work(rig):
        form = {"ssid": "Home", "password": "correct horse"}
        for more in ("Origin: http://evil.example\r\n", "Origin: null\r\n", "Sec-Fetch-Site: cross-site\r\n"):
            assert (await rig.post(more, **form)).startswith("HTTP/1.1 403 ")
        query = encode_form(list(form.items()))
        await rig.ask("GET", "/?" + query)
        assert (await rig.ask("POST", "/", "evil.example", query)).startswith("HTTP/1.1 404 ")
        assert (await rig.ask("POST", "/provis.html", None, query)).startswith("HTTP/1.1 404 ")
        assert (await rig.ask("PUT", "/", None, query)).startswith("HTTP/1.1 405 ")
        assert (await rig.ask("BREW")).startswith("HTTP/1.1 501 ")
        assert (await rig.ask("POST", "/", None, "ssid=" + "x" * 2000)).startswith("HTTP/1.1 413 ")
        assert rig.setup.state == "" and "connect" not in [what[0] for what in rig.network.done]

    with_rig(work)


def test_the_network_is_joined_before_it_is_kept():
    async def work(rig):
        own = "Origin: %s\r\n" % rig.setup.address[:-1]
        answer = await rig.post(own, ssid="Home", password="correct horse", server="https://a.example/phones/")
        assert answer.startswith("HTTP/1.1 303 "), answer
        assert await until(lambda: rig.setup.state == "joined"), rig.setup.problem
        kept = {"ssid": "Home", "password": "correct horse", "config_server": "https://a.example/phones/"}
        assert rig.saved == [kept]
        page = await rig.ask()
        assert 'href="https://192.0.2.7/"' in page and "<form" not in page
        assert await until(lambda: "192.0.2.7" in rig.platform.rows)
        assert await until(lambda: rig.ended, 4000) and rig.ended == [True] and not rig.network.point.on
        assert "horse" not in repr(rig.platform.log.lines) + repr(rig.platform.rows) + page

    with_rig(work)


def test_what_cannot_be_is_said():
    async def work(rig):
        for fields, why in (
            ({"ssid": "", "password": ""}, "1 to 32 characters"),
            ({"ssid": "x" * 33, "password": ""}, "1 to 32 characters"),
            ({"ssid": "Home", "password": "s3cret"}, "8 to 64 characters"),
            ({"ssid": "Home", "password": "s3cret" * 12}, "8 to 64 characters"),
            ({"ssid": "<b>", "password": "", "server": "ftp://x/"}, "Configuration server: "),
        ):
            answer = await rig.post(**fields)
            assert answer.startswith("HTTP/1.1 400 ") and why in answer, answer
            assert "s3cret" not in answer and "<b>" not in answer.split("<form")[1]
        assert rig.setup.state == "" and not rig.saved

    with_rig(work)


def test_a_wrong_password_is_said_and_not_shown():
    async def work(rig):
        rig.setup.try_ms = 1000
        await rig.post(ssid="Home", password="battery staple", server="https://a.example/")
        page = await rig.ask()
        assert "The phone joins Home now" in page and "Refresh: 4;url=/" in page and "battery" not in page
        assert await until(lambda: rig.setup.problem, 4000)
        page = await rig.ask()
        assert "Home: The password is wrong" in page and 'value="Home"' in page and "Refresh" not in page
        assert "https://a.example/" in page
        log = repr(rig.platform.log.lines)
        assert "password is wrong" in log and "battery" not in page + log and not rig.saved
        assert rig.network.point.on

    with_rig(work)


def test_a_name_of_strange_characters_spoils_no_display():
    async def work(rig):
        await rig.post(ssid="a\x1b[2Jb", password="")
        assert await until(lambda: rig.platform.rows[:1] == ["Joining ..."])
        assert rig.platform.rows[1] == "a?[2Jb"

    with_rig(work, air={})


def test_what_cannot_be_kept_is_told():
    async def work(rig):
        def full(fields):
            raise OSError(28)

        rig.setup._save = full
        await rig.post(ssid="Home", password="correct horse")
        assert await until(lambda: rig.setup.problem)
        assert "cannot be kept" in await rig.ask() and rig.network.point.on

    with_rig(work)


def test_it_closes_after_ten_minutes_and_a_key_opens_it_again():
    async def work(rig):
        before = password_of(rig)
        rig.platform.now = 599
        assert await until(lambda: "Closes in 1 min" in rig.platform.rows)
        rig.platform.now = 600
        assert await until(lambda: rig.platform.rows[0] == "Set-up is closed")
        assert not rig.network.point.on and not rig.ended
        fed = rig.platform.fed
        assert await until(lambda: rig.platform.fed > fed + 1), "the watchdog is fed while it waits, too"
        with raises(OSError):
            await rig.ask()
        rig.setup.press("select")
        assert await until(lambda: rig.network.point.on)
        assert await until(lambda: "Wi-Fi set-up" in rig.platform.rows[0]) and password_of(rig) != before
        assert (await rig.ask()).startswith("HTTP/1.1 200 ")

    with_rig(work)


def test_a_phone_that_knows_its_network_goes_back_to_it():
    async def work(rig):
        rig.platform.now = 600
        assert await until(lambda: rig.ended) and rig.ended == [False]

    with_rig(work, waits=False)


def test_a_radio_without_wpa2_opens_nothing():
    async def main():
        rig = Rig()
        rig.network.point.weak = True
        with raises(DialtoneError):
            await rig.setup.run()
        assert not rig.network.point.on

    run(main())
