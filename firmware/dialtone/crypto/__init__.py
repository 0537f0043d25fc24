"""Cryptography that MicroPython lacks, in plain Python. What each piece is worth: docs/security.md."""
