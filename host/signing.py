"""Keys that firmware is signed with: made, read and used on the PC. They are kept outside the repository."""

import hashlib
import os
from pathlib import Path

from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature, encode_dss_signature

from host.places import ROOT

DEMO = ROOT / "build" / "demo-firmware-key.pem"  # of simulators alone: made at set-up, never committed
_WORDS = 32  # bytes of one number of a key or signature


class SigningError(Exception):
    """A key cannot be made, read or used; the text says what to do."""


def new(path, passphrase=b""):
    """Makes a private key in the file ``path`` with mode 0600; returns it. Never over another file."""
    path = Path(path).expanduser()
    if path.resolve().is_relative_to(ROOT) and not path.resolve().is_relative_to(ROOT / "build"):
        raise SigningError("%s lies in the repository. A private key belongs somewhere else." % path)
    key = ec.generate_private_key(ec.SECP256R1())
    how = serialization.BestAvailableEncryption(passphrase) if passphrase else serialization.NoEncryption()
    text = key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, how)
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        with open(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            file.write(text)
    except FileExistsError:
        text = "%s is there already, and phones that know it take no other: keep it. A second key needs another name."
        raise SigningError(text % path) from None
    except OSError as error:
        raise SigningError("%s cannot be written: %s." % (path, error.strerror)) from None
    return key


def load(path, ask=None):
    """The private key in ``path``; ``ask()`` gives the passphrase of one that has one."""
    try:
        path = Path(path).expanduser()
        data = path.read_bytes()
        mode = path.stat().st_mode
    except OSError as error:
        raise SigningError("The key %s cannot be read: %s." % (path, error.strerror)) from None
    if os.name == "posix" and mode & 0o077 and b"PRIVATE KEY" in data:
        raise SigningError("%s is a private key, and others can read it. First: chmod 600 %s" % (path, path))
    try:
        return _load(data, None)
    except TypeError:
        pass  # it has a passphrase
    except (ValueError, UnsupportedAlgorithm):
        raise SigningError("%s holds no private key in PEM form." % path) from None
    try:
        return _load(data, ask() if ask else b"")
    except (TypeError, ValueError):
        text = (
            "That is not the passphrase of %s. If it is lost: make another key under another name (`dialtone keys new "
            "FILE`), and bring it to each board by its cable, make deploy PORT=... ARGS='--firmware-key FILE'."
        )
        raise SigningError(text % path) from None


def _load(data, passphrase):
    key = serialization.load_pem_private_key(data, passphrase)
    if not isinstance(key, ec.EllipticCurvePrivateKey) or not isinstance(key.curve, ec.SECP256R1):
        raise SigningError("The key is none of ECDSA P-256. Make one with `dialtone keys new FILE`.")
    return key


def public(key):
    """The 64 bytes x, y of a private or public key."""
    numbers = (key.public_key() if hasattr(key, "public_key") else key).public_numbers()
    return numbers.x.to_bytes(_WORDS, "big") + numbers.y.to_bytes(_WORDS, "big")


def read_public(path, ask=None):
    """The 64 bytes of the public key in a file: of a private key, a public one in PEM form, or 128 hex digits."""
    try:
        data = Path(path).expanduser().read_bytes()
        if b"PRIVATE KEY" in data:
            return public(load(path, ask))
        if b"PUBLIC KEY" in data:
            return public(serialization.load_pem_public_key(data))
        found = bytes.fromhex(data.decode().strip())
        ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), b"\x04" + found)
        return found
    except OSError as error:
        raise SigningError("The key %s cannot be read: %s." % (path, error.strerror)) from None
    except (ValueError, AttributeError):
        raise SigningError("%s holds no key of ECDSA P-256." % path) from None


def key_id(key):
    """The 8 bytes that an image's header calls ``key`` (64 bytes)."""
    return hashlib.sha256(key).digest()[:8]


def sign(key, data):
    """64 bytes r, s over ``data``; the same for the same input (RFC 6979)."""
    der = key.sign(data, ec.ECDSA(hashes.SHA256(), deterministic_signing=True))
    return b"".join(number.to_bytes(_WORDS, "big") for number in decode_dss_signature(der))


def verifies(key, data, signature):
    """Whether ``signature`` is that of ``key`` (64 bytes) over ``data``."""
    try:
        point = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), b"\x04" + key)
        numbers = [int.from_bytes(signature[at : at + _WORDS], "big") for at in (0, _WORDS)]
        point.verify(encode_dss_signature(*numbers), data, ec.ECDSA(hashes.SHA256()))
        return True
    except (InvalidSignature, ValueError):
        return False


def demo():
    """The simulators' own key. Everybody can make images with it: no board takes one."""
    if not DEMO.exists():
        try:
            new(DEMO)
        except SigningError:
            pass  # another simulator of this checkout was faster
    return load(DEMO)


def is_demo(key):
    """Whether ``key`` (64 bytes) is the simulators' own."""
    return DEMO.exists() and public(load(DEMO)) == key
