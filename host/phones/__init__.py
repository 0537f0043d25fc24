"""``dialtone phones``: one command for many phones. See docs/phones.md."""
