"""Rehearsals against real servers: what the report says is what the servers saw, and each failure has its reason."""

import os
import re
import subprocess

import pytest
from fleet_peer import FaultyNginx, Rehearsal
from host_images import image
from pki import Authority
from simulated import DIALTONE, ROOT

_FIRST = 0x00085D000001


def macs(count):
    return ["%012X" % (_FIRST + number) for number in range(count)]


@pytest.fixture
def site(tmp_path, leaf):
    """nginx with files for all phones, one line of them wrong, and an image of a newer firmware for one model."""
    root = tmp_path / "www"
    root.mkdir()
    (root / "aastra.cfg").write_text("softkey1 type: xml\nsoftkey1 lable: Directory\n")
    (root / "57i.cfg").write_text("https redirect http get: 1\n")
    (root / "53i.st").write_bytes(image(bytes(40_000), "9.9.9.9-SIP", ["53i"]))
    for mac in macs(500):
        (root / (mac + ".cfg")).write_text("hostname: phone-%s\n" % mac[-4:])
    server = FaultyNginx(tmp_path / "nginx", root, leaf)
    yield server
    server.stop()


def test_a_morning_in_small(site, authority, tmp_path):
    mine = macs(36)
    options = (
        "--phones",
        36,
        "--scenario",
        "mixed",
        "--duration",
        "2s",
        "--model-mix",
        "57i=2,53i=1",
        "--workers",
        "local:2",
    )
    wanted = ("--limit", "p99=20s", "--limit", "failures=0", "--limit", "not-modified=100%")
    run = Rehearsal(site.url, authority.pem, tmp_path / "report", *options, *wanted).end(90)
    assert run.status == 0, (run.out, run.err)
    figures = run.figures
    assert figures["provisioned"] == 36 and figures["failures"] == 0 and figures["verdict"].startswith("PASSED")
    log = site.access()
    agents = {line[2] for line in log}
    found = [re.fullmatch(r"Aastra(57i|53i) MAC:00-08-5D-00-(\w\w)-(\w\w) V:[\w.-]+", agent) for agent in agents]
    assert len(agents) == 36 and all(found) and {match.group(1) for match in found} == {"57i", "53i"}
    assert {line[3] for line in log} <= {"TLSv1.2", "TLSv1.3"}
    # All that nginx saw after the caches were filled is in the report: only that filling is not
    seen, told = site.statuses(mine), run.statuses()
    assert told and not told - seen and told["MAC.cfg", "304"] == seen["MAC.cfg", "304"] > 5
    conditional = [line for line in log if line[4] != "-"]
    assert figures["conditional"] == figures["not_modified"] == len(conditional)
    small = [number for number, match in enumerate(found) if match.group(1) == "53i"]
    stored = figures["rounds"].get("stored", 0)
    assert told["53i.st", "200"] == len(small) and figures["bytes"] > 40_000 * len(small) and stored <= len(small)
    assert any("aastra.cfg:2:1" in text and "softkey1 label" in text for text in figures["diagnostics"])
    page = (tmp_path / "report" / "report.html").read_text()
    assert "PASSED" in page and page.count("<svg") >= 4 and "http-equiv" not in page
    assert not re.search(r'(src|href)="(?!#)', page), "the page needs nothing else"


_SSH = """#!/bin/sh
echo "$@" >> %s
shift 4
exec sh -c "$1"
"""


def test_an_unknown_authority_is_told_as_such(site, tmp_path):
    """Its workers are started by ssh, or by what is so called here."""
    stranger = Authority(str(tmp_path), "Stranger")
    (tmp_path / "bin").mkdir()
    (tmp_path / "bin" / "ssh").write_text(_SSH % (tmp_path / "calls"))
    (tmp_path / "bin" / "ssh").chmod(0o755)
    options = "--phones 20 --duration 1s --tries 2 --again 200ms --patience 20s --limit unprovisioned=0 --web".split()
    options += ["--workers", "one.example,me@two.example:" + ROOT, "--bind", "127.0.0.2"]
    environment = {"PATH": "%s:%s" % (tmp_path / "bin", os.environ["PATH"])}
    run = Rehearsal(site.url, stranger.pem, tmp_path / "report", *options, environment=environment).end(90)
    calls = sorted((tmp_path / "calls").read_text().splitlines())
    assert [call.split()[3] for call in calls] == ["me@two.example", "one.example"], calls
    assert run.figures and run.figures["workers"] == 2 and run.figures["lost_workers"] == 0, run.err
    assert "Locust's page: http://127.0.0.1:" in run.err
    assert run.status == 1 and "FAILED: unprovisioned 20" in run.out, (run.out, run.err)
    reason = "Bad Certificate: its issuer is not trusted"
    assert run.figures["never_provisioned_by_reason"] == {reason: 20}
    assert set(run.figures["failures_by_reason"]) == {reason} and run.figures["failures"] == 40
    assert not [line for line in site.access() if "HTTP" in line[0]], "no request over a connection that is not trusted"


def test_the_help_tells_what_there_is():
    done = subprocess.run([DIALTONE, "fleet", "run", "--help"], capture_output=True, text=True, timeout=30)
    for word in (
        "--server",
        "--arrival",
        "--scenario",
        "--model-mix",
        "--i-own-this-server",
        "--limit",
        "unprovisioned",
    ):
        assert word in done.stdout
