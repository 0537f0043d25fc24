"""``dialtone serve``: files and nothing else, and a log that knows phones. Its clients are those of a rehearsal."""

import http.client
import os
import re
import signal
import socket
import ssl
import subprocess
import time
import urllib.parse

import pytest
from fleet_peer import Rehearsal
from simulated import DIALTONE

_TABLE = "mac,hostname,softkey1 type\n00:08:5D:00:00:03,phone-three,xml\n"


@pytest.fixture(scope="module")
def served(tmp_path_factory):
    yield from _served(tmp_path_factory.mktemp("serve"))


@pytest.fixture
def ended(tmp_path_factory):
    """One that the test ends."""
    yield from _served(tmp_path_factory.mktemp("ended"))


def _served(work):
    root = work / "www"
    (root / "sub").mkdir(parents=True)
    (root / "aastra.cfg").write_text("softkey1 type: xml\n")
    (root / "57i.cfg").write_text("https redirect http get: 1\n")
    (root / "sub" / "menu.xml").write_text("<AastraIPPhoneTextMenu/>")
    (root / "57i.bin").write_bytes(bytes(range(256)) * 10)
    (root / ".hidden").write_text("no")
    (work / "secret").write_text("no")
    os.symlink(work / "secret", root / "out")
    (work / "phones.csv").write_text(_TABLE)
    command = [DIALTONE, "serve", str(root), "--http-port", "0", "--https-port", "0", "--tftp-port", "0"]
    command += ["--phones", str(work / "phones.csv"), "--state", str(work / "state")]
    with open(work / "log", "w", encoding="utf-8") as log:
        process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=log, text=True)
    lines = [process.stdout.readline() for _ in range(4)]
    urls = {scheme: url for line in lines for scheme, url in re.findall(r"((?:http|https|tftp))(://\S+)", line)}
    assert set(urls) == {"http", "https", "tftp"}, lines
    yield {"root": root, "process": process, "ca": lines[3].split(": ")[1].strip()} | {
        s: s + u for s, u in urls.items()
    }
    if process.poll() is None:
        process.kill()
    process.stdout.close()


def ask(url, path, method="GET", **headers):
    place = urllib.parse.urlsplit(url)
    link = http.client.HTTPConnection(place.hostname, place.port, timeout=10)
    link.request(method, path, headers={name.replace("_", "-"): value for name, value in headers.items()})
    answer = link.getresponse()
    body = answer.read()
    link.close()
    return answer.status, body, answer.headers


def test_it_gives_files_with_validators_and_ranges(served):
    status, body, headers = ask(served["http"], "/57i.bin")
    assert status == 200 and len(body) == 2560 and headers["ETag"]
    assert ask(served["http"], "/57i.bin", If_None_Match=headers["ETag"])[0] == 304
    status, part, more = ask(served["http"], "/57i.bin", Range="bytes=100-", If_Range=headers["ETag"])
    assert (status, part, more["Content-Range"]) == (206, body[100:], "bytes 100-2559/2560")
    assert ask(served["http"], "/sub/menu.xml")[2]["Content-Type"].startswith("text/xml")
    status, body, headers = ask(served["http"], "/00085D000003.cfg")
    assert body == b"hostname: phone-three\nsoftkey1 type: xml\n"
    assert ask(served["http"], "/00085D000003.cfg", If_None_Match=headers["ETag"])[0] == 304
    context = ssl.create_default_context(cafile=served["ca"])
    place = urllib.parse.urlsplit(served["https"])
    with socket.create_connection((place.hostname, place.port), 10) as sock:
        with context.wrap_socket(sock, server_hostname="127.0.0.1") as link:
            assert link.version() in ("TLSv1.2", "TLSv1.3")


def test_it_gives_nothing_else_and_takes_nothing(served):
    for path in (
        "/",
        "/sub",
        "/sub/",
        "/.hidden",
        "/out",
        "/../secret",
        "/%2e%2e/secret",
        "/sub/..%2f.hidden",
        "//",
        "/none",
    ):
        assert ask(served["http"], path)[0] in (400, 404), path
    for method in ("POST", "PUT", "DELETE", "PROPFIND"):
        assert ask(served["http"], "/aastra.cfg", method)[0] == 405, method
    import tftpy

    place = urllib.parse.urlsplit(served["tftp"])
    client = tftpy.TftpClient(place.hostname, place.port)
    with pytest.raises(tftpy.TftpShared.TftpException):
        client.upload("new.cfg", str(served["root"] / "aastra.cfg"))
    for name in ("../secret", ".hidden", "out", "sub", ".", "none"):
        with pytest.raises(tftpy.TftpShared.TftpException):
            client.download(name, str(served["root"].parent / "got"))
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as stranger:
        for junk in (b"", b"x", b"\0\1\xff\xfe", b"\0\x09aa\0bb\0", b"\0\1a.cfg\0octet\0blksize\0x\0"):
            stranger.sendto(junk, (place.hostname, place.port))
    time.sleep(0.5)
    client.download("57i.cfg", str(served["root"].parent / "got"))
    assert (served["root"].parent / "got").read_text() == "https redirect http get: 1\n", "it still serves"
    assert not (served["root"] / "new.cfg").exists()


def test_its_log_knows_the_phones_and_who_is_up_to_date(ended, tmp_path):
    served = ended
    once = "--phones %d --duration 1s --limit failures=0 --workers local:1 --scenario %s"
    options = (once % (4, "resync")).split()
    run = Rehearsal(served["https"], served["ca"], tmp_path / "r", *options).end(60)
    assert run.status == 0, (run.out, run.err)
    assert run.figures["not_modified"] == 4 * 2 + 1, "the third phone has a file of its own"
    assert run.figures["handshakes"] == 4 * 2, "a connection lives on after a file"
    tftp = (once % (2, "configuration")).split()
    run = Rehearsal(served["tftp"], None, tmp_path / "t", *tftp).end(60)
    assert run.status == 0 and run.statuses()["aastra.cfg", "200"] == 2, (run.out, run.err)
    table = served["root"].parent / "phones.csv"
    table.write_text("mac,hostname\nnonsense,x\n")
    assert ask(served["http"], "/00085D000003.cfg")[1].startswith(b"hostname: phone-three\n"), "the last good one stays"
    table.write_text(_TABLE + "00085D000004,phone-four,\n")
    assert ask(served["http"], "/00085D000004.cfg")[1] == b"hostname: phone-four\n"
    served["process"].send_signal(signal.SIGTERM)
    out = served["process"].communicate(timeout=20)[0]
    assert re.search(r"57i 00085D000003: GET /00085D000003.cfg 304, TLSv1.[23], \d+ ms, up to date", out), out
    assert re.search(r"57i 00085D000002: RRQ /00085D000002.cfg not found, TFTP, up to date", out), out
    assert "the table of phones stays as it was" in out and "read anew: 2 phones" in out, out
    table = out[out.index("\nMAC ") + 1 :].splitlines()
    assert len(table) == 5, table
    for line in table[1:]:  # the last line of the table is new to its phone
        state = "has not fetched 00085D000004.cfg" if line.startswith("00085D000004") else "up to date"
        assert line.endswith(state), table
