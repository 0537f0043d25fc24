"""The command line's small parts: arguments, ports, state folder, authority, text."""

import os
import socket
import stat

import pytest
from host import cli, control, identity, ports, state, text
from host.terminal import fit, parse_keys, picture


def complain(arguments, capsys):
    """What the command line says on stderr when it refuses ``arguments``."""
    try:
        assert cli.main(arguments) != 0
    except SystemExit as error:
        assert error.code == 2
    said = capsys.readouterr()
    assert "Traceback" not in said.err and said.out == ""
    return said.err


def test_arguments_that_cannot_be_are_explained(capsys, tmp_path):
    assert "12 hexadecimal digits" in complain(["sim", "--mac", "xyz"], capsys)
    assert "not a port" in complain(["sim", "--http-port", "65536"], capsys)
    assert "not a size" in complain(["sim", "--heap", "lots"], capsys)
    assert "--config-server" in complain(["sim", "--ca", "x.pem"], capsys)
    assert "micropython" in complain(["sim", "--heap", "112k"], capsys)
    assert "No such key: 'hash'" in complain(["press", "--state", str(tmp_path), "hash"], capsys)
    said = complain(["press", "--state", str(tmp_path), "optoins", "qqq"], capsys)
    assert "No such key: 'optoins', 'qqq'. Did you mean options?" in said and "press --help" in said
    assert "COMMAND" in complain([], capsys)
    here = ["sim", "--headless", "--state", str(tmp_path / "s"), "--http-port", "0", "--https-port", "0"]
    assert "URL of a folder" in complain([*here, "--config-server", "ftp://x/"], capsys)
    assert "cannot be read" in complain([*here, "--config-server", "https://x/", "--ca", "/nowhere"], capsys)
    (tmp_path / "no.pem").write_text("no certificate")
    assert "PEM" in complain([*here, "--config-server", "https://x/", "--ca", str(tmp_path / "no.pem")], capsys)


def test_help_names_every_command(capsys):
    with pytest.raises(SystemExit):
        cli.main(["--help"])
    said = capsys.readouterr().out
    assert "sim" in said and "lcd" in said and "press" in said


def test_the_version_is_the_firmwares(capsys):
    from dialtone.version import VERSION

    with pytest.raises(SystemExit) as end:
        cli.main(["--version"])
    assert end.value.code == 0 and capsys.readouterr().out == "dialtone %s\n" % VERSION


def test_the_simulator_that_is_meant_is_the_one_that_runs(tmp_path, monkeypatch):
    monkeypatch.setattr(cli, "default_state", lambda runtime: tmp_path / ("sim-" + runtime))
    assert cli._running_state() == str(tmp_path / "sim-cpython")

    def run(name):
        (tmp_path / name / "host").mkdir(parents=True)
        (tmp_path / name / "host" / "control").touch()

    run("mine")
    assert cli._running_state() == str(tmp_path / "mine")
    run("other")
    with pytest.raises(control.ControlError, match="Several simulators run: build/mine, build/other. Say which"):
        cli._running_state()
    run("sim-micropython")
    assert cli._running_state() == str(tmp_path / "sim-micropython")


def test_a_port_that_is_taken(tmp_path):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        with pytest.raises(ports.PortError, match="in use.*--http-port"):
            ports.choose("http", taken.getsockname()[1], "127.0.0.1", None)
    assert ports.choose("http", 0, "127.0.0.1", None) == 0
    with pytest.raises(ports.PortError, match="--bind"):
        ports.choose("http", 8080, "192.0.2.1", None)


def test_default_ports_fall_back_and_say_so(monkeypatch):
    said = []
    with socket.create_server(("127.0.0.1", 0)) as first, socket.create_server(("127.0.0.1", 0)) as second:
        taken = first.getsockname()[1], second.getsockname()[1]
        spare = ports.free("127.0.0.1")
        monkeypatch.setattr(ports, "_DEFAULTS", {"http": (taken[0], spare), "https": taken})
        assert ports.choose("http", None, "127.0.0.1", said.append) == spare
        assert ports.choose("https", None, "127.0.0.1", said.append) not in taken
    assert str(spare) in said[0] and "--https-port" in said[1]


def test_state_folder_is_private_and_has_one_owner(tmp_path):
    os.chmod(tmp_path, 0o755)
    folder = state.prepare(tmp_path / "deep" / "phone")
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700 and stat.S_IMODE((folder / "host").stat().st_mode) == 0o700
    lock = state.lock(folder)
    with pytest.raises(state.StateError, match="already runs.*process %d" % os.getpid()):
        state.lock(folder)
    lock.close()
    state.lock(folder).close()
    assert stat.S_IMODE((folder / "host/lock").stat().st_mode) == 0o600


def test_somebody_elses_folder_keeps_its_permissions(tmp_path):
    (tmp_path / "thesis.txt").write_text("mine")
    os.chmod(tmp_path, 0o755)
    with pytest.raises(state.StateError, match="other files"):
        state.prepare(tmp_path)
    assert stat.S_IMODE(tmp_path.stat().st_mode) == 0o755
    with pytest.raises(state.StateError, match="--state"):
        state.prepare(tmp_path / "thesis.txt")


def test_the_log_file_is_bounded(tmp_path, monkeypatch):
    monkeypatch.setattr(state, "_LOG_BYTES", 1000)
    log = state.LogFile(state.prepare(tmp_path / "s"))
    for number in range(100):
        log.write("line %d " % number + "x" * 40)
    log.close()
    assert log.path.stat().st_size <= 1100 and "line 99" in log.path.read_text()
    assert stat.S_IMODE(log.path.stat().st_mode) == 0o600


def test_authority_is_kept_and_a_damaged_one_replaced(tmp_path):
    first = identity.ensure_authority(str(tmp_path))[0]
    assert identity.ensure_authority(str(tmp_path))[0] == first
    (tmp_path / "demo-ca.pem").write_text("damaged")
    assert identity.ensure_authority(str(tmp_path))[0] != first


def test_control_characters_reach_no_terminal():
    hostile = "a\x1b[2J\x07\x00\x9b31m\u202eb\r\n\x7f"
    assert text.printable(hostile) == "a?[2J???31m?b???"
    assert "\x1b" not in text.screen_text([hostile], [hostile]) and len(text.printable("x" * 5000)) == 1000
    lines = picture([hostile], [hostile] * 6, hostile, [(hostile, hostile)], 24, colours=False)
    assert all(char.isprintable() for char in "".join(lines))


def test_screen_text_numbers_the_softkeys():
    assert text.screen_text(["One", ""], ["", "Two"]) == "One\n\n\n[2:Two]\n"
    assert text.screen_text(["One"], []) == "One\n"


def test_keys_of_a_terminal():
    assert parse_keys(b"\x1b[A\x1bOB\x1b[C\x1b[D")[0] == ["up", "down", "right", "left"]
    assert parse_keys(b"\x1bOP\x1b[15~\x1b[17~af")[0] == ["softkey1", "softkey5", "softkey6", "softkey1", "softkey6"]
    assert parse_keys(b"o5*#\r\x7f")[0] == ["options", "5", "*", "#", "enter", "left"]
    assert parse_keys(b"q\x03") == (["quit", "quit"], b"")
    assert parse_keys(b"\xc3\xa4z\x1b[99~\x1b[1;5A") == ([], b""), "what means nothing is dropped"
    for cut in range(1, 5):  # a sequence that comes in two pieces is one key
        keys, rest = parse_keys(b"\x1b[15~"[:cut])
        assert keys == [] and parse_keys(rest + b"\x1b[15~"[cut:]) == (["softkey5"], b"")
    known = set(control.KEYS) | {"quit"}
    assert set(parse_keys(bytes(range(32, 127)))[0]) <= known


def test_names_of_keys():
    told = ["OK", "Star", "expmod1 key3", "ExpMod3Key60", "expmod2softkey9"]
    assert control.check_keys(told) == ["select", "*", "expmod1 key3", "expmod3 key60", "expmod2 key9"]
    for name in ("expmod4 key1", "expmod1 key61", "expmod1 key0", "expmod1 key01", "expmod1", "expmod1  key1", "x"):
        with pytest.raises(control.ControlError, match="No such key"):
            control.check_keys([name])


def test_the_picture_keeps_its_box_whole():
    lines = picture(["x" * 40, "日本語", "é"], ["One", "", "", "Four"], "title", [("Web", "url")], 24, colours=False)
    box = [line for line in lines if line.startswith(("  │", "  ╭", "  ╰"))]
    assert len(box) == 5 and box[1] == "  │ " + "x" * 24 + " │"
    assert box[2] == "  │ 日本語" + " " * 18 + " │"
    assert any("a One" in line and "d Four" in line for line in lines)
    plain = picture(["x"], [], "title", [], 16, colours=False, unicode=False)
    assert all(ord(char) < 128 for char in "".join(plain))
    assert fit("日本", 3) == "日 "


def test_leds_and_the_upper_row_of_keys():
    more = {"leds": {"softkey1": "on", "softkey5": "fastflash:green"}, "topsoftkeys": ["Up", "", "", "Far"]}
    plain = picture(["x"], ["One", "", "", "", "Five"], "title", [], 24, colours=False, more=more)
    upper, first, second = (next(line for line in plain if text in line) for text in ("g Up", "a One", "e Five"))
    assert "j Far" in upper and plain.index(upper) < plain.index("  ╭" + "─" * 26 + "╮") < plain.index(first)
    assert first.startswith("  *a One") and second.index("!e Five") == 2 + 14
    coloured = picture(["x"], ["One"], "title", [], 24, more=more)
    assert any("\x1b[38;5;196m●\x1b[0ma One" in line for line in coloured)
    small = picture(["x"], ["One"], "title", [], 16, colours=False, more={"leds": {"prgkey1": "slowflash"}})
    assert any(line.startswith("  ~a One") for line in small)


def test_keys_on_the_command_line():
    assert control.check_keys(["Options", "star", "#", "softkey6"]) == ["options", "*", "#", "softkey6"]
    with pytest.raises(control.ControlError, match="softkey7"):
        control.check_keys(["softkey7"])
