"""``dialtone firmware`` and ``dialtone keys``: images built, looked into, checked and signed."""
