"""Brings a slot's file onto a board: what it shares with the one that is there, the board copies by itself.

A serial line takes a minute and a half for a whole slot. After a change of one module a few kilobytes differ.
"""

import hashlib
import io
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from host.places import allow_firmware_imports  # noqa: E402

allow_firmware_imports()

from dialtone.update import romfs  # noqa: E402

KEPT = 4  # slots that went to a board last, below build/: an older one is copied whole
_LEAST = 64  # bytes: a shorter file is sent
_LITERAL = 768  # bytes of one line of a script: its text is some three times as long, and lies in the board's heap
_LINES = 2000  # characters of one script
_BEGIN = """\
import os
from hashlib import sha256
m=memoryview(bytearray(1024))
s=open(%r,'rb')
d=open(%r,'wb')
def c(at,n):
 s.seek(at)
 while n:
  k=s.readinto(m[:min(n,1024)])
  d.write(m[:k])
  n-=k
w=d.write
"""
END = """\
import os
from hashlib import sha256
h=sha256()
b=bytearray(1024)
with open(%r,'rb') as f:
 while 1:
  k=f.readinto(b)
  if not k: break
  h.update(memoryview(b)[:k])
if h.digest()!=%r: raise ValueError('the copy differs')
os.rename(%r,%r)
"""


def remember(folder, path):
    """Keeps a copy of the slot ``path`` for later deploys."""
    folder.mkdir(parents=True, exist_ok=True)
    data = path.read_bytes()
    target = folder / hashlib.sha256(data).hexdigest()
    if target.exists():
        target.touch()
        return
    fresh = target.with_suffix(".new")
    fresh.write_bytes(data)
    fresh.replace(target)
    known = sorted((each for each in folder.iterdir() if not each.suffix), key=lambda each: each.stat().st_mtime)
    for old in known[:-KEPT]:
        old.unlink(missing_ok=True)


def actions(folder, there, path, target):
    """(mpremote's actions that put the slot ``path`` at ``target``, bytes that are sent). ``there``: the SHA-256 in
    hexadecimal of what the board has there, or None. Until the last one nothing but ``target.tmp`` has changed.
    """
    new = path.read_bytes()
    beside = target + ".tmp"  # what a broken deploy leaves behind, the phone sweeps away
    end = ["exec", END % (beside, hashlib.sha256(new).digest(), beside, target)]
    old = folder / there if there else None
    if not old or not old.exists():
        return [["fs", "cp", "-f", str(path), ":" + beside], end], len(new)
    scripts, sent = [_BEGIN % (target, beside)], 0
    for piece in pieces(old.read_bytes(), new):
        lines = ["c(%d,%d)\n" % piece] if isinstance(piece, tuple) else _literals(piece)
        sent += 0 if isinstance(piece, tuple) else len(piece)
        for line in lines:
            if len(scripts[-1]) + len(line) > _LINES:
                scripts.append("")
            scripts[-1] += line
    scripts.append("s.close()\nd.close()\nprint('cp %s')\n" % target)  # as mpremote says it of a file
    return [["exec", text] for text in scripts] + [end], sent


def _literals(data):
    return ["w(%r)\n" % data[at : at + _LITERAL] for at in range(0, len(data), _LITERAL)]


def pieces(old, new):
    """What the image ``new`` consists of: (offset, length) of what ``old`` has as well, bytes of what it has not."""
    known = {old[at : at + size]: at for at, size in _files(old)}
    made, here = [], 0
    for at, size in _files(new):
        place = known.get(new[at : at + size])
        if place is None or size < _LEAST or at + size <= here:
            continue
        skip = max(0, here - at)
        start, end, place = at + skip, at + size, place + skip
        while start > here and place and old[place - 1] == new[start - 1]:
            start, place = start - 1, place - 1
        while end < len(new) and place + end - start < len(old) and old[place + end - start] == new[end]:
            end += 1
        if start > here:
            made.append(new[here:start])
        made.append((place, end - start))
        here = end
    if here < len(new):
        made.append(new[here:])
    return made


def _files(image):
    """(offset, bytes) of each file, in order."""
    return sorted((at, size) for _, at, size in romfs.files(io.BytesIO(image), len(image)))
