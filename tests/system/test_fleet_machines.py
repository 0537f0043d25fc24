"""Workers on other computers: see fleet_machines.py, which is run here in a network of its own."""

import json
import os
import subprocess
import sys

import pytest
from pki import Authority

_SCRIPT = os.path.join(os.path.dirname(__file__), "fleet_machines.py")
_PHONES = 60


def _alone():
    """The words that give a program a network of its own; [] where the system allows nobody to have one."""
    words = ["unshare", "--net"] if not os.getuid() else ["unshare", "--user", "--map-root-user", "--net"]
    probe = [*words, "sh", "-c", "ip link add cable type veth peer name wire && unshare --net true"]
    return words if subprocess.run(probe, capture_output=True).returncode == 0 else []


@pytest.mark.parametrize("more", [(), pytest.param(("long",), marks=pytest.mark.long)])
def test_workers_on_other_computers(more, tmp_path):
    os.chmod(tmp_path, 0o755)
    authority, words = Authority(str(tmp_path)), _alone()
    leaf = authority.leaf(names=("127.0.0.1", "10.77.1.1"))
    kind = "cables" if words else "flat"
    command = [*words, sys.executable, _SCRIPT, str(tmp_path), authority.pem, leaf, kind, *more]
    done = subprocess.run(command, capture_output=True, text=True, timeout=240)
    assert done.returncode == 0, done.stderr[-3000:]
    found = json.loads(done.stdout)
    figures, logs, statuses = found["figures"], found["logs"], found["workers"]

    # Who has other code is told so, at both ends, and sends nothing
    assert statuses["stranger"] == 2 and "turned away: it runs another Dialtone" in logs["stranger"], logs
    assert "was turned away: it runs another Dialtone" in found["err"], found["err"]
    # Who comes before the master waits for it; who comes last is waited for; who comes after the start goes home
    assert statuses["early"] == 0 and "carries 30 phones" in logs["early"], logs
    assert "carries 30 phones" in logs["late"] and "over" not in logs["late"], logs
    assert statuses["too-late"] == 2 and "has all its workers" in logs["too-late"], logs
    # One worker's cable was cut: the others' phones go on, and all phones are accounted for
    assert found["status"] == 1 and figures["lost_workers"] == 1 and figures["workers"] == 2, found["out"]
    lost = figures["never_provisioned_by_reason"].get("given up: its worker was lost", 0)
    assert 0 < lost < 30 and figures["provisioned"] == _PHONES - lost >= 30, found["out"]
    assert figures["failures"] == 0 and "lost" in found["out"]
    if words:
        assert found["visitors"] == ["10.77.1.2", "10.77.2.2"], "the phones came from both computers"
        if more:
            assert statuses["late"] == 1 and "nothing was heard of the master" in logs["late"], logs
