"""Files from the web page: what would change is told and nothing changed; it comes in force whole or not at all."""

import asyncio
import gc
import random

import power_cut
from dialtone.config.store import LOCAL
from dialtone.errors import DeviceError
from dialtone.net.table import Table
from dialtone.provisioning import adopting, cache, pending, plan, unused
from dialtone.storage import kept
from dialtone.storage.files import Storage
from import_support import ImportPhone
from scripted_server import Platform, Scripted, answer
from support import long, run, seed, tmp_dir

HEAP = "256k"  # a store, its saved copies and the code that loads, plans and saves them, side by side


def phone():
    made = ImportPhone(Storage(tmp_dir()))
    made.server(aastra="https path: phones\n!hostname: desk\nsoftkey1 label: Server\nsip proxy ip: 10.0.0.1\n")
    made.set(softkey2_label="Mine", http_digest_password="hush")
    made.heard = []
    return made


def test_a_dry_run_changes_nothing_and_tells_all():
    one = phone()
    before = one.store.layers, one.local()
    text = "softkey2 label: Theirs\nhttps port: 8443\nhostname: other\nnonsense\nsip proxy ip: 10.0.0.9\nhttp pord: 1\n"
    said = one.look(text)
    assert (one.store.layers, one.local()) == before and one.heard == []
    kind, number, generation, fresh, title, changes, restarts, confirm, unused, problems = said
    assert kind == "?" and title == "local.cfg" and fresh == "000100" and len(number) == 8
    assert (changes, restarts, confirm, unused) == ("3", "1", "2", "2")
    lines = {line[0]: line[2:] for line in one.lines()}
    assert lines == {
        "https port": ["443", "8443", "restart", "set here", "", "1"],
        "http digest password": ["********", "another one", "reconnect", "default", "", "1"],
        "softkey2 label": ["Mine", "Theirs", "live", "set here", "", "0"],
    }
    assert ["local.cfg", "4", "1", "no colon behind the name", ""] in one.lines("!")
    told = " ".join([line[3] + line[4] for line in one.lines("!")])
    assert "hostname is locked" in told and "sip proxy ip is not used" in told and "http port" in told
    assert problems == "4"


def test_yes_puts_it_in_force_and_in_flash():
    one = phone()
    one.look("softkey2 label: Theirs\nsoftkey3 label: New\nsip port: 5060\n")
    assert one.adopt() == ["+", "local.cfg", "3", "0"]
    expected = {"softkey2 label": "Theirs", "softkey3 label": "New"}
    assert one.local() == expected and one.heard == [{"softkey2 label", "softkey3 label", "http digest password"}]
    again = ImportPhone(one.storage)
    assert again.local() == expected and again.store.get("https path") == "phones"
    assert [list(row) for row in unused.rows(one.storage, LOCAL)] == [["3", "-", "sip port", "5060"]]
    assert again.unconfirmed, "a password for the server has changed"
    assert plan.said(one.storage) is None, "a start forgets what was said"


def test_masks_keep_the_present_secrets():
    one = phone()
    one.set(http_digest_password="hush", firmware_server="https://me:geheim@fw.example/x", ftp_password="")
    one.look(
        "http digest password: ********\nftp password: ********\nfirmware server: https://me:********@fw.example/x\n"
    )
    one.adopt()
    assert one.local() == {"http digest password": "hush", "firmware server": "https://me:geheim@fw.example/x"}
    one.look("firmware server: https://me:********@evil.example/x\n")
    assert "masked password" in one.lines("!")[0][3]
    one.adopt()
    assert one.store.get("firmware server") == "", "the password goes to nobody else"


def test_log_in_passwords_are_hashed_and_never_go_by_silence():
    one = phone()
    one.set(admin_password="4711", user_password="4712")
    one.look("softkey2 label: x\nuser password: 0815\n")
    for name in plan.FILES:
        assert b"0815" not in (one.storage.read(name, 4000) or b""), name
    one.adopt()
    assert one.store.get("admin password")[:1] == "$" and one.store.get("user password")[:1] == "$"
    hashed = one.store.get("user password")
    one.look("user password: ********\n")
    one.adopt()
    assert one.store.get("user password") == hashed


def test_all_of_a_server_as_one_file():
    one = phone()
    text = "!softkey1 label: Boss\n^softkey2 label: Reset\nsip line1 password: x\nhttps port: 444\n"
    said = one.look(text, "server.cfg")
    assert said[3] == "111000" and said[8:] == ["1", "1"], said
    changes = {line[0]: line[1:] for line in one.lines()}
    assert changes["softkey1 label"][1:3] == ["Server", "Boss"] and changes["softkey1 label"][5] == "locked"
    assert changes["softkey2 label"][1:3] == ["Mine", "Reset"] and changes["hostname"][5] == "no longer locked"
    assert changes["https path"][1:3] == ["phones", ""]
    assert one.adopt()[0] == "+"
    assert one.store.locked("softkey1 label") and one.store.origin("softkey1 label") == "server.cfg line 1"
    assert "softkey2 label" not in one.local()
    assert one.unconfirmed, "the server's address has changed"
    again = ImportPhone(one.storage)
    assert again.store.origin("softkey1 label") == "server.cfg line 1" and "softkey2 label" not in again.local()
    tags = cache.tags(one.storage)
    assert [tag[1] for tag in tags] == ["", "", ""], "the next round asks for whole files"
    assert [row[2] for row in unused.rows(one.storage, 0)] == ["sip line1 password"]


def test_one_of_the_servers_files_leaves_the_others():
    one = phone()
    one.look("softkey1 label: Phone\n", "00085D123456.CFG")
    assert [line[0] for line in one.lines()] == ["softkey1 label"]
    one.adopt()
    assert one.store.get("softkey1 label") == "Phone" and one.store.get("https path") == "phones"
    tags = cache.tags(one.storage)
    assert tags[0][1] == '"v1"' and tags[2][1] == "" and tags[1][1] == '"v1"'


def test_what_is_not_confirmed_goes_back():
    for file in ("local.cfg", "server.cfg"):
        one = phone()
        one.look("https server: other.example\nsoftkey9 label: stays\n", file)
        assert one.adopt()[0] == "+" and one.store.get("https server") == "other.example"
        assert one.unconfirmed
        again = ImportPhone(one.storage)
        assert again.store.get("https server") == "other.example" and again.unconfirmed
        late = ImportPhone(one.storage, 1_700_000_000 + 10_000)
        assert late.unconfirmed is None
        last = ImportPhone(one.storage)
        assert last.store.get("https server") == "", file
        assert last.store.get("https path") == "phones"
        assert last.store.get("softkey9 label") == ("stays" if file == "local.cfg" else "")


def test_a_round_that_brought_the_servers_own_files_is_not_undone():
    one = phone()
    one.look("https server: other.example\n", "server.cfg")
    one.adopt()
    one.server(aastra="https path: fresh\n")
    pending.revert(one)
    assert ImportPhone(one.storage).store.get("https path") == "fresh"


def test_a_plan_that_is_out_of_date_is_refused():
    one = phone()
    number = one.look("softkey2 label: x\n")[1]
    one.look("softkey2 label: y\n")
    assert one.adopt(number)[0] == "-" and one.local()["softkey2 label"] == "Mine"
    one.look("softkey2 label: z\n")
    one.set(softkey3_label="meanwhile")
    said = one.adopt()
    assert said[0] == "-" and "have changed" in said[1]
    assert one.local()["softkey3 label"] == "meanwhile" and one.local()["softkey2 label"] == "Mine"


def test_a_planned_round_that_came_meanwhile_is_made_afterwards():
    one = phone()
    one.alarm = "task"
    spawn = one.supervisor.spawn

    def passes(name, coroutine):
        one.alarm = None
        return spawn(name, coroutine)

    one.supervisor.spawn = passes
    one.look("softkey2 label: x\n")
    assert one.rounds == 0, "it had passed before"
    one.alarm = "task"
    one.supervisor.spawn = spawn
    one.panel.rest = lambda: setattr(one, "alarm", None)
    one.look("softkey2 label: x\n")
    assert one.rounds == 1


def test_flash_that_is_full_changes_nothing():
    for file, saved in (("local.cfg", "local.cfg"), ("server.cfg", cache.NAME)):
        one = phone()
        one.look("https server: other.example\nsoftkey2 label: x\n", file)
        before = one.local(), one.store.get("https server")
        write = one.storage.write_atomic

        def full(name, pieces, old=None, saved=saved, write=write):
            if name == saved:
                raise DeviceError("Cannot write %s: storage is full" % name)
            return write(name, pieces, old)

        one.storage.write_atomic = full
        said = one.adopt()
        assert said[0] == "-" and "full" in said[1], said
        assert (one.local(), one.store.get("https server")) == before and not one.unconfirmed
        one.storage.write_atomic = write
        again = ImportPhone(one.storage)
        assert (again.local(), again.store.get("https server")) == before


def test_power_cuts_leave_the_old_or_the_new():
    """At sampled steps of saying yes (all of them with ``long``): never a mix in a file, never an unreadable one."""
    random.seed(seed())
    for file in ("local.cfg", "server.cfg"):
        flash = power_cut.Flash()
        with power_cut.On(flash):
            one = ImportPhone(Storage("/phone"))
            one.server(aastra="https path: phones\n")
            one.set(softkey2_label="Mine")
            one = ImportPhone(Storage("/phone"))
            number = one.look("https path: other\nsoftkey2 label: New\nsoftkey3 label: New\n", file)[1]
            start = flash.copy()
            steps = flash.steps
            adopting.adopt(one, number, "admin")
            steps = flash.steps - steps
        for cut in range(steps) if long() else [random.randrange(steps) for _ in range(8)]:
            gc.collect()
            dark = start.copy()
            with power_cut.On(dark):
                two = ImportPhone(Storage("/phone"))  # which forgets the plan
                dark.files.update(start.copy().files)
                dark.budget = dark.steps + cut
                try:
                    adopting.adopt(two, number, "admin")
                except power_cut.PowerCut:
                    pass
            with power_cut.On(dark.copy()):
                three = ImportPhone(Storage("/phone"))
                seen = [three.store.get(name) for name in ("https path", "softkey2 label", "softkey3 label")]
                assert seen in (
                    ["phones", "Mine", ""], ["other", "New", "New"],
                    ["other", "Mine", "New"],  # what was set here beats the server's
                ), (cut, seen)  # fmt: skip
                assert seen[0] == "phones" or three.unconfirmed, "the old server comes back unless somebody confirms"


def test_names_of_files():
    platform = ImportPhone(Storage(tmp_dir())).platform
    for name, index in (("local.cfg", 3), ("server.cfg", -1), ("AASTRA.CFG", 0), ("startup.cfg", 0), ("57i.cfg", 1),
                        ("00085d123456.cfg", 2), ("55i.cfg", None), ("x", None), ("", None)):  # fmt: skip
        assert plan.layer_of(name, platform) == index, name
    assert kept.OLD == ".old"


def fetched(one, answers, place, secure=False):
    """What the page says of ``place`` below a server with these answers."""

    async def look():
        sweeper = asyncio.create_task(one.table.sweep())
        server = await Scripted(answers).start()
        try:
            one.take((server.url + place) if place[:1] == "/" else place, None, "admin")
            await one.supervisor.tasks.pop()[1]
        finally:
            server.stop()
            sweeper.cancel()
            await asyncio.sleep(0)
        return server

    one.table = Table()
    one.platform = Platform(one.storage)
    server = run(look())
    assert one.table.entries == [] and one.round is None
    return server, plan.said(one.storage)


def test_a_folder_is_looked_at_as_a_round_would():
    one = phone()
    text = b"https path: new\nhttps validate certificates: 0\nsip x: 1\n"
    files = {"/p/aastra.cfg": answer(text, fields=(("ETag", '"7"'),))}
    server, said = fetched(one, files, "/p/")
    assert server.paths() == ["/p/security.tuz", "/p/aastra.cfg", "/p/57i.cfg", "/p/00085D123456.cfg"]
    assert said[3] == "111000" and said[4] == server.url + "/p/" and said[8] == "1", said
    assert {line[0]: line[2:4] for line in one.lines()} == {
        "https path": ["phones", "new"], "hostname": ["desk", ""], "softkey1 label": ["Server", ""]
    }  # fmt: skip
    assert [line for line in one.lines("!") if "is not lowered" in line[3]], "plain HTTP is nobody's word"
    one.adopt()
    assert cache.tags(one.storage)[0] == (200, '"7"', "", server.url + "/p/aastra.cfg")
    assert one.store.get("https path") == "new" and one.store.flag("https validate certificates")


def test_one_file_of_a_server():
    one = phone()
    said = fetched(one, {"/57i.cfg": answer(b"softkey1 label: M\n")}, "/57i.cfg")[1]
    assert said[3] == "010000" and [line[0] for line in one.lines()] == ["softkey1 label"]


def test_what_cannot_be_fetched_says_why():
    for answers, place, reason in (
        ({}, "/57i.cfg", "has no 57i.cfg"),
        ({"/security.tuz": answer(b"x")}, "/", "encrypted"),
        ({"/aastra.cfg": answer(b"", "500 Oh")}, "/", "500"),
        ({"/local.cfg": answer(b"softkey1 label: x\n")}, "/local.cfg", "verified HTTPS"),
        ({}, "/x.html", "no file of a configuration server"),
        ({}, "ftp://127.0.0.1/", "not supported"),
        ({}, "nonsense", "no file of"),
        ({}, "nonsense/", "no URL"),
    ):
        said = fetched(phone(), answers, place)[1]
        assert said[0] == "-" and reason in said[1], (place, said)
