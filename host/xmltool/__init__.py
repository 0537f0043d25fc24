"""``dialtone push`` and ``dialtone xml lint``: for people who write XML applications."""
