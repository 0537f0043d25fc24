"""The simulator's contract: ready line, state directory, stop, restart as the same phone, lcd and press."""

import hashlib
import json
import os
import socket
import stat
import subprocess
import urllib.parse

from simulated import DIALTONE, ROOT, SimPhone, unverified, wait_for


def test_ready_line_and_clean_stop(runtime, phones, server):
    phone = phones(runtime, server.url)
    ready = phone.ready
    assert ready["ready"] is True and ready["mac"] == "00085D123456" and ready["model"] == "57i"
    assert ready["version"].endswith("-SIP")
    assert ready["http"].startswith("http://127.0.0.1:") and ready["https"].startswith("https://127.0.0.1:")
    assert phone.fingerprint() == ready["certificate_sha256"].replace(":", "").lower()
    assert phone.get("/sysinfo.html").status == 200
    code, seconds, rest = phone.stop()
    assert code == 0 and seconds < 3 and rest == b""  # exactly one line on stdout


def test_state_is_private_and_a_restart_is_the_same_phone(runtime, phones, server, tmp_path):
    phone = phones(runtime, server.url, state=tmp_path / "state")
    saved = phone.post("/provis.html", {"https_block_http_post_xml": "1"})
    assert saved.status == 200 and "Provisioning complete" in saved.text
    assert stat.S_IMODE(os.stat(phone.state).st_mode) == 0o700
    for folder, _, files in os.walk(phone.state):
        for name in files:
            mode = os.lstat(os.path.join(folder, name)).st_mode
            assert stat.S_ISSOCK(mode) or stat.S_IMODE(mode) == 0o600, (folder, name, oct(mode))
    with open(os.path.join(phone.state, "local.cfg"), encoding="utf-8") as file:
        assert "https block http post xml: 1" in file.read()
    before = phone.ready["certificate_sha256"]
    phone.stop()
    again = phones(runtime, server.url, state=tmp_path / "state")
    assert again.ready["certificate_sha256"] == before
    assert again.status()["https"]["block"] is True


def test_a_second_sim_on_the_same_state_is_refused(phones, server, tmp_path):
    phone = phones("cpython", server.url, state=tmp_path / "state")
    second = subprocess.run(phone.command, capture_output=True, text=True, timeout=30, cwd=ROOT)
    assert second.returncode != 0 and "already" in second.stderr.lower()
    assert phone.get("/sysinfo.html").status == 200


def test_lcd_and_press(runtime, phones, server):
    phone = phones(runtime, server.url)
    idle = phone.lcd()
    menu = phone.press("options")
    assert menu != idle and "Status" in menu
    assert phone.lcd() == menu
    assert phone.press("goodbye", "goodbye") == idle or "Status" not in phone.lcd()


def test_lcd_without_a_phone_says_what_to_do(tmp_path):
    done = subprocess.run([DIALTONE, "lcd", "--state", str(tmp_path)], capture_output=True, text=True, timeout=20)
    assert done.returncode != 0 and "dialtone sim" in done.stderr and "Traceback" not in done.stderr


def test_embedded_demo_server_provisions_over_verified_https(runtime, tmp_path):
    phone = SimPhone(runtime, tmp_path / "demo").start()
    try:
        report = phone.status()["configuration"]
        assert report["source"].startswith("https://")
        states = {entry["name"]: entry["status"] for entry in report["files"]}
        assert states["aastra.cfg"] == 200
        assert os.path.isdir(os.path.join(phone.state, "host"))
    finally:
        phone.stop()


def test_restart_from_the_reset_page_keeps_ports_and_prints_no_second_line(runtime, phones, server):
    phone = phones(runtime, server.url)
    count = server.paths().count("/aastra.cfg")
    answer = phone.post("/reset.html", {"resetOption": "0"})
    assert answer.status == 200, answer.text

    def fetched_again(_):
        return server.paths().count("/aastra.cfg") > count

    wait_for(server.paths, fetched_again, 30, "configuration fetched again after the restart")

    def page(_=None):
        try:
            return phone.get("/sysinfo.html").status
        except OSError:
            return 0

    wait_for(page, lambda code: code == 200, 30, "page after the restart")
    code, _, rest = phone.stop()
    assert code == 0 and rest == b""


def test_53i_has_its_small_display(runtime, phones, server):
    phone = phones(runtime, server.url, model="53i")
    assert phone.ready["model"] == "53i" and "/53i.cfg" in server.paths()
    phone.press("options")
    assert phone.status()["model"] == "53i"


def test_certificate_belongs_to_the_key_on_disk(phones, server):
    phone = phones("cpython", server.url)
    assert os.stat(os.path.join(phone.state, "key.der")).st_mode & 0o777 == 0o600
    with open(os.path.join(phone.state, "certificate.der"), "rb") as file:
        assert hashlib.sha256(file.read()).hexdigest() == phone.fingerprint()
    assert json.dumps(phone.ready).count("\n") == 0


def test_close_notify_ends_a_session_where_the_platform_has_it(phones, server):
    """CPython's ssl tells an end from a cut; MicroPython's tls sends no close_notify."""
    phone = phones("cpython", server.url)
    head = b"GET /api/status HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n"
    url = urllib.parse.urlsplit(phone.ready["https"])
    with socket.create_connection((url.hostname, url.port), 10) as sock:
        with unverified().wrap_socket(sock, suppress_ragged_eofs=False) as link:
            link.sendall(head)
            while link.recv(4096):
                pass  # a cut would be an SSLEOFError


def test_ports_80_and_443_or_8080_and_8443_and_it_says_so(server, authority, tmp_path):
    phone = SimPhone("cpython", tmp_path / "s", server.url, ca=authority.pem)
    at = phone.command.index("--http-port")
    del phone.command[at : at + 4]
    phone.start()
    try:
        ports = [urllib.parse.urlsplit(phone.ready[name]).port for name in ("http", "https")]
        assert all(str(port or "") in phone.log() or port is None for port in ports), (ports, phone.log())
        assert phone.get("/sysinfo.html").status == 200
    finally:
        phone.stop()
