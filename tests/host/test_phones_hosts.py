"""The hosts file of ``dialtone phones``: what `discover` writes into it."""

import os

import pytest

from host.phones import hosts
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
