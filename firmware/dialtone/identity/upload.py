"""Uploaded keys and certificates."""
