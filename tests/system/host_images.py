"""Firmware images for the tests, by the host's own builder."""

from host.images import build_image


def image(payload, version, models):
    return build_image(payload, version=version, models=models)
