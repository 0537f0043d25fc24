"""Arguments and files that make no sense: one clear line, an exit status, and never a traceback."""

import subprocess
import sys

import pytest
from host import cli
from host.places import ROOT

OBJECT = b"<AastraIPPhoneTextScreen><Title>T</Title><Text>t</Text></AastraIPPhoneTextScreen>"
NOWHERE = "http://127.0.0.1:1/"
CASES = (
    ("sim --mdns nonsense", "'nonsense' is not ADDRESS:PORT"),
    ("sim --mdns 192.0.2.1:99999", "is not ADDRESS:PORT"),
    ("sim --announce 224.0.0.251:x", "is not ADDRESS:PORT"),
    ("sim --crash-when nonsense", "'nonsense' is not NAME=VALUE"),
    ("sim --headless --state S --http-port 0 --https-port 0 --config-server http://a_b/", "is not the URL of a folder"),
    ("push http://[::1 good.xml", "'http://[::1' is no phone"),
    ("push a..b good.xml", "a..b has no address"),
    ("push 127.0.0.1:1 good.xml --ca bytes", "bytes holds no certificate in PEM form"),
    ("push 127.0.0.1:1 good.xml --ca nowhere", "nowhere cannot be read: No such file"),
    ("fleet run --server http://[::1/", "http://[::1/ is no https, http or tftp URL"),
    ("fleet run --server http://127.0.0.1:0/", "is no https, http or tftp URL"),
    ("fleet run --server N --macs bytes", "bytes is no text"),
    ("fleet run --server N --macs nowhere", "nowhere: No such file"),
    ("fleet run --server N --ca bytes", "bytes is no text"),
    ("fleet run --server N --report bytes/x", "bytes/x: Not a directory"),
    ("fleet worker 127.0.0.1:99999", "'127.0.0.1:99999' is not HOST:PORT"),
    ("phones list empty", "empty names no phone"),
    ("phones list bytes", "bytes:1: is no text"),
    ("phones list nowhere", "nowhere: No such file"),
    ("phones discover --interface nonsense", "the network cannot be searched: 'nonsense'"),
)


@pytest.fixture(autouse=True)
def files(tmp_path, monkeypatch):
    (tmp_path / "bytes").write_bytes(b"\xff\xfe\0")
    (tmp_path / "empty").write_bytes(b"")
    (tmp_path / "good.xml").write_bytes(OBJECT)
    monkeypatch.chdir(tmp_path)


@pytest.mark.parametrize(("line", "said"), CASES)
def test_it_is_explained(line, said, capsys):
    words = [{"N": NOWHERE}.get(word, word.replace("_", " ")) for word in line.split()]
    try:
        status = cli.main(words)
    except SystemExit as error:
        status = error.code
    told = capsys.readouterr()
    assert status in (1, 2) and told.out == "" and said in told.err, told.err


def test_nobody_where_phones_are_looked_for(capsys):
    assert cli.main(["phones", "discover", "127.0.0.1:1"]) == 1
    assert "nobody there shows a certificate" in capsys.readouterr().err


@pytest.mark.parametrize("words", (("xml", "lint", "good.xml"), ("config", "lint", "empty")))
def test_a_command_finds_the_firmware_by_itself(words):
    """In a process of its own, where no other test has imported it."""
    start = "import sys; sys.path.insert(0, %r); from host import cli; sys.exit(cli.main())" % str(ROOT)
    done = subprocess.run([sys.executable, "-c", start, *words], capture_output=True, text=True, timeout=60)
    assert (done.returncode, done.stderr) == (0, ""), done.stderr
    assert "1 file: 0 errors" in done.stdout
