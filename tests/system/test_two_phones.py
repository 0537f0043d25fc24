"""Two phones live in one CPython process: nothing of a phone is kept in a module."""

import json
import subprocess
import sys

from simulated import ROOT

# In a process of its own: the shims change CPython's modules.
PROGRAM = r"""
import asyncio, json, os, ssl, sys, urllib.request
root, folder, server, ca = sys.argv[1:5]
parts = ("host/shims/cpython", "firmware", "host/shims")
sys.path[:0] = [os.path.join(root, *part.split("/")) for part in parts] + [root]
os.umask(0o077)
import dialtone_shims
from dialtone.phone import Phone
from sim_platform import SimPlatform

async def main():
    phones = []
    for number, mac in enumerate(("00085D000001", "00085D000002")):
        state = os.path.join(folder, mac)
        os.makedirs(state)
        with open(ca, "rb") as source, open(os.path.join(state, "anchors.pem"), "wb") as out:
            out.write(source.read())
        settings = {"state": state, "model": ("57i", "53i")[number], "mac": mac, "http_port": 0, "https_port": 0,
                    "bind": "127.0.0.1", "config_server": server, "trust_anchor": "anchors.pem"}
        phones.append(Phone(SimPlatform(settings)))
    await asyncio.gather(*[phone.start() for phone in phones])
    infos = [phone.ready_info() for phone in phones]
    phones[0].press("options")
    await asyncio.sleep(0.3)
    rows = [list(phone.panel.rows()) for phone in phones]
    statuses = [phone.status() for phone in phones]
    phones[0].store.set_local("https block http post xml", "1", "lcd")
    blocks = [phone.store.flag("https block http post xml") for phone in phones]
    for phone in phones:
        await phone.stop()
    print(json.dumps({"infos": infos, "rows": rows, "blocks": blocks, "macs": [s["mac"] for s in statuses]}))

asyncio.run(main())
"""


def test_two_phones_in_one_process(server, authority, tmp_path):
    server.files["/00085D000001.cfg"] = b"softkey1 type: xml\nsoftkey1 label: One\n"
    server.files["/00085D000002.cfg"] = b"prgkey1 type: xml\nprgkey1 label: Two\n"
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM, ROOT, str(tmp_path), server.url, authority.pem],
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert done.returncode == 0, done.stderr
    seen = json.loads(done.stdout.strip().splitlines()[-1])
    assert seen["macs"] == ["00085D000001", "00085D000002"]
    assert seen["infos"][0]["https"] != seen["infos"][1]["https"]
    assert seen["infos"][0]["certificate_sha256"] != seen["infos"][1]["certificate_sha256"]
    assert seen["blocks"] == [True, False]
    assert len(seen["rows"][0]) == 8 and len(seen["rows"][1]) == 3
    assert "Status" in "".join(seen["rows"][0]) and "Status" not in "".join(seen["rows"][1])
    asked = {line.split(" ")[1] for line, _ in server.requests}
    assert {"/00085D000001.cfg", "/00085D000002.cfg", "/57i.cfg", "/53i.cfg"} <= asked
