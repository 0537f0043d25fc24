"""SSL 3.0 and TLS 1.0 against independent servers (old_servers.py): what was downloaded is compared by its hash."""

import json
import os
import random
import shutil
import subprocess
import sys

import pytest
from conftest import RUNTIMES
from old_servers import SHARED
from simulated import ROOT

sys.path.append(os.path.join(ROOT, "tools"))
import mpy  # noqa: E402

HERE = os.path.dirname(os.path.abspath(__file__))
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
