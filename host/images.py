"""Builds ``<model>.st`` firmware images on the PC, for the demo server, the tests and later the release tools."""

import argparse
import hashlib
import pathlib
import sys

from dialtone.update import image


def build_image(payload, version, models, kind=image.APPLICATION, room=0):
    """Bytes of an image file: header, ``room`` zero bytes (for a hash list and a signature), then ``payload``.

    ``models`` is a sequence such as ``("57i", "53i")`` or ``("*",)``. The same input gives the same bytes.
    Raises CallerError when a field does not fit into the header.
    """
    header = image.Header(
        kind, tuple(models), version, len(payload), hashlib.sha256(payload).digest(), image.HEADER_BYTES + room
    )
    data = image.build_header(header)
    image.parse_header(data)  # what a phone would refuse is not worth building
    return data + bytes(room) + payload


def main(arguments=None):
    """Command line: ``images.py --payload FILE --version V --model M[,M] --output FILE``."""
    parser = argparse.ArgumentParser(description="build a <model>.st firmware image from a payload file")
    parser.add_argument("--payload", required=True, type=pathlib.Path)
    parser.add_argument("--version", required=True)
    parser.add_argument("--model", required=True, help="comma separated, * for every model")
    parser.add_argument("--output", required=True, type=pathlib.Path)
    options = parser.parse_args(arguments)
    models = [name.strip() for name in options.model.split(",")]
    options.output.write_bytes(build_image(options.payload.read_bytes(), options.version, models))
    return 0


if __name__ == "__main__":
    sys.exit(main())
