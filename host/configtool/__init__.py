"""``dialtone config``: lint, explain, diff and reference of configuration files, with the phone's own parser."""
