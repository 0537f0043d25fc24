"""sslyze, with a profile of ours for each runtime: what the HTTPS server offers, and that it offers nothing else.

MicroPython has no setting for curves: there its mbed TLS's own list is allowed, all of which are strong.
"""

import json
import os
import subprocess
import sys
import urllib.parse

from simulated import ROOT
from test_identity import read, uploaded

PROFILE = os.path.join(ROOT, "tests/system/sslyze_profile.json")
MORE_CURVES = {"micropython": ["X448", "secp384r1", "secp521r1"], "micropython32": ["X448", "secp384r1", "secp521r1"]}


def assessed(port, folder, *options):
    """(exit code, what sslyze printed, its JSON of the one server)."""
    out = str(folder / "sslyze.json")
    environment = dict(os.environ, PYTHONPATH=os.path.join(ROOT, "build/sslyze"), PYTHONWARNINGS="ignore")
    command = [sys.executable, "-m", "sslyze", "--quiet", "--json_out=" + out, *options, "localhost:%d" % port]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=120, cwd=folder)
    assert os.path.exists(out), done.stdout + done.stderr
    with open(out, encoding="utf-8") as file:
        report = json.load(file)
    return done.returncode, done.stdout + done.stderr, (report["server_scan_results"] or [None])[0]


def profile(folder, runtime, **changes):
    """Path of our profile for a runtime."""
    with open(PROFILE, encoding="utf-8") as file:
        rules = json.load(file)
    rules["tls_curves"] += MORE_CURVES.get(runtime, [])
    rules.update(changes)
    path = folder / "profile.json"
    path.write_text(json.dumps(rules))
    return str(path)


def test_the_server_offers_what_it_should_and_nothing_else(runtime, phones, server, authority, tmp_path):
    phone = phones(runtime, server.url)
    assert "is in use" in uploaded(phone, read(authority.leaf()))
    port = urllib.parse.urlsplit(phone.ready["https"]).port
    trusted = "--certinfo_ca_file=" + authority.pem
    code, said, found = assessed(port, tmp_path, trusted, "--custom_tls_config=" + profile(tmp_path, runtime))
    assert found["connectivity_status"] == "COMPLETED", said  # else the exit code says nothing
    scans = found["scan_result"]
    assert code == 0 and "Compliant" in said, said
    assert not [name for name, scan in scans.items() if scan and scan["status"] == "ERROR"], said
    offered = {name: accepted(scans, name) for name in ("tls_1_2", "tls_1_3")}
    assert len(offered["tls_1_2"]) == 3 and len(offered["tls_1_3"]) == 3, "all of it is there: %s" % offered
    for old in ("ssl_2_0", "ssl_3_0", "tls_1_0", "tls_1_1"):
        assert accepted(scans, old) == []
    old_clients_are_refused(port)
    if runtime != "cpython":
        return
    # And the gate can fail: a profile that wants less than is offered
    strict = profile(tmp_path, runtime, tls_versions=["TLSv1.3"])
    code, said, found = assessed(port, tmp_path, trusted, "--custom_tls_config=" + strict)
    assert found["connectivity_status"] == "COMPLETED" and code == 1 and "TLSv1.2" in said, said


def accepted(scans, name):
    return [
        suite["cipher_suite"]["name"] for suite in scans[name + "_cipher_suites"]["result"]["accepted_cipher_suites"]
    ]


def old_clients_are_refused(port):
    """The same by OpenSSL, down to its security level 0; and TLS 1.2 with one of our suites does answer."""
    for version, suites, answers in (
        ("-tls1", "ALL", False),
        ("-tls1_1", "ALL", False),
        ("-tls1_2", "AES128-GCM-SHA256:ECDHE-ECDSA-AES128-SHA256:ECDHE-ECDSA-AES256-SHA", False),
        ("-tls1_2", "ECDHE-ECDSA-AES128-GCM-SHA256", True),
    ):
        command = [
            "openssl",
            "s_client",
            "-connect",
            "127.0.0.1:%d" % port,
            version,
            "-cipher",
            suites + ":@SECLEVEL=0",
        ]
        done = subprocess.run(command, input=b"", capture_output=True, timeout=30)
        assert (b"Cipher is ECDHE" in done.stdout) == answers, (version, suites, done.stdout)
