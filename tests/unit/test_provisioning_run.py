"""Whole runs against a scripted server: order, all or none, 304, the cache, and every way a server can fail."""

import asyncio
import gc

from dialtone.config.store import ON_DEMAND, Store
from dialtone.net.table import Table
from dialtone.storage.files import Storage
from scripted_server import HANG, Cut, Platform, Scripted, answer, listen, shut
from support import run, tmp_dir

HEAP = "192k"  # the web server, its answers and these tests live in the same heap as the phone
_CACHE = "server.rows"
_NAMES = ("aastra.cfg", "57i.cfg", "00085D123456.cfg")


class _Phone:
    """A phone without faces: ``start(answers)`` is one boot with its provisioning run."""

    def __init__(self, model="57i"):
        self.platform = Platform(Storage(tmp_dir()))
        self.platform.model = model
        self.model = model
        self.texts = []

    def boot(self, answers, given=None):
        from dialtone.provisioning import cache

        self.client = None
        gc.collect()
        self.store = Store(self.model)
        cache.load(self.platform.storage, self.store)
        self.platform.unload(*ON_DEMAND)
        self.texts = []
        try:
            return run(self._run(answers, given))
        finally:
            self.platform.unload(*ON_DEMAND)

    async def _run(self, answers, given):
        from dialtone.client.http_client import Client
        from dialtone.provisioning.run import Provisioner

        rooted = {}
        for name in answers:
            rooted["/" + name] = answers[name]
        self.server = await Scripted(rooted).start()
        self.platform.config_server = given or self.server.url
        table = Table()
        sweeper = asyncio.create_task(table.sweep())

        def connect():
            client = self.client = Client(self.platform, self.store, table)
            client.pause_ms = 1
            client.retries = 1
            client.first_byte_ms = client.stall_ms = 400
            return client

        try:
            return await Provisioner(self.platform, self.store, connect, self._forget, self._progress).run()
        finally:
            assert table.entries == []
            sweeper.cancel()
            self.server.stop()
            await asyncio.sleep(0)

    def _forget(self):
        from dialtone.client import MODULES

        self.platform.unload(*MODULES)

    def _progress(self, stage, text):
        assert stage == "configuration"
        self.texts.append(text)


def _file(text, tag=None):
    fields = (("ETag", tag),) if tag else ()
    plain = answer(text.encode(), fields=fields)
    if not tag:
        return plain
    return lambda seen: answer(b"", "304 Not Modified") if seen.get("if-none-match") == tag else plain


def _nothing():
    pass


def test_order_layers_and_outcome():
    phone = _Phone()
    outcome = phone.boot(
        {
            "aastra.cfg": _file("https port: 1\nhttp port: 2\nxml get timeout: 3\n"),
            "57i.cfg": _file("http port: 22\nxml get timeout: 33"),
            "00085D123456.cfg": _file("!xml get timeout: 333\n"),
        }
    )
    assert phone.server.paths() == ["/security.tuz"] + ["/" + name for name in _NAMES]
    assert phone.server.connections == 1
    get = phone.store.get
    assert (get("https port"), get("http port"), get("xml get timeout")) == ("1", "22", "333")
    assert (outcome.result, outcome.error) == ("applied", None)
    assert outcome.files == [("aastra.cfg", 200, 3), ("57i.cfg", 200, 2), ("00085D123456.cfg", 200, 1)]
    assert outcome.source == phone.server.url + "/"
    assert phone.texts == ["Checking %s..." % name for name in ("security.tuz",) + _NAMES]


def test_rows_of_a_long_file_wait_in_flash_where_the_heap_is_small():
    phone = _Phone()
    phone.platform.free = 20000
    rows = ["softkey%d label: Key %d\nsoftkey%d value: http://h/%d/%s\n" % (n, n, n, n, "x" * 60) for n in range(1, 21)]
    outcome = phone.boot({"aastra.cfg": _file("".join(rows))})
    assert outcome.result == "applied" and outcome.files[0] == ("aastra.cfg", 200, 40)
    assert phone.store.get("softkey20 label") == "Key 20"
    assert not phone.platform.storage.exists("waiting.aastra")


def test_what_finds_no_memory_to_be_put_in_force_changes_nothing():
    def commit():
        raise MemoryError

    def begin(store, spool=None):
        draft = before(store, spool=spool)
        draft.commit = commit
        return draft

    phone = _Phone()
    before, Store.begin_server = Store.begin_server, begin
    try:
        outcome = phone.boot({"aastra.cfg": _file("http port: 2\n")})
    finally:
        Store.begin_server = before
    assert outcome.result == "kept" and outcome.error.text.startswith("Not enough memory")
    assert phone.store.get("http port") == "80"


def test_files_of_a_server_that_a_plain_file_has_named_are_not_trusted():
    """However good its certificate is; see test_client_tls.py for the other half."""
    phone = _Phone()
    phone.boot({"aastra.cfg": _file("download protocol: HTTP\nhttp server: localhost\nhttp port: 9\n")})
    assert phone.client.vouched and not [line for line in phone.platform.lines if "has named" in line]
    assert phone.boot({}).result == "kept" and not phone.client.vouched
    assert [line for line in phone.platform.lines if "has named localhost" in line]


def test_missing_file_empties_its_layer():
    phone = _Phone()
    phone.boot({"aastra.cfg": _file("http port: 2\n"), "57i.cfg": _file("http port: 22\n")})
    assert phone.store.get("http port") == "22"
    outcome = phone.boot({"aastra.cfg": _file("http port: 2\n"), "57i.cfg": answer(b"", "410 Gone")})
    assert phone.store.get("http port") == "2" and outcome.files[1] == ("57i.cfg", 404, 0)
    assert phone.boot({}).result == "applied" and phone.store.get("http port") == "80"


def test_unchanged_files_cost_a_304_and_no_write():
    phone = _Phone()
    answers = {"aastra.cfg": _file("http port: 2\n", '"v1"'), "57i.cfg": _file("https port: 3\n", '"v2"')}
    storage = phone.platform.storage
    assert phone.boot(answers).result == "applied"
    # the second boot has another port: same folder, or the tags do not count
    data = storage.read(_CACHE, 2000)
    outcome = phone.boot(answers)
    assert outcome.result == "applied" and not [r for r in phone.server.requests if "if-none-match" in r[2]]
    storage.write_atomic(_CACHE, [storage.read(_CACHE, 2000)])
    assert len(data) > 100


def test_conditional_requests_to_the_same_server():
    phone = _Phone()
    phone.store = Store("57i")

    async def session():
        from dialtone.client.http_client import Client
        from dialtone.provisioning import cache
        from dialtone.provisioning.run import Provisioner

        server = await Scripted(
            {"/aastra.cfg": _file("http port: 2\n", '"v1"'), "/57i.cfg": _file("https port: 3\n", '"v2"')}
        ).start()
        phone.platform.config_server = "http://me:secret@127.0.0.1:%d" % server.port
        results = []
        for turn in range(4):
            table = Table()

            def connect(table=table):
                return Client(phone.platform, phone.store, table)

            if turn == 3:
                server.answers["/57i.cfg"] = _file("https port: 4\n", '"v3"')
            provisioner = Provisioner(phone.platform, phone.store, connect, _nothing, phone._progress)
            results.append(await provisioner.run())
            if turn == 1:
                phone.store = Store("57i")  # a restart
                assert cache.load(phone.platform.storage, phone.store) == 3
        server.stop()
        return server, results

    server, results = run(session())
    assert [outcome.result for outcome in results] == ["applied", "unchanged", "unchanged", "applied"]
    assert [outcome.files[1] for outcome in results] == [("57i.cfg", 200, 1)] * 4
    assert phone.store.get("http port") == "2" and phone.store.get("https port") == "4"
    assert len([r for r in server.requests if r[2].get("if-none-match")]) == 6
    assert b"secret" not in phone.platform.storage.read(_CACHE, 2000)
    assert "secret" not in " ".join(phone.platform.lines) and "secret" not in results[0].source


FAULTS = (
    (HANG, "did not answer in time"),
    (answer(b"", "500 Oops"), "Server answered 500 for 57i.cfg"),
    (answer(b"", "503 Busy"), "Server answered 503 for 57i.cfg"),
    (answer(b"", "403 No"), "Server answered 403 for 57i.cfg"),
    (answer(b"", "401 Who"), "Server answered 401 for 57i.cfg"),
    (answer(b"", "206 Partial Content"), "Server answered 206 for 57i.cfg"),
    (answer(b"", "304 Not Modified"), "Server answered 304 for 57i.cfg"),
    (Cut(answer(b"http port: 9\n", length=99)), "ended the transfer too early"),
    (answer(b"http port: 9\n", length=99), "stalled"),
    (answer(b"http port: 9\n", length=9), "more than its Content-Length"),
    (Cut(b""), "without an answer"),
    (Cut(b"\x00\x01nonsense\r\n\r\n"), "This is not HTTP"),
    (Cut(b"HTTP/1.1 200 OK\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n"), "Transfer-Encoding"),
    (answer(b"", "302 Found", (("Location", "/57i.cfg"),)), "Too many redirects"),
)


def test_a_fault_keeps_the_whole_previous_set():
    phone = _Phone()
    phone.boot({"aastra.cfg": _file("http port: 2\n"), "57i.cfg": _file("https port: 3\n")})
    before = phone.platform.storage.read(_CACHE, 2000)
    for fault, words in FAULTS:
        outcome = phone.boot({"aastra.cfg": _file("http port: 9\n"), "57i.cfg": fault})
        assert outcome.result == "kept" and words in outcome.error.text and outcome.error.advice, (words, outcome.error)
        assert phone.store.get("http port") == "2" and phone.store.get("https port") == "3"
        assert phone.platform.storage.read(_CACHE, 2000) == before
        assert phone.texts[-1] == outcome.error.text[:60]


def test_server_away_and_no_server():
    phone = _Phone()
    phone.boot({"aastra.cfg": _file("http port: 2\n")})
    outcome = phone.boot({}, given="http://127.0.0.1:9")
    assert outcome.result == "kept" and "refused" in outcome.error.text and phone.store.get("http port") == "2"
    phone.platform.config_server = ""
    outcome = phone.boot({}, given="ftp://h/")
    assert outcome.result == "kept" and outcome.error.advice


def test_encrypted_set_is_refused():
    phone = _Phone()
    phone.boot({"aastra.cfg": _file("http port: 2\n")})
    outcome = phone.boot({"security.tuz": answer(bytes(2000)), "aastra.cfg": _file("http port: 9\n")})
    assert outcome.error.text == "Bad Encrypted Config" and "HTTPS" in outcome.error.advice
    assert phone.server.paths() == ["/security.tuz"] and phone.store.get("http port") == "2"


def test_plain_http_lowers_no_trust():
    phone = _Phone()
    outcome = phone.boot({"aastra.cfg": _file("https validate certificates: 0\nhttp port: 2\n")})
    assert outcome.result == "applied" and phone.store.flag("https validate certificates")
    assert phone.store.get("http port") == "2"
    assert [line for line in phone.platform.lines if "https validate certificates" in line]


def test_hostile_names_do_not_reach_the_log():
    phone = _Phone()
    phone.boot({"aastra.cfg": answer(b"http pord: 1\x1b[2J\nno\x1bcolon\n\x07bell: 1\n")})
    assert len(phone.platform.lines) > 3
    for line in phone.platform.lines:
        assert not [char for char in line if char < " "]


def test_full_disk_keeps_the_old_copy():
    from dialtone.errors import DeviceError

    phone = _Phone()
    phone.boot({"aastra.cfg": _file("http port: 2\n")})
    storage = phone.platform.storage
    before = storage.read(_CACHE, 2000)

    def full(name, pieces, old):
        raise DeviceError("Cannot write %s: storage is full" % name, "Remove files")

    storage.write_atomic = full
    outcome = phone.boot({"aastra.cfg": _file("http port: 9\n")})
    assert outcome.result == "applied" and "full" in outcome.error.text and phone.store.get("http port") == "9"
    assert storage.read(_CACHE, 2000) == before


def test_file_without_end_is_cut_off():
    phone = _Phone()
    piece = b"#" * 1023 + b"\n"
    sent = [0]

    async def session():
        async def serve(reader, writer):
            try:
                line = b"x"
                while line:
                    line = await reader.readline()
                    while len(await reader.readline()) > 2:
                        pass
                    if b"aastra" not in line:
                        writer.write(answer(b"", "404 Not Found"))
                        await writer.drain()
                        continue
                    writer.write(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")
                    while sent[0] < 40000 and line:
                        writer.write(b"400\r\n" + piece + b"\r\n")
                        sent[0] += 1
                        await writer.drain()
            except (OSError, asyncio.CancelledError):
                pass  # the phone has had enough
            await shut(writer)

        endless, port = await listen(serve)
        try:
            return await phone._run({}, "http://127.0.0.1:%d/" % port)
        finally:
            endless.close()

    phone.store = Store("57i")
    outcome = run(session())
    assert outcome.result == "kept" and outcome.error.text == "aastra.cfg is longer than 2 MB" and outcome.error.advice
    assert 2048 <= sent[0] < 40000
