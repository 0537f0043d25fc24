"""Configuration and firmware over TFTP from tftpd-hpa, a real TFTP server."""

import os
import random
import socket
import subprocess
import time

import pytest
from host_images import firmware
from simulated import ROOT


class Tftpd:
    """Serves ``root`` on a free port of loopback, as its own root where the tests do not run as root."""

    def __init__(self, root):
        self.port = _free_udp_port()
        self.url = "tftp://127.0.0.1:%d/" % self.port
        command = [os.path.join(ROOT, "build", "bin", "in.tftpd"), "--foreground", "--listen", "--secure"]
        command += ["--user", "root", "--address", "127.0.0.1:%d" % self.port, str(root)]
        if os.getuid():
            command = ["unshare", "--user", "--map-root-user", *command]
        self._command = command
        self.again()

    def again(self):
        """Starts it, at first or after ``stop``."""
        self._process = subprocess.Popen(self._command)
        time.sleep(0.3)  # it says nothing when it is ready
        assert self._process.poll() is None, "in.tftpd ended at once"

    def stop(self):
        self._process.terminate()
        self._process.wait(10)


def _free_udp_port():
    while True:
        port = random.randrange(12000, 20000)
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
            try:
                probe.bind(("127.0.0.1", port))
                return port
            except OSError:
                continue


@pytest.fixture
def tftpd(tmp_path):
    root = tmp_path / "tftp"
    (root / "phones").mkdir(parents=True)
    server = Tftpd(root)
    yield server, root
    server.stop()


def test_configuration_and_firmware_come_over_tftp(runtime, phones, tftpd, tmp_path):
    server, root = tftpd
    text = "softkey1 type: xml\nsoftkey1 label: Trivial\nhttps validate certificates: 0\n" + "# padding\n" * 2000
    (root / "phones" / "aastra.cfg").write_text(text)
    (root / "phones" / "57i.st").write_bytes(firmware(runtime, "9.9.9.9-SIP"))
    phone = phones(runtime, server.url + "phones", state=tmp_path / "s")
    assert "Trivial" in phone.lcd()
    report = phone.status()
    assert [(each["name"], each["status"]) for each in report["configuration"]["files"]] == [
        ("aastra.cfg", 200), ("57i.cfg", 404), ("00085D123456.cfg", 404)
    ]  # fmt: skip
    assert report["firmware"]["running"] == "9.9.9.9-SIP", report["firmware"]
    shown = phone.get("/sysinfo.html").text
    assert "https validate certificates is not lowered" in shown, "nobody vouches for what TFTP brings"
