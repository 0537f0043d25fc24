"""What a board has instead of environment variables; filled by tests/device/test_units.py."""

values = {}
