"""SSL 3.0 and TLS 1.0 against independent servers (old_servers.py): what was downloaded is compared by its hash."""

import json
import os
import random
import shutil
import subprocess
import sys

import pytest
from lot import drawn
from nginx_peer import _free_port
from old_servers import SHARED, Server
from simulated import ROOT
from test_settings import _menu_keys, open_admin

sys.path.append(os.path.join(ROOT, "tools"))
import mpy  # noqa: E402

HERE = os.path.dirname(os.path.abspath(__file__))
RUNTIMES = os.environ.get("DIALTONE_RUNTIMES", "cpython micropython").split()  # as in conftest.py
SIZE = 100_000  # six full records and a rest
EVERY = [(name, method, suite) for name, has in SHARED.items() for method, suites in has.items() for suite in suites]


def namespace(*command):
    """``command`` in a network of its own, where a server that listens on all interfaces reaches nobody."""
    return ["unshare", "--net", *(["-Ur"] if os.geteuid() else []), *command]


@pytest.fixture
def work(tmp_path, authority):
    """A folder with certificate, trust anchor and the file to download."""
    os.mkdir(tmp_path / "www")
    data = os.urandom(SIZE)
    (tmp_path / "www/large").write_bytes(data)
    (tmp_path / "www/answer").write_bytes(b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n%s" % (SIZE, data))
    shutil.copy(authority.leaf(rsa_bits=2048), tmp_path / "leaf.pem")
    shutil.copy(authority.pem, tmp_path / "anchors.pem")
    return tmp_path


def check(work, rows, runtimes):
    """Each row of (server, method, suite) on each runtime."""
    assert not mpy.compile_tree(os.path.join(ROOT, "firmware"), os.path.join(ROOT, "build/mpy/firmware"))
    (work / "rows.json").write_text(json.dumps([[*row, runtimes] for row in rows]))
    command = namespace(sys.executable, os.path.join(HERE, "old_matrix.py"), str(work))
    environment = dict(os.environ, PYTHONPATH=str(ROOT))
    done = subprocess.run(command, capture_output=True, text=True, cwd=ROOT, env=environment, timeout=300)
    results = [json.loads(line) for line in done.stdout.splitlines()]
    assert len(results) == len(rows) * len(runtimes), done.stderr
    for result in results:
        assert result.get("sha256") == result["expected"] and result["bytes"] >= SIZE, result
        assert result["suite"] == result["wanted"], result


def sample(lot):
    """One suite of each server and version; of GnuTLS one with RC4, which few others still have."""
    rows = []
    for name, has in SHARED.items():
        for method, suites in has.items():
            rows.append((name, method, lot.choice([suite for suite in suites if name != "gnutls" or "RC4" in suite])))
    return rows


def test_downloads_from_independent_servers(work):
    seed = int(os.environ.get("DIALTONE_SEED") or random.randrange(1 << 29))
    print(f"DIALTONE_SEED={seed}")
    check(work, sample(random.Random(seed)), RUNTIMES)


@pytest.mark.long
def test_downloads_from_independent_servers_long(work):
    check(work, EVERY, RUNTIMES)


def script(text):
    return "<AastraIPPhoneTextScreen><Title>Old</Title><Text>%s</Text></AastraIPPhoneTextScreen>" % text


def shows(phone, key, text):
    """Softkey ``key`` downloads a script, or tells why not."""
    phone.press("goodbye", "goodbye", "goodbye", key)
    phone.wait_lcd(text)


def old_method_on_every_face(runtime, phones, server, work):
    """By file, LCD and page, each against a server that speaks only that method; then a start from such a server."""
    leaf = str(work / "leaf.pem")
    old = {
        method: Server("tlslite", method, "AES128-SHA", _free_port(), str(work), leaf) for method in ("SSLv3", "TLSv1")
    }
    (work / "www/s.xml").write_text(script("Hello from long ago"))
    (work / "www/aastra.cfg").write_text(
        "softkey3 type: xml\nsoftkey3 label: Fetched\nhttps validate certificates: 0\n"
    )
    config = "https client method: SSL 3.0\nfirmware server: https://127.0.0.1:%d/\n" % old["SSLv3"].port
    for number, peer in enumerate(old.values(), 1):
        config += "softkey%d type: xml\nsoftkey%d label: K\n" % (number, number)
        config += "softkey%d value: https://127.0.0.1:%d/s.xml\n" % (number, peer.port)
    server.files["/aastra.cfg"] = config.encode()
    with old["SSLv3"], old["TLSv1"]:
        phone = phones(runtime, server.url, state=work / "s")
        # The file: a server that speaks only SSL 3.0 answers, the other one does not
        assert "Insecure method in use" in phone.wait_lcd("Insecure method")
        page = phone.get("/sysinfo.html").text
        assert "SSLv3 - insecure method in use" in page and "SSLv3 is insecure" in page
        shows(phone, "softkey1", "Hello from long")
        shows(phone, "softkey2", "ended SSL 3.0")
        assert "an insecure method" in phone.log()
        # The LCD
        open_admin(phone, "HTTPS", "HTTPS Client", "Client Method")
        phone.press("softkey1")
        _menu_keys(phone, "TLS 1.0")
        assert phone.status()["https"]["method"] == "TLSv1"
        shows(phone, "softkey2", "Hello from long")
        shows(phone, "softkey1", "not TLS 1.0")
        # The page
        saved = phone.post("/provis.html", {"https_client_method": "SSLv3"})
        assert "Provisioning complete" in saved.text and "Insecure method in use" in saved.text
        shows(phone, "softkey1", "Hello from long")
        phone.stop()
        # A start: certificates are verified, and yet such a file may not weaken the phone
        phone = phones(runtime, "https://127.0.0.1:%d/" % old["SSLv3"].port, state=work / "s")
        report = phone.status()["configuration"]
        assert report["result"] == "applied" and report["error"] == "" and "Fetched" in phone.lcd(), report
        assert "is not lowered by a file" in phone.get("/sysinfo.html").text
        phone.post("/provis.html", {"https_client_method": "TLS"})
        assert "Insecure method" not in phone.lcd() + phone.get("/sysinfo.html").text


# A phone of 112 KB has no room for the check of a chain in Python beside all that it holds: docs/security.md
@pytest.mark.parametrize("runtime", drawn("old methods", [each for each in RUNTIMES if each != "micropython32"]))
def test_old_method_on_every_face(runtime, phones, server, work):
    old_method_on_every_face(runtime, phones, server, work)


test_old_method_on_every_face.own_runtimes = True
