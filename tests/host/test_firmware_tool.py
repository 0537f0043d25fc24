"""``dialtone keys`` and ``dialtone firmware``: a key stays private, an image says what it is, and a board fits."""

import gzip
import io
import os
import stat
import subprocess
import tomllib

import board_link
import personal
import littlefs
import pytest
from cryptography.hazmat.primitives import serialization
from host import cli, images, roots, signing
from host.firmtool import commands, payload

ROOT = signing.ROOT
BOARD = "ESP32_GENERIC"


@pytest.fixture(autouse=True)
def person(monkeypatch, tmp_path):
    """Somebody with a home of their own, no key yet, and no terminal."""
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    monkeypatch.delenv("DIALTONE_PASSPHRASE", raising=False)
    monkeypatch.setattr("sys.stdin", io.StringIO())
    return tmp_path


@pytest.fixture
def run(capsys):
    """``run(words)`` is the command line: (exit code, what it says, what it complains of)."""

    def run(*words):
        code = cli.main([str(word) for word in words])
        said = capsys.readouterr()
        return code, said.out, said.err

    return run


def mode(path):
    return stat.S_IMODE(path.stat().st_mode)


def test_a_new_key_is_for_its_owner_alone(run, person):
    code, said, _ = run("keys", "new")
    key = person / "home/.config/dialtone/firmware-key.pem"
    assert code == 0 and mode(key) == 0o600 and mode(key.parent) == 0o700
    assert "without a passphrase" in said and "PRIVATE" not in said
    before = key.read_bytes()
    shown = run("keys", "show")[1].strip()
    assert shown in said and shown == signing.public(signing.load(key)).hex() and len(shown) == 128
    code, _, wrong = run("keys", "new")
    assert code == 1 and "is there already" in wrong and key.read_bytes() == before
    assert "keep it" in wrong and "Remove" not in wrong, "whoever removes it can update no phone any more"
    key.chmod(0o644)
    for words in (("keys", "show"), ("firmware", "build", "--board", BOARD, "--output", person / "x.st")):
        code, said, wrong = run(*words)
        assert code == 1 and "chmod 600 %s" % key in wrong and not said and not (person / "x.st").exists()


def test_a_key_does_not_belong_into_the_repository(run):
    for place in (ROOT / "key.pem", ROOT / "firmware" / "key.pem"):
        code, _, wrong = run("keys", "new", place)
        assert code == 1 and "lies in the repository" in wrong and not place.exists()


def test_a_passphrase_protects_the_file(run, person, monkeypatch):
    monkeypatch.setenv("DIALTONE_PASSPHRASE", "secret words")
    file = person / "key.pem"
    code, said, _ = run("keys", "new", file)
    assert code == 0 and "without a passphrase" not in said and mode(file) == 0o600
    assert b"ENCRYPTED" in file.read_bytes()
    key = serialization.load_pem_private_key(file.read_bytes(), b"secret words")
    assert run("keys", "show", file)[1].strip() == signing.public(key).hex()
    for other in ("wrong", None):
        monkeypatch.setenv("DIALTONE_PASSPHRASE", other) if other else monkeypatch.delenv("DIALTONE_PASSPHRASE")
        code, _, wrong = run("keys", "show", file)
        assert code == 1 and "is not the passphrase" in wrong and "--firmware-key" in wrong and "Traceback" not in wrong
    monkeypatch.setenv("MAKEFLAGS", " -- DIALTONE_PASSPHRASE=x")
    code, _, wrong = run("keys", "show", file)
    assert code == 1 and "everybody on this computer" in wrong


@pytest.mark.parametrize("end", [KeyboardInterrupt, EOFError])
def test_who_stops_at_the_passphrase_has_made_nothing(run, person, monkeypatch, end):
    def stopped(text):
        raise end

    monkeypatch.setattr("sys.stdin.isatty", lambda: True, raising=False)
    monkeypatch.setattr(commands.getpass, "getpass", stopped)
    code, _, wrong = run("keys", "new", person / "key.pem")
    assert code == 130 and wrong == "\ndialtone keys new: stopped.\n" and not (person / "key.pem").exists()


def test_a_passphrase_is_asked_for_twice(run, person, monkeypatch):
    answers = iter(["one", "two", "three", "three"])
    monkeypatch.setattr("sys.stdin.isatty", lambda: True, raising=False)
    monkeypatch.setattr(commands.getpass, "getpass", lambda text: next(answers))
    code, _, wrong = run("keys", "new", person / "key.pem")
    assert code == 1 and "two different ones" in wrong and not (person / "key.pem").exists()
    assert run("keys", "new", person / "key.pem")[0] == 0
    assert signing.load(person / "key.pem", lambda: b"three")


def test_make_firmware_for_a_stock_board(run, person):
    """It fits, and the same input gives the same bytes."""
    home = os.environ["HOME"]
    run("keys", "new")
    key = home + "/.config/dialtone/firmware-key.pem"
    words = ["make", "-s", "firmware", "BOARD=" + BOARD, "KEY=" + key, "ARGS=--output %s" % (person / "one.st")]
    done = subprocess.run(words, cwd=ROOT, capture_output=True, text=True, timeout=300)
    assert done.returncode == 0, done.stdout + done.stderr
    left = int(done.stdout.split("left")[1].split()[0])
    assert left > 1 << 20, "half of the flash is free: " + done.stdout
    assert run("firmware", "build", "--board", BOARD, "--output", person / "two.st")[0] == 0
    assert (person / "one.st").read_bytes() == (person / "two.st").read_bytes(), "the same input gives the same bytes"
    header, body = images.parts((person / "one.st").read_bytes())
    files = payload.read(body)
    assert {"dialtone/board.mpy", "dialtone/webui/style.css", "dialtone/lcd/icons.txt"} <= set(files)
    sheet = files["dialtone/webui/style.css"]
    assert gzip.decompress(files["dialtone/webui/style.css.gz"]) == sheet and b"/*" not in sheet
    assert len(sheet) < (ROOT / "firmware/dialtone/webui/style.css").stat().st_size
    assert not [name for name in files if name.startswith(("boot", "main", "choose", "slotfs", "sim"))]
    assert not [name for name in files if "/" not in name], "at the root are the boot code and the board's own"
    said = run("firmware", "inspect", person / "one.st")[1]
    assert header.version in said and "57i, 53i" in said and ".mpy version 6" in said
    assert "all as their hashes say" in said and "demo" not in said
    assert "files        %d, " % len(files) in said
    own = "~/.config/dialtone/firmware-key.pem"
    assert run("firmware", "verify", person / "one.st", "--key", own)[0] == 0
    code, _, wrong = run("firmware", "verify", person / "one.st")
    assert code == 1 and "not signed with the simulators' demo key" in wrong and "--key FILE" in wrong
    (person / "two.st").write_bytes(images.signed_again((person / "one.st").read_bytes(), signing.demo()))
    code, _, wrong = run("firmware", "verify", person / "two.st", "--key", own)
    assert code == 1 and "not signed with that key" in wrong


def test_without_a_key_it_says_how_to_make_one(run, person):
    code, _, wrong = run("firmware", "build", "--board", BOARD, "--output", person / "x.st")
    assert code == 1 and "dialtone keys new" in wrong and not (person / "x.st").exists()


def test_what_is_too_large_fails(run, person, monkeypatch):
    run("keys", "new")
    real = payload.flash
    monkeypatch.setattr(payload, "flash", lambda *about: (700_000, real(*about)[1]))
    words = ("firmware", "build", "--board", BOARD, "--output", person / "x.st")
    code, said, wrong = run(*words)
    assert code == 1 and "does not fit into the flash of " + BOARD in wrong and not (person / "x.st").exists()
    assert int(said.split("left")[1].split()[0]) < 0
    assert run(*words, "--anyway")[0] == 0 and (person / "x.st").exists()
    code, _, wrong = run("firmware", "build", "--board", "NONE", "--output", person / "y.st")
    assert code == 1 and "no board NONE" in wrong and not (person / "y.st").exists()


def test_no_board_takes_the_demo_key(run, person):
    """Everybody has it: nothing for a board is signed with it, and no board gets it."""
    signing.demo()
    code, _, wrong = run("firmware", "build", "--board", BOARD, "--key", signing.DEMO, "--output", person / "x.st")
    assert code == 1 and "demo key" in wrong and not (person / "x.st").exists()
    run("keys", "new")
    data = images.build_image(b"x" * 5000, "1.0.0.2-SIP", ["57i"], signing.load("~/.config/dialtone/firmware-key.pem"))
    (person / "y.st").write_bytes(data)
    code, _, wrong = run("firmware", "sign", person / "y.st", "--key", signing.DEMO)
    assert code == 1 and "demo key" in wrong and (person / "y.st").read_bytes() == data
    with pytest.raises(board_link.DeployError, match="demo key"):
        personal.firmware_key(signing.DEMO)
    assert personal.firmware_key(person / "home/.config/dialtone/firmware-key.pem").read_text().strip() == (
        run("keys", "show")[1].strip()
    )
    personal.forget()


def test_an_image_for_simulators(run, person):
    signing.demo()
    run("keys", "new", person / "next.pem")
    words = ("firmware", "build", "--runtime", "cpython", "--version", "9.8.7.6-SIP", "--oldest", "1.2-SIP")
    code, _, wrong = run(*words, "--revoke", "--output", person / "x.st")
    assert code == 1 and "goes together with --next-key" in wrong
    code, _, wrong = run(*words, "--next-key", person / "next.pem", "--revoke", "--output", person / "x.st")
    assert code == 0, wrong
    said = run("firmware", "inspect", person / "x.st")[1]
    following = signing.read_public(person / "next.pem").hex()
    for text in ("9.8.7.6-SIP", "1.2-SIP", "demo key", "Python sources", following, "the key that signed it"):
        assert text in said, said
    assert b'"9.8.7.6-SIP"' in payload.read(images.parts((person / "x.st").read_bytes())[1])["dialtone/version.py"]
    assert run("firmware", "verify", person / "x.st")[0] == 0, "the demo key is what it is checked with by default"


def test_signing_anew_changes_the_signature_alone(run, person):
    for name in ("one", "two"):
        run("keys", "new", person / name)
    data = images.build_image(b"abc" * 5000, "1.0.0.2-SIP", ["57i"], signing.load(person / "one"))
    (person / "x.st").write_bytes(data)
    assert run("firmware", "sign", person / "x.st", "--key", person / "two", "--output", person / "y.st")[0] == 0
    assert (person / "x.st").read_bytes() == data
    assert run("firmware", "verify", person / "y.st", "--key", person / "two")[0] == 0
    assert run("firmware", "verify", person / "y.st", "--key", person / "one")[0] == 1
    (old, body), (new, other) = images.parts(data), images.parts((person / "y.st").read_bytes())
    assert body == other and vars(old) | {"signer": 0} == vars(new) | {"signer": 0} and old.signer != new.signer


@pytest.mark.parametrize("what", ["inspect", "verify"])
def test_damage_is_named(run, person, what):
    data = images.build_image(b"abc" * 5000, "1.0.0.2-SIP", ["57i"])
    bad = person / "x.st"
    for found, words in (
        (data[:-1], "has 14999 bytes of payload, its header says 15000"),
        (data[:-5000] + b"X" + data[-4999:], "damaged in block 2"),
        (b"<html>" * 99, "Not a firmware image"),
        (data[:100], "Not a firmware image"),
    ):
        bad.write_bytes(found)
        code, _, wrong = run("firmware", what, bad)
        assert code == 1 and words in wrong and "Traceback" not in wrong, wrong
        assert wrong.startswith("dialtone firmware %s: %s: " % (what, bad)) and "on the server" not in wrong, wrong
    code, _, wrong = run("firmware", what, person / "none.st")
    assert code == 1 and "No such file" in wrong


def test_a_file_that_no_phone_could_find_is_not_built(person):
    name = "n" * 49
    (person / name).write_bytes(b"x")
    with pytest.raises(payload.PayloadError, match="could not read"):
        payload.romfs({name: person / name})


def test_the_sizes_of_the_flash_are_those_of_littlefs():
    """All that `make firmware` counts, on the file system of MicroPython's ports (read, write and cache as theirs)."""
    table = tomllib.loads((ROOT / "boards" / BOARD / "board.toml").read_text())["board"]
    there, needs = payload.flash(BOARD, 333_333)
    sizes = dict(needs)
    assert there == table["vfs_bytes"] and sizes["settings, certificates"] == table["own_bytes"]
    flash = littlefs.LittleFS(
        block_size=4096, block_count=there // 4096, read_size=32, prog_size=32, cache_size=128, lookahead_size=32
    )
    flash.mkdir("/phone")
    flash.mkdir("/phone/slots")
    files = {"/phone/slots/%s.romfs" % slot: 333_333 for slot in "ab"}
    files.update({"/phone/slots/next.head": 320 + 32 * 82, "/roots.bin": len(open(roots.ensure(), "rb").read())})
    for name in ("boot.py", "main.py"):
        files["/" + name] = (ROOT / "firmware" / name).stat().st_size
    for name in ("choose.mpy", "slotfs.mpy"):
        files["/" + name] = (ROOT / "build/mpy/image/firmware" / name).stat().st_size
    files.update({"/board.json": 900, "/network.json": 300})
    for name, size in files.items():
        with flash.open(name, "wb") as file:
            file.write(b"x" * size)
    counted = sum(sizes.values()) - table["own_bytes"]
    assert counted - 4 * 4096 <= flash.used_block_count * 4096 <= counted
