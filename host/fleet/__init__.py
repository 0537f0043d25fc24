"""Rehearses many phones at once against a configuration server, on Locust. See docs/fleet.md."""
