"""The hosts file of ``dialtone phones``: what `discover` writes into it; and `update` with phones that restart."""

import argparse
import asyncio
import json
import os

import pytest

from host.images import build_image
from host.phones import actions, hosts
from host.phones.asking import Lost, Trouble
from host.phones.hosts import Host

A, B, C = "a" * 64, "b" * 64, "c" * 64


def test_what_is_found_is_taken_into_the_file(tmp_path):
    path = tmp_path / "hosts"
    assert [
        what for what, _ in hosts.merge(path, [Host("192.0.2.1", 443, A, "57i 1"), Host("h.example", 8443, B)])
    ] == [
        "new",
        "new",
    ]
    assert [(h.name, h.fingerprint, h.label) for h in hosts.read(path)] == [
        ("192.0.2.1", A, "57i 1"),
        ("h.example:8443", B, ""),
    ]
    os.chmod(path, 0o600)
    before = path.read_text()
    assert [what for what, _ in hosts.merge(path, [Host("192.0.2.1", 443, A)])] == ["known"]
    assert path.read_text() == before, "nothing new, nothing written"


def test_a_phone_that_moved_is_followed_and_another_certificate_is_not(tmp_path):
    path = tmp_path / "hosts"
    path.write_text("# mine\n192.0.2.1 %s reception # the one\n192.0.2.2:8443  %s\n" % (A.upper(), B))
    path.chmod(0o600)
    found = [Host("192.0.2.9", 443, A), Host("192.0.2.2", 8443, C), Host("192.0.2.3", 443, C, "new\n192.0.2.4 x")]
    assert [what for what, _ in hosts.merge(path, found)] == ["moved", "changed", "new"]
    lines = path.read_text().splitlines()
    assert lines[:3] == ["# mine", "192.0.2.9 %s reception # the one" % A.upper(), "192.0.2.2:8443  %s" % B]
    assert len(lines) == 4 and lines[3].startswith("192.0.2.3 %s new?192.0.2.4 x  # first seen 20" % C)
    assert path.stat().st_mode & 0o777 == 0o600 and os.listdir(tmp_path) == ["hosts"]
    both = [Host("192.0.2.9", 443, A), Host("192.0.2.10", 443, A)]
    assert [what for what, _ in hosts.merge(path, both)] == ["known", "known"], "one phone with two addresses"
    assert len(hosts.read(path)) == 3


def test_a_file_with_a_fault_is_not_touched(tmp_path):
    path = tmp_path / "hosts"
    path.write_text("192.0.2.1 abc\n")
    with pytest.raises(hosts.BadHosts):
        hosts.merge(path, [Host("192.0.2.2", 443, A)])
    assert path.read_text() == "192.0.2.1 abc\n"


def test_the_line_of_a_board_is_taken_as_the_truth(tmp_path):
    path = tmp_path / "hosts"
    line = "https://192.0.2.1/ http://192.0.2.1/ certificate " + A
    assert hosts.announced(line) == Host("192.0.2.1", 443, A)
    with pytest.raises(hosts.BadHosts):
        hosts.announced("https://192.0.2.1/ http://192.0.2.1/")
    path.write_text("192.0.2.1 %s reception\n" % B)
    assert [what for what, _ in hosts.merge(path, [hosts.announced(line)], sure=True)] == ["changed"]
    assert path.read_text() == "192.0.2.1 %s reception\n" % A


class _Phone:
    """An asker of one phone: ``answers`` come one after the other, the last one again and again."""

    def __init__(self, *answers):
        self.answers = list(answers)
        self.sent = 0

    async def good(self, host, method, path, body=None, **more):
        if method == "POST":
            self.sent += len(b"".join([piece async for piece in body()]))
        found = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        if isinstance(found, Exception):
            raise found
        error = "" if found[:1].isdigit() else found
        return json.dumps({"version": found, "uptime_s": 1, "firmware": {"error": error}}).encode(), b""

    async def request(self, *asked, **more):
        return (409 if self.answers[0] == "trial" and self.answers.pop(0) else 400), b"", b""


def _update(tmp_path, monkeypatch, phone):
    """(row or the trouble, how often the whole was sent)."""
    monkeypatch.setattr(actions, "_LOOK_S", 0)
    data = build_image(b"payload", "2.0-SIP", ["57i"])
    (tmp_path / "57i.st").write_bytes(data)
    options = argparse.Namespace(file=tmp_path / "57i.st", seconds=1)
    try:
        row = asyncio.run(actions.update(phone, Host("h", 443, A), options))["running"]
    except Trouble as error:
        row = str(error)
    return row, phone.sent / len(data)


def test_an_update_of_a_phone_that_restarts_in_the_middle(tmp_path, monkeypatch, capsys):
    lost = Lost("Connection reset by peer")
    for answers, found in (
        (("1.0-SIP", "", "2.0-SIP"), ("2.0-SIP", 1)),
        (("1.0-SIP", lost, lost, lost, "1.0-SIP", "", lost, "2.0-SIP"), ("2.0-SIP", 2)),  # it is asked until it is back
        (("1.0-SIP", lost, lost, "2.0-SIP"), ("2.0-SIP", 1)),  # the answer was lost
        (("1.0-SIP", lost, "1.0-SIP", lost), ("Connection reset by peer", 2)),
        (("1.0-SIP", Trouble("answered 400")), ("answered 400", 1)),
        (("2.0-SIP",), ("2.0-SIP", 0)),
        ((lost,), ("Connection reset by peer", 0)),
        (("1.0-SIP", "", "it went back"), ("it went back", 1)),
        (("1.0-SIP", "", "1.0-SIP"), ("it has taken 2.0-SIP, and does not run it yet", 1)),
    ):
        assert _update(tmp_path, monkeypatch, _Phone(*answers)) == found, answers
    assert "gets it once more" in capsys.readouterr().err


def test_an_update_waits_for_the_self_test(tmp_path, monkeypatch):
    phone = _Phone("1.0-SIP", "", "2.0-SIP", "trial", "2.0-SIP", "trial", "it went back")
    assert _update(tmp_path, monkeypatch, phone) == ("it went back", 1)


def test_the_table_is_for_people_and_a_name_that_is_none_is_told(capsys, monkeypatch):
    from host import cli
    from host.phones import commands

    assert [commands._told("uptime_s", n) for n in (59, 3700, 90000)] == ["0 min", "1 h 1 min", "1 d 1 h"]
    assert commands._told("heap_free", -1) == "not limited" and commands._told("heap_free", 40959) == "39 KB"
    assert commands._told("version", "1.0") == "1.0" and commands._told("heap_free", "") == ""
    assert cli.main(["phones", "discover", "foo..", "--json"]) == 1
    told = capsys.readouterr()
    assert "nobody there" in told.err and "Traceback" not in told.err
