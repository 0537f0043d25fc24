"""Fetches the configuration files in the vendor's order and applies all of them or none."""
