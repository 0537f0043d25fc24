"""``dialtone serve DIR``: a small configuration server for phones. See docs/servers.md."""
