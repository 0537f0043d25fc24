"""``dialtone phones`` over a hosts file: one phone that is the right one, one that is not, and one that is away."""

import csv
import io
import json
import os
import socket
import subprocess
import urllib.parse
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from host_images import firmware
from simulated import DIALTONE, wait_for
from zeroconf import ServiceInfo, Zeroconf

_PUSH = "<AastraIPPhoneTextScreen><Title>Fleet</Title><Text>Hello all</Text></AastraIPPhoneTextScreen>"


def phones_command(*words, password="22222"):
    environment = {name: value for name, value in os.environ.items() if name != "DIALTONE_PHONES_PASSWORD"}
    environment |= {"DIALTONE_PHONES_PASSWORD": password} if password else {}
    return subprocess.run(
        [DIALTONE, "phones", *map(str, words)], capture_output=True, text=True, timeout=60, env=environment
    )


def announce(bus, name, port, **texts):
    """``_https._tcp`` of somebody at this computer's ``port``."""
    kind, address = "_https._tcp.local.", socket.inet_aton("127.0.0.1")
    info = ServiceInfo(
        kind, "%s.%s" % (name, kind), port, addresses=[address], properties=texts, server=name + ".local."
    )
    bus.register_service(info, cooperating_responders=True)


def search(port, other, pin, path):
    """mDNS: takes the phone on ``port``, which announces itself, and no web server; believes no new certificate of who
    says that he is one, on port ``other``."""
    with ThreadPoolExecutor(1) as aside:  # here Playwright's loop may be running, and it would be waited for in vain
        bus = aside.submit(Zeroconf, interfaces=["127.0.0.1"]).result()
    try:
        announce(bus, "printer-%d" % port, 1, note="no phone")
        announce(bus, "53i-00085D0000FF", other, mac="00:08:5d:00:00:ff", model="53i", version="1.2.3")
        path.write_text("127.0.0.1:%d %s reception\n" % (other, "0" * 64))
        options = ("--interface", "127.0.0.1", "--seconds", "6", "--hosts", path, "--json")
        done = phones_command("discover", *options, password=None)
    finally:
        bus.close()
    rows = {row["phone"]: row for row in json.loads(done.stdout)}
    new, changed = rows["127.0.0.1:%d" % port], rows["127.0.0.1:%d" % other]
    assert (new["state"], new["fingerprint"], new["label"]) == ("new", pin, "57i 00085D123456")
    assert changed["state"] == "changed" and "another certificate" in changed["error"] and done.returncode == 1
    assert "127.0.0.1" not in rows and "127.0.0.1:1" not in rows, "a printer is no phone"
    assert "127.0.0.1:%d %s: new, trusted on first use: compare" % (port, pin) in done.stderr
    lines = path.read_text().splitlines()
    assert lines[0].endswith("0 reception") and any(line.startswith("127.0.0.1:%d %s " % (port, pin)) for line in lines)


def test_many_phones_by_one_command(phones, server, tmp_path):
    server.files["/aastra.cfg"] = b"xml application post list: 127.0.0.1\n"
    phone = phones("cpython", server.url, extra=("--announce",))
    port, pin = urllib.parse.urlsplit(phone.ready["https"]).port, phone.fingerprint()
    found = phones_command("discover", "127.0.0.1:%d" % port, "127.0.0.1:1", password=None)
    assert found.returncode == 0 and found.stdout.split()[:2] == ["127.0.0.1:%d" % port, pin], found
    (tmp_path / "hosts").write_text(
        "# three\n127.0.0.1:%d %s reception\n127.0.0.1:%d %s impostor\n127.0.0.1:1 %s\n"
        % (port, pin, server.port, pin, pin)
    )
    (tmp_path / "one").write_text(found.stdout)
    search(port, server.port, pin, tmp_path / "found")

    done = phones_command("status", tmp_path / "hosts", "--json")
    assert done.returncode == 1 and done.stdout, done.stderr[-3000:]
    good, impostor, away = json.loads(done.stdout)
    assert (good["mac"], good["model"], good["certificate"]) == ("00085D123456", "57i", pin)
    assert len(good["hash"]) == 16
    assert (good["configuration"], good["from"], good["last_error"], good["error"]) == ("applied", server.url, "", "")
    assert "another certificate" in impostor["error"] and pin not in impostor["error"]
    assert "refused" in away["error"] or "connect" in away["error"]
    assert "/api/status" not in server.paths(), "nothing was sent to the impostor"

    text = phones_command("status", tmp_path / "hosts").stdout
    assert "reception" in text and "00085D123456" in text and len(text.splitlines()) == 4
    rows = list(csv.DictReader(io.StringIO(phones_command("status", tmp_path / "one", "--csv").stdout)))
    assert rows[0]["mac"] == "00085D123456"
    assert "password" in phones_command("status", tmp_path / "one", password="wrong").stdout
    assert phones_command("status", tmp_path / "one", password=None).returncode == 2

    (tmp_path / "hello.xml").write_text(_PUSH)
    assert phones_command("push", tmp_path / "one", tmp_path / "hello.xml").returncode == 0
    phone.wait_lcd("Hello all")
    phone.press("goodbye")
    before = len(server.requests)
    assert phones_command("resync", tmp_path / "one").returncode == 0
    wait_for(lambda: server.paths()[before:], lambda paths: "/57i.st" in paths, 20, "a round with the server")
    done = phones_command("collect", tmp_path / "one", "--out", tmp_path / "got")
    folder = tmp_path / "got" / ("127.0.0.1_%d" % port)
    assert done.returncode == 0 and json.loads((folder / "status.json").read_text())["mac"] == "00085D123456", done
    assert len(os.listdir(folder)) == 6 and folder.stat().st_mode & 0o077 == 0
    done = phones_command("update", tmp_path / "one", "--seconds", "2", "--json")
    assert done.returncode == 0 and json.loads(done.stdout)[0]["stored"] == "", done
    (tmp_path / "57i.st").write_bytes(firmware("cpython", "2.0.0.1-SIP"))
    done = phones_command("update", tmp_path / "one", tmp_path / "57i.st", "--json")
    assert done.returncode == 0 and json.loads(done.stdout)[0]["running"] == "2.0.0.1-SIP", done
    assert "50 % sent" in done.stderr or "51 % sent" in done.stderr, done.stderr
    assert "tries" not in json.loads((Path(phone.state) / "boot.json").read_text()), "it has waited for the self-test"
    done = phones_command("update", tmp_path / "one", tmp_path / "57i.st")
    assert done.returncode == 0 and "sent" not in done.stderr, "it runs it already"
    (tmp_path / "57i.st").write_bytes(firmware("cpython", "2.0.0.2-SIP"))
    done = phones_command("update", tmp_path / "one", tmp_path / "57i.st")
    assert done.returncode == 1 and "answered 409" in done.stderr, "what runs is new"
    assert phones_command("update", tmp_path / "one", tmp_path / "hello.xml").returncode == 2
    assert phones_command("acknowledge", tmp_path / "one").returncode == 0
    assert phones_command("restart", tmp_path / "one").returncode == 0
    wait_for(phone.log, lambda log: "restart asked for" in log, 10, "a restart")


def test_a_hosts_file_with_a_fault_is_refused(tmp_path):
    for text in ("192.0.2.1\n", "192.0.2.1 abc\n", "http://x %s\n" % ("0" * 64), "a:99999 %s\n" % ("0" * 64)):
        (tmp_path / "hosts").write_text(text)
        done = phones_command("status", tmp_path / "hosts")
        assert done.returncode == 2 and "hosts:1" in done.stderr, (text, done)
