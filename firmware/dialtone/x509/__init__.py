"""Certificates as bytes: PEM blocks and fingerprints. Floor 1."""
