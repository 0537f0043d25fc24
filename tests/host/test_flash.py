"""Flashing a bare board, with the real esptool: its boot loader is played, and MicroPython's unix port mounts the
littlefs that was flashed and runs the phone from it.
"""

import errno
import functools
import hashlib
import http.server
import io
import json
import os
import queue
import select
import socket
import socketserver
import ssl
import subprocess
import sys
import threading
import time
import types

import asking
import boards
import deploy
import board_link
import flash
import monitor
import net_identity
import pytest
import serial
from bar import Bar
from emulated_board import MICROPYTHON, ROOT
from emulated_chip import BANNER, EmulatedChip, micropython, program
from esptool import loader
from host import signing
from host.firmtool import chip, flashfs, interpreter, partitions, serial_ports
from test_deploy import free_port

SECONDS = 180
PASSWORD = "correct horse battery"
OLD = b"MicroPython v1.22.2 on 2024-02-22"


class Bench:
    """A bare chip, what its owner knows, and how to flash it."""

    def __init__(self, folder, chip="esp32"):
        self.folder = folder
        self.chip = EmulatedChip(folder, chip)
        self.image = folder / "micropython.bin"
        self.image.write_bytes(micropython())
        self.ports = free_port(), free_port()
        self.network = folder / "network.json"
        fields = {"ssid": "test", "password": PASSWORD, "bind": "127.0.0.1"}
        self.network.write_text(json.dumps({**fields, "http_port": self.ports[0], "https_port": self.ports[1]}))
        self.network.chmod(0o600)

    def run(self, *options, **environment):
        command = [sys.executable, str(ROOT / "tools/flash.py"), self.chip.port, "--image", str(self.image)]
        surroundings = {name: value for name, value in os.environ.items() if not name.startswith("DIALTONE_WIFI")}
        surroundings.update(environment, HOME=str(self.folder))
        return subprocess.run(
            [*command, *map(str, options)],
            capture_output=True,
            text=True,
            timeout=SECONDS,
            cwd=ROOT,
            env=surroundings,
            stdin=subprocess.DEVNULL,
        )


    def refused(self, capsys, *options):
        """What is said when nothing is flashed; in this process, which saves a second."""
        assert flash.main([self.chip.port, "--image", str(self.image), *map(str, options)]) == 1
        assert bytes(self.chip.flash) == b"\xff" * len(self.chip.flash)
        return capsys.readouterr().err


@pytest.fixture
def bench(tmp_path, monkeypatch):
    monkeypatch.setenv("HOME", str(tmp_path))  # where nobody has a key
    bench = Bench(tmp_path)
    yield bench
    bench.chip.close()


def test_a_bare_board_becomes_a_phone(bench):
    key = bench.folder / "key.pem"
    public = signing.public(signing.new(key))
    authority = bench.folder / "ca.pem"
    authority.write_bytes(net_identity.pem(net_identity.CA))
    done = bench.run("--network", bench.network, "--firmware-key", key, "--ca", authority)
    assert done.returncode == 0, done.stdout + done.stderr
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    with socket.create_connection(("127.0.0.1", bench.ports[1]), 10) as sock, context.wrap_socket(sock) as link:
        link.sendall(b"GET /sysinfo.html HTTP/1.0\r\n\r\n")
        assert link.recv(4096).startswith(b"HTTP/1.1 401 ")
        digest = hashlib.sha256(link.getpeercert(True)).hexdigest()
    told = done.stdout.replace(" ", "")
    for text in ("SHA-256" + digest, "Address127.0.0.1\n", "Pagehttps://127.0.0.1:%d/\n" % bench.ports[1]):
        assert text in told, done.stdout
    stages = ("Erasing", "Writing MicroPython", "Writing the phone", "Waiting for the phone")
    places = [done.stdout.index(stage) for stage in stages]
    assert places == sorted(places)
    image = bench.image.read_bytes()
    assert bytes(bench.chip.flash[0x1000 : 0x1000 + len(image)]) == image
    files = flashfs.read(bench.chip.flash[0x200000:])
    for path, source in deploy.build("ESP32_GENERIC").items():
        assert files[path] == source.read_bytes(), path
    assert files["/phone/firmware.keys"].decode().strip() == public.hex()
    assert files["/phone/anchors.pem"] == authority.read_bytes()
    assert json.loads(files["/network.json"])["password"] == PASSWORD
    private = key.read_bytes().split(b"\n")[1]
    assert private and private not in bench.chip.flash, "the private key never leaves the PC"
    check_monitor(bench.chip.port)
    assert PASSWORD not in done.stdout + done.stderr
    assert PASSWORD.encode() not in b"".join(path.read_bytes() for path in (ROOT / "build/board").iterdir())


def test_a_board_without_a_network_asks_for_it(bench):
    ports = {"bind": "127.0.0.1", "http_port": bench.ports[0], "https_port": bench.ports[1]}
    bench.network.write_text(json.dumps(ports))
    done = bench.run("--network", bench.network, "--set-up")
    assert done.returncode == 0, done.stdout + done.stderr
    told = done.stdout.partition("asks for its network:")[2]
    assert "dialtone-123456" in told and "password" in told and "127.0.0.1:%d" % bench.ports[0] in told, done.stdout


def test_a_wired_board_needs_no_wireless_network(bench):
    ports = {"bind": "127.0.0.1", "http_port": bench.ports[0], "https_port": bench.ports[1]}
    bench.network.write_text(json.dumps(ports))
    done = bench.run("--board", "WT32_ETH01", "--network", bench.network)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "https://127.0.0.1:%d/" % bench.ports[1] in done.stdout
    assert b"57i-123457" in bench.chip.board.said, "the MAC address is the cable's"


def test_a_built_board_runs_the_phone_from_its_partition(bench):
    bench.image.write_bytes(micropython() + b"flashmap")
    done = bench.run("--variant", "ROMFS", "--network", bench.network)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "https://127.0.0.1:%d/" % bench.ports[1] in done.stdout
    files = flashfs.read(bench.chip.flash[0x2C0000:])
    assert "/phone/slots/a.romfs" not in files and "/romslot.mpy" in files
    assert bytes(bench.chip.flash[0x1E0000:0x1E0003]) == b"\xd2\xcd\x31"
    with socket.create_connection(("127.0.0.1", bench.ports[0]), 10) as link:
        link.sendall(b"GET / HTTP/1.0\r\n\r\n")
        assert link.recv(100).startswith(b"HTTP/1.1 30")


def check_monitor(port):
    """`make monitor` shows what the board says, and a typed line is a key."""
    monitor = subprocess.Popen(
        [sys.executable, str(ROOT / "tools/monitor.py"), port], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    try:
        monitor.stdin.write("options\n")
        monitor.stdin.flush()
        timer = threading.Timer(30, monitor.kill)
        timer.start()
        assert any("Administrator" in line for line in monitor.stdout)
        timer.cancel()
    finally:
        monitor.kill()
        monitor.communicate(timeout=10)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda bench: bench.network.chmod(0o644), "chmod 600"),
        (lambda bench: bench.network.write_text("{"), "is not JSON"),
        (lambda bench: bench.network.write_text('{"ssid": "x", "password": "short"}'), "8 to 63 characters"),
        (lambda bench: bench.network.write_text('{"password": "long enough"}'), "needs an ssid"),
        (lambda bench: bench.network.write_text('{"ssid": "x", "pasword": "12345678"}'), "Did you mean password?"),
        (lambda bench: bench.network.write_text('{"ssid": "x", "watchdog_s": "60"}'), "watchdog_s is a number"),
        (lambda bench: bench.network.write_text('{"ssid": "x", "watchdog_s": 5}'), "0 for none, or 30 to 3600"),
        (lambda bench: bench.network.write_text('{"ssid": 5}'), 'ssid is a text, "in quotes"'),
        (lambda bench: bench.image.write_bytes(b"\x7fELF" * 20000), "no MicroPython image"),
        (lambda bench: bench.image.write_bytes(micropython("esp32s3")), "for the chip esp32s3"),
        (lambda bench: bench.image.write_bytes(program("esp32", BANNER, 60000)), "partition table. Take the .bin"),
        (lambda bench: bench.image.write_bytes(b"<html>" * 20000), "begin with one. Take the .bin"),
        (lambda bench: bench.image.write_bytes(micropython()[:-40100]), "no program"),
        (lambda bench: bench.image.write_bytes(micropython()[:-40000]), "ends inside the image"),
        (lambda bench: bench.image.write_bytes(micropython()[:-40000] + bytes(40000)), "damaged: its checksum"),
        (lambda bench: bench.image.write_bytes(micropython(banner=b"Another program 1.2")), "no MicroPython in"),
        (lambda bench: bench.image.write_bytes(micropython(banner=OLD)), "v1.22.2 of 2024-02-22. The phone needs 1.23"),
        (lambda bench: bench.image.unlink(), "cannot be read"),
    ],
)
def test_what_cannot_be_is_said_before_the_board_is_touched(bench, change, said, capsys):
    change(bench)
    assert said in bench.refused(capsys, "--network", bench.network)


def test_another_chip_is_left_alone(tmp_path, capsys):
    bench = Bench(tmp_path, "esp32s3")
    try:
        said = bench.refused(capsys, "--network", bench.network)
    finally:
        bench.chip.close()
    assert "BOARD=" in said and "esp32s3" in said, said


def test_a_board_that_does_not_answer_gets_advice(bench, monkeypatch, capsys):
    monkeypatch.setattr(chip, "_ATTEMPTS", 1)
    with socket.create_server(("127.0.0.1", 0)) as silent:
        port = bench.chip.port
        bench.chip.port = "socket://127.0.0.1:%d" % silent.getsockname()[1]
        said = bench.refused(capsys, "--network", bench.network)
        assert "BOOT" in said and bench.chip.port in said and "Nothing was changed" in said, said
        bench.chip.port = port


def test_a_port_that_cannot_be_opened_is_told_apart(bench, monkeypatch, capsys):
    """Which ports there are, who may use them, who else does."""
    there = [types.SimpleNamespace(device="/dev/ttyUSB3", description="CP2102N", vid=0x10C4)]
    there.append(types.SimpleNamespace(device="/dev/ttyS0", description="n/a", vid=None))
    monkeypatch.setattr("serial.tools.list_ports.comports", lambda: there)
    port, bench.chip.port = bench.chip.port, str(bench.folder / "ttyNONE")
    said = bench.refused(capsys, "--network", bench.network)
    assert "cannot be opened (No such file" in said and "by USB: /dev/ttyUSB3 (CP2102N)." in said and "BOOT" not in said
    bench.chip.port = "nonsense://x"
    assert "protocol 'nonsense' not known" in bench.refused(capsys, "--network", bench.network)
    bench.chip.port = port
    for number, advice in ((errno.EACCES, "dialout"), (errno.EBUSY, "Another pro"), (errno.EAGAIN, "Another pro")):
        error = serial.SerialException(number, "could not open port")
        assert advice in serial_ports.cannot_open("/dev/ttyUSB0", error)
    del there[0]
    assert "plug the board in" in serial_ports.which() and "/dev/ttyS0" in serial_ports.which()
    assert flash.main(["--set-up", "--image", str(bench.image)]) == 1
    assert "Say which serial port" in capsys.readouterr().err


class Unplugged(socketserver.BaseRequestHandler):
    """A cable to ``chip`` that somebody pulls after so many ``bytes`` of what goes there."""

    def handle(self):
        left = self.server.bytes
        with socket.create_connection(self.server.chip) as chip:
            while True:
                for ready in select.select([self.request, chip], [], [])[0]:
                    data = ready.recv(4096)
                    left -= len(data) if ready is self.request else 0
                    if not data or left < 0:
                        return
                    (chip if ready is self.request else self.request).sendall(data)


@pytest.mark.parametrize(("count", "said"), [(150, "before anything was changed"), (60000, "the board is empty until")])
def test_a_board_that_is_unplugged(bench, monkeypatch, capsys, count, said):
    again = loader.ESPLoader.connect  # esptool tries it seven times by itself
    monkeypatch.setattr(
        loader.ESPLoader, "connect", lambda chip, *words, **more: again(chip, *(words or ["default-reset", 1]), **more)
    )
    address, _, port = bench.chip.port.partition("//")[2].partition(":")
    cable = socketserver.ThreadingTCPServer(("127.0.0.1", 0), Unplugged)
    cable.chip, cable.bytes, cable.daemon_threads = (address, int(port)), count, True
    threading.Thread(target=cable.serve_forever, daemon=True).start()
    words = ["socket://127.0.0.1:%d" % cable.server_address[1], "--image", bench.image, "--network", bench.network]
    try:
        assert flash.main([str(word) for word in words]) == 1
    finally:
        cable.shutdown()
        cable.server_close()
    told = capsys.readouterr()
    assert said in told.err and "--baud 115200" in told.err, told.err
    assert ("Erasing" in told.out) == (count > 1000)


@pytest.mark.parametrize(
    ("stage", "state"),
    [
        ("host.firmtool.chip.cmds.detect_chip", "Nothing was changed."),
        ("host.firmtool.chip.cmds.write_flash", "The board is not whole: run it again."),
        ("board_link.await_phone", "the phone starts by itself: make monitor PORT=socket"),
    ],
)
def test_what_holds_when_somebody_stops_it(bench, monkeypatch, capsys, stage, state):
    def stopped(*words, **options):
        raise KeyboardInterrupt

    words = [bench.chip.port, "--image", str(bench.image), "--network", str(bench.network)]
    monkeypatch.setattr(stage, stopped)
    assert flash.main(words) == 130
    assert "stopped. " in (said := capsys.readouterr().err) and state in said, said


def test_a_full_disk_is_told(bench, monkeypatch, capsys):
    def full(*words):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), "build/board/a.romfs.1")

    monkeypatch.setattr(deploy, "_made", full)
    for tool in (flash.main, deploy.main):
        words = [bench.chip.port, "--image", str(bench.image)] if tool is flash.main else [bench.chip.port]
        assert tool([*words, "--network", str(bench.network)]) == 1
        assert "a.romfs.1: No space left on device." in capsys.readouterr().err


class Line:
    """A serial port on which a board has said ``lines``."""

    port = "COM3"
    in_waiting = 0

    def __init__(self, *lines):
        self._said = io.BytesIO("".join(line + "\r\n" for line in lines).encode())

    def read(self, count):
        return self._said.read(count) or pytest.fail("nobody waits for more")


def frame(*rows):
    return ["+" + "-" * 24 + "+", *["|%-24s|" % row for row in rows], "+" + "-" * 24 + "+", "softkeys: "]


def test_a_phone_without_its_network_is_no_success(capsys):
    """It comes up all the same, and goes on trying: but whoever sits before it wants to know."""
    lines = [*frame("Network", "home", "Connecting ..."), *frame("No network", "home", "The password is wrong") * 2]
    ready = "phone ready: https://%s/ http://%s/ certificate ab"
    with pytest.raises(board_link.DeployError, match="(?s)not in its network .home: The password is wrong.*PORT=COM3"):
        board_link.await_phone(Line(*lines, ready % ("0.0.0.0", "0.0.0.0")), 10)
    assert capsys.readouterr().out.count("home: The password is wrong") == 1
    with pytest.raises(board_link.DeployError, match="not in its network. It goes on"):
        board_link.await_phone(Line(ready % ("0.0.0.0:17443", "0.0.0.0:17080")), 10)
    assert board_link.await_phone(Line(*lines, ready % ("192.0.2.7", "192.0.2.7")), 10).startswith("https://192.0.2.7/")


def test_a_set_up_that_was_told_before_somebody_listened_is_asked_for(monkeypatch):
    monkeypatch.setattr(board_link, "_SILENCE_S", 0.05)
    told = frame("Wi-Fi set-up", "1. Join this network:", " dialtone-123456", " password i7min959nx")

    class Silent(Line):
        def read(self, count):
            data = self._said.read(count)
            time.sleep(0 if data else 0.02)
            return data

        def write(self, data):
            assert data == b"\nscreen\n"
            self._said = Line(*told)._said

    assert board_link.await_set_up(Silent(*frame("Network", "home", "Connecting ...")), 10)[3] == " password i7min959nx"
    assert board_link.await_set_up(Line(*told), 10)[2] == " dialtone-123456"


@pytest.mark.long
@pytest.mark.parametrize(("name", "value"), [("ssid", "nowhere"), ("password", "wrong password")])
def test_a_network_that_does_not_take_the_board(bench, name, value):
    """Three tries, 75 seconds; the set-up access point stays shut."""
    fields = {**json.loads(bench.network.read_text()), name: value}
    bench.network.write_text(json.dumps(fields))
    done = bench.run("--network", bench.network)
    reason = "Not in reach" if name == "ssid" else "The password is wrong"
    assert done.returncode == 1 and "not in its network (%s: %s)" % (fields["ssid"], reason) in done.stderr, done.stdout
    assert "The phone is up" not in done.stdout and b"access point" not in bench.chip.board.said


def test_the_demo_key_is_refused(bench, capsys):
    signing.demo()
    assert "demo key" in bench.refused(capsys, "--network", bench.network, "--firmware-key", signing.DEMO)


def test_the_network_comes_from_the_environment_or_a_prompt(bench, monkeypatch, capsys):
    assert "One of four ways" in bench.refused(capsys)
    monkeypatch.setenv("DIALTONE_WIFI", "home")
    monkeypatch.setenv("DIALTONE_WIFI_PASSWORD", PASSWORD)
    assert asking.network(None) == {"ssid": "home", "password": PASSWORD}
    monkeypatch.setenv("MAKEFLAGS", " -- DIALTONE_WIFI_PASSWORD=x")
    with pytest.raises(asking.AskingError, match="everybody on this computer"):
        asking.network(None)
    for name in ("MAKEFLAGS", "DIALTONE_WIFI", "DIALTONE_WIFI_PASSWORD"):
        monkeypatch.delenv(name)
    answers = iter(["n" * 33, "home", "pbx.example/cfg", "https://", "https://pbx.example/cfg/"])
    passwords = iter(["short", "\u00e4" * 32, PASSWORD])
    monkeypatch.setattr("builtins.input", lambda text: next(answers))
    monkeypatch.setattr("getpass.getpass", lambda text: next(passwords))
    monkeypatch.setattr("sys.stdin.isatty", lambda: True, raising=False)
    found = asking.network(None)
    assert found == {"ssid": "home", "password": PASSWORD, "config_server": "https://pbx.example/cfg/"}
    said = capsys.readouterr().out.splitlines()
    wrong = ["has at most 32 bytes", *["has 8 to 63 characters"] * 2, *["is a URL, which begins with one of"] * 2]
    assert len(said) == 5 and all(text in line for text, line in zip(wrong, said, strict=True)), said
    passwords = iter(["0123456789abcdef" * 4])
    answers = iter(["home", ""])
    assert asking.network(None) == {"ssid": "home", "password": "0123456789abcdef" * 4}, "the key that is made of one"


def test_one_file_for_the_whole_flash(bench):
    """What esptool's own commands say of it."""
    output = bench.folder / "all.bin"
    done = bench.run("--network", bench.network, "--output", output)
    assert done.returncode == 0, done.stderr
    assert output.stat().st_mode & 0o777 == 0o600
    data = output.read_bytes()
    image = bench.image.read_bytes()
    assert data[: 0x1000 + len(image)] == b"\xff" * 0x1000 + image
    assert flashfs.read(data[0x200000:].ljust(0x200000, b"\xff"))["/main.py"]
    loader, app = bench.folder / "loader.bin", bench.folder / "app.bin"
    loader.write_bytes(data[0x1000 : 0x1000 + len(program("esp32", b"boot loader", 256))])
    app.write_bytes(data[0x10000 : 0x10000 + len(program("esp32", BANNER, 40000))])
    for path in (loader, app):
        said = esptool("--chip", "esp32", "image-info", path)
        assert "(valid)" in said and "invalid" not in said and "Chip ID: 0 (ESP32)" in said, said
    table, again = bench.folder / "table.bin", bench.folder / "again.bin"
    table.write_bytes(partitions.to_binary(partitions.from_binary(data[0x8000:])))
    files = bench.folder / "files.bin"
    files.write_bytes(data[0x200000:])
    parts = ["0x1000", loader, "0x8000", table, "0x10000", app, "0x200000", files]
    esptool("--chip", "esp32", "merge-bin", "--output", again, *parts)
    assert again.read_bytes() == data, "the same as esptool makes of the parts"


def esptool(*words):
    command = [sys.executable, "-m", "esptool", *map(str, words)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def test_micropython_mounts_what_littlefs_python_made(tmp_path):
    """On 64 and 32 bits: MicroPython's own littlefs reads each file, and writes beside them."""
    sizes = (0, 1, 31, 32, 127, 128, 129, 255, 1023, 1024, 4095, 4096, 4097, 9000, 70000)
    files = {"/f/%d/%d.bin" % (size % 3, size): os.urandom(size) for size in sizes}
    image = tmp_path / "fs.bin"
    image.write_bytes(flashfs.build(files, 512 * 1024))
    reader = tmp_path / "reader.py"
    text = (ROOT / "tests/host/raw_repl.py").read_text().split("state = open")[0]
    reader.write_text(
        text + "import hashlib\nvfs.mount(flash(sys.argv[1]), '/x')\n"
        "def walk(folder):\n"
        "    for entry in os.ilistdir(folder):\n"
        "        path = folder + '/' + entry[0]\n"
        "        if entry[1] == 0x4000:\n            walk(path)\n"
        "        else:\n"
        "            with open(path, 'rb') as file:\n"
        "                data = file.read()\n"
        "            print(path[2:], ''.join(['%02x' % byte for byte in hashlib.sha256(data).digest()]))\n"
        "walk('/x')\n"
        "with open('/x/f/new', 'w') as file:\n    file.write('new')\n"
        "vfs.umount('/x')\n"
    )
    for name in ("micropython", "micropython32"):
        command = [str(MICROPYTHON.with_name(name)), str(reader), str(image)]
        done = subprocess.run(command, capture_output=True, text=True, timeout=60)
        found = dict(line.split() for line in done.stdout.splitlines())
        found.pop("/f/new", None)
        assert found == {path: hashlib.sha256(data).hexdigest() for path, data in files.items()}, done.stderr
        assert flashfs.read(image.read_bytes())["/f/new"] == b"new"


def test_files_that_do_not_fit_are_told():
    with pytest.raises(flashfs.FileSystemError, match="do not fit into 64 KB"):
        flashfs.build({"/big": bytes(70000)}, 65536)
    with pytest.raises(flashfs.FileSystemError, match="leave .* which needs 48"):
        flashfs.build({"/big": bytes(30000)}, 65536, 48 << 10)
    with pytest.raises(flashfs.FileSystemError, match="no littlefs"):
        flashfs.read(b"\xff" * 65536)


class Site(http.server.SimpleHTTPRequestHandler):
    def log_message(self, *words):
        pass


@pytest.fixture
def site(tmp_path, monkeypatch):
    """A site of images over HTTPS that this computer trusts, and what `make flash` keeps: ``fetch(source, ...)``."""
    monkeypatch.setattr(interpreter, "CACHE", tmp_path / "cache")
    (tmp_path / "site").mkdir()
    (tmp_path / "ca.pem").write_bytes(net_identity.pem(net_identity.CA))
    key = net_identity.pem(net_identity.KEY, "PRIVATE KEY")
    (tmp_path / "site.pem").write_bytes(net_identity.pem(net_identity.LEAF) + key)
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "ca.pem"))
    handler = functools.partial(Site, directory=tmp_path / "site")
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(tmp_path / "site.pem")
    server.socket = context.wrap_socket(server.socket, server_side=True)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    server.image = tmp_path / "site/mp.bin"
    server.image.write_bytes(b"image")
    server.source = {"url": "https://localhost:%d/mp.bin" % server.server_port, "sha256": ""}
    server.cache = tmp_path / "cache"
    yield server
    server.shutdown()
    server.server_close()


def find(source, path=None, **more):
    return interpreter.find(path, source, lambda data: "MicroPython v1.26.1", **more)


def sum_of(data):
    return hashlib.sha256(data).hexdigest()


def test_an_image_is_fetched_once_and_checked(site):
    source = {**site.source, "sha256": sum_of(b"image")}
    with pytest.raises(interpreter.ImageError, match="So it is not used"):
        find({**source, "sha256": "00" * 32})
    assert not site.cache.exists()
    assert find(source) == b"image"
    with pytest.raises(interpreter.ImageError, match="answers 404"):
        find({**source, "url": source["url"] + "x"})
    site.image.unlink()
    assert find(source) == b"image", "from the cache"
    (site.cache / "mp.bin").write_bytes(b"damaged")
    with pytest.raises(interpreter.ImageError, match="answers 404"):
        find(source)
    with pytest.raises(interpreter.ImageError, match="(?s)no internet here.*IMAGE=FILE"):
        find({**source, "url": "https://localhost:1/mp.bin"})


def test_an_image_whose_sum_nobody_knows_is_shown_and_then_compared_for_ever(site):
    """No sum is published by MicroPython's makers: the first use counts, and a person has to agree to it."""
    asked = []
    with pytest.raises(interpreter.ImageError, match="IMAGE=FILE"):
        find(site.source)  # nobody is there
    with pytest.raises(interpreter.ImageError, match="(?s)not fetched unseen.*--sha256"):
        find({**site.source, "url": site.source["url"].replace("https", "http")}, agree=asked.append)
    assert not asked, "what anybody on the way may have changed is not even asked about"
    with pytest.raises(interpreter.ImageError, match="Then it is not used"):
        find(site.source, agree=asked.append)
    assert sum_of(b"image") in asked[0] and "v1.26.1" in asked[0] and "localhost" in asked[0]
    assert not site.cache.exists()
    assert find(site.source, agree=lambda text: True) == b"image"
    note = site.cache / "mp.bin.sha256"
    assert note.read_text() == sum_of(b"image") + "  mp.bin\n"
    assert find(site.source) == b"image", "nobody is asked again"
    (site.cache / "mp.bin").unlink()
    site.image.write_bytes(b"other")
    with pytest.raises(interpreter.ImageError, match="(?s)%s.*first use.*%s" % (sum_of(b"other"), sum_of(b"image"))):
        find(site.source, agree=lambda text: True)
    site.image.write_bytes(b"image")
    assert find(site.source) == b"image", "without a person, since its sum is known"


def test_an_image_from_a_file_is_compared_too(site, tmp_path):
    mine = tmp_path / "mp.bin"
    mine.write_bytes(b"mine")
    with pytest.raises(interpreter.ImageError, match="--sha256"):
        find(site.source, mine, given=sum_of(b"other"))
    with pytest.raises(interpreter.ImageError, match="64 hexadecimal digits"):
        find(site.source, mine, given="abc")
    built = tmp_path / "firmware.bin"
    for data in (b"built", b"built anew"):  # another name: each build is another file
        built.write_bytes(data)
        assert find(site.source, built, given=sum_of(data).upper()) == data and not site.cache.exists()
    assert find(site.source, mine) == b"mine"
    assert find(site.source) == b"mine", "the name of the board's own image: later it need not be said"
    mine.write_bytes(b"other")
    with pytest.raises(interpreter.ImageError, match="first use"):
        find(site.source, mine)
    with pytest.raises(interpreter.ImageError, match="board.toml"):
        find({**site.source, "sha256": sum_of(b"image")}, mine)


def test_a_download_that_breaks_off_is_no_image(site, monkeypatch):
    class Short(Site):
        def send_head(self):
            self.send_response(200)
            self.send_header("Content-Length", "100")
            self.end_headers()
            return io.BytesIO(b"image")

    site.RequestHandlerClass = Short
    with pytest.raises(interpreter.ImageError, match="broke off after 5 of 100 bytes|IncompleteRead"):
        find(site.source, agree=lambda text: True)
    monkeypatch.setenv("SSL_CERT_FILE", "/dev/null")
    with pytest.raises(interpreter.ImageError, match="CERTIFICATE_VERIFY_FAILED|certificate verify failed"):
        find(site.source, agree=lambda text: True)


def test_the_table_of_a_built_board_takes_the_place_of_the_images(tmp_path):
    hardware = boards.hardware("ESP32_GENERIC", "ROMFS")
    image = tmp_path / "micropython.bin"
    image.write_bytes(micropython())
    network = tmp_path / "network.json"
    network.write_text('{"ssid": "test"}')
    words = ["port", "--variant", "ROMFS", "--image", str(image), "--network", str(network)]
    plan = flash.Plan(flash.parser().parse_args(words))
    found = interpreter.look(plan.image, 0x1000)
    assert found.table == hardware.partitions != interpreter.look(image.read_bytes(), 0x1000).table
    (_, at, _), (_, files_at, files) = plan.parts(4 << 20)
    assert at == 0x1000 and files_at == 0x2C0000 and len(files) % flashfs.BLOCK == 0
    assert flash._SLOT in flashfs.read(files + b"\xff" * (0x140000 - len(files))), "that MicroPython maps nothing"
    image.write_bytes(micropython() + b"flashmap")
    _, (_, code_at, code), (_, files_at, files) = flash.Plan(flash.parser().parse_args(words)).parts(4 << 20)
    assert code_at == 0x1E0000 and code[:3] == b"\xd2\xcd\x31" and files_at == 0x2C0000
    there = flashfs.read(files + b"\xff" * (0x140000 - len(files)))
    assert flash._SLOT not in there and "/romslot.mpy" in there and "/choose.mpy" in there
    image.write_bytes(micropython() + bytes(0x1E0000))
    with pytest.raises(flash.FlashError, match="does not fit into the partition factory"):
        flash.Plan(flash.parser().parse_args(words))


def test_a_monitor_waits_for_a_board_that_goes_away(monkeypatch):
    monkeypatch.setattr(monitor, "_AGAIN_S", 0.05)
    told = queue.Queue()
    out = type("Out", (), {"write": staticmethod(told.put), "flush": staticmethod(lambda: None)})
    with socket.create_server(("127.0.0.1", 0)) as board:
        board.settimeout(10)
        watching = monitor.Monitor("socket://127.0.0.1:%d" % board.getsockname()[1], out)
        threading.Thread(target=watching.run, daemon=True).start()
        for text, shown in ((b"E (1) \x1b[31mwifi\r\n", "E (1) ?[31mwifi\n"), (b"again\n", "again\n")):
            with board.accept()[0] as line:
                line.sendall(text)
                assert told.get(timeout=10) == shown
                watching.send("options")
                line.settimeout(10)
                assert line.recv(100) == b"options\n"
            assert told.get(timeout=10) == "-- the board went away; waiting for it\n"
            if text != b"again\n":
                assert told.get(timeout=10) == "-- it is back\n"
    watching.end()


def test_a_bar_on_a_terminal_and_in_a_file():
    for live, wanted in (
        (True, "\r%-28s [%s]   0 %%\r%-28s [%s]  50 %%\r%-28s [%s] 100 %%\n"),
        (False, "Writing ...\n   50 %%\n"),
    ):
        out = io.StringIO()
        out.isatty = lambda live=live: live
        with Bar("Writing", out) as bar:
            bar(50, 100)
        rows = [text for share in (0, 12, 24) for text in ("Writing", "#" * share + "." * (24 - share))]
        assert out.getvalue() == (wanted % tuple(rows) if live else wanted.replace("%%", "%"))


@pytest.mark.parametrize("name", boards.names())
def test_every_board_has_room_for_the_phone_and_an_update(tmp_path, name):
    """With the image of its makers, and with one that was built from its folder."""
    for variant in (None, *boards.variants(name)):
        hardware = boards.hardware(name, variant)
        for more in (b"", b"flashmap"):
            image = tmp_path / "micropython.bin"
            image.write_bytes(micropython(hardware.chip, hardware.image_offset) + more)
            words = ["port", "--board", name, "--image", str(image), "--set-up"]
            plan = flash.Plan(flash.parser().parse_args(words + (["--variant", variant] if variant else [])))
            parts = plan.parts(hardware.flash_bytes)
            ends = [offset + len(data) for _, offset, data in parts]
            assert all(end <= begin for end, (_, begin, _) in zip(ends, parts[1:], strict=False))
            assert ends[-1] <= hardware.flash_bytes and len(parts) == 2 + (bool(more) and "romfs_a" in str(plan.table))
