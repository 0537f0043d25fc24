"""Making a P-256 key, its self-signed certificate and a signature, beside the same by OpenSSL."""

import json
import os
import subprocess
import sys

from bench_load import PEERS, script

_TARGET_MS = 100  # on the 64-bit unix port (issue 4)
_NOTE = (
    "From random bytes to DER, without writing it to flash: what a first start does once. "
    "Not measured on a board yet: its LCD and its log tell the time while it happens."
)


def identity(options):
    """One row for each MicroPython build."""
    theirs = _openssl()
    rows = []
    for runtime, heap, title in (("micropython", "2m", "64-bit"), ("micropython32", "112k", "32-bit")):
        figures = script("identity.py", runtime, heap)
        row = {"name": "MicroPython %s: key, certificate and a signature: milliseconds" % title, "unit": " ms"}
        row["values"] = {"ours": figures["all"], "key": figures["key"], "certificate": figures["certificate"]}
        row["values"].update({"signature": figures["signature"], "cryptography (OpenSSL)": theirs})
        row["targets"] = []
        if runtime == "micropython":
            reached = figures["all"] <= _TARGET_MS
            row["targets"] = [{"text": "%d ms or less" % _TARGET_MS, "reached": reached, "value": None}]
        row["note"] = _NOTE
        rows.append(row)
        print("  %-14s %s" % (runtime, figures), flush=True)
    return rows


def _openssl():
    command = [sys.executable, os.path.join(PEERS, "identity_openssl.py")]
    return json.loads(subprocess.run(command, check=True, capture_output=True, text=True, timeout=60).stdout)
