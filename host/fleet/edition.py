"""Which Dialtone this is: master and workers must run the very same, or one report would tell of two firmwares."""

import hashlib
import platform
from importlib.metadata import version

from host.places import ROOT

_FOLDERS = ("firmware/dialtone", "host/fleet", "host/shims/cpython")  # all that decides what a phone does


def edition(root=ROOT):
    """{"code": digest of the code below ``root``, "locust": ..., "python": ...}, for people and for comparison."""
    digest = hashlib.sha256()
    for folder in _FOLDERS:
        for path in sorted((root / folder).rglob("*.py")):
            digest.update(b"%s\0%d\0" % (path.relative_to(root).as_posix().encode(), path.stat().st_size))
            digest.update(path.read_bytes())
    return {"code": digest.hexdigest()[:12], "locust": version("locust"), "python": platform.python_version()}


def unlike(ours, theirs):
    """Why a worker of edition ``theirs`` cannot carry phones for a master of ``ours``; None: it can.

    Another Python is no reason: it changes how fast a worker is, not what its phones do.
    """
    if not isinstance(theirs, dict) or theirs.get("code") != ours["code"]:
        found = theirs.get("code") if isinstance(theirs, dict) else None
        return "it runs another Dialtone (code %s, the master %s): copy the master's folder there" % (
            found,
            ours["code"],
        )
    if theirs.get("locust") != ours["locust"]:
        return "it has Locust %s, the master %s: run `make setup` there" % (theirs.get("locust"), ours["locust"])
    return None
