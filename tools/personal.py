"""What a board gets that only its owner has: whom it trusts, whose firmware it takes, its keys and certificates."""

import os
import shutil
import time
from pathlib import Path

import asking
from board_link import DeployError, say
from cryptography import x509
from cryptography.hazmat.primitives import serialization

from host import signing
from host.firmtool.commands import passphrase

BUILD = Path(__file__).resolve().parent.parent / "build" / "board"
_OWN = "own-%d"  # folder in there: of a process, and what it makes for its board alone


def add_options(parser):
    """The options about what only a board's owner knows."""
    text = "network.json for the board: ssid, password, config_server; nobody else may read it"
    parser.add_argument("--network", metavar="FILE", help=text)
    parser.add_argument("--ca", metavar="FILE", help="PEM file of the authority that the phone trusts")
    parser.add_argument("--client", metavar="FILE", help="PEM file with key and certificates for servers that ask")
    text = "key file of `dialtone keys new`: the board gets its public half, and takes firmware that is signed with it"
    parser.add_argument("--firmware-key", metavar="FILE", help=text)
    text = "PEM file of the phone's own HTTPS server: its certificate, those of the issuers, and perhaps the key"
    parser.add_argument("--certificate", metavar="FILE", help=text)
    parser.add_argument("--key", metavar="FILE", help="PEM file with the key of --certificate")
    text = "hosts file of `dialtone phones`: gets a line with the phone's address and certificate"
    parser.add_argument("--hosts", metavar="FILE", help=text)


def judge(options):
    """Raises DeployError for options that cannot be."""
    if options.ca and not os.path.isfile(options.ca):
        raise DeployError("--ca %s cannot be read." % options.ca)
    if options.ca and _holds_key(options.ca):
        raise DeployError("--ca %s holds a private key: give the certificates alone." % options.ca)
    if options.key and not options.certificate:
        raise DeployError("--key goes together with --certificate.")


def files(options):
    """{path on the board: Path of the file here} of whom it trusts and what it shows others. ``forget`` afterwards."""
    found = {}
    for path in (options.client, options.certificate, options.key):
        if path and _holds_key(path):
            asking.private(path)
    if options.ca:
        found["/phone/anchors.pem"] = Path(options.ca)
    if options.firmware_key:
        found["/phone/firmware.keys"] = firmware_key(options.firmware_key)
    if options.client:
        found["/phone/client.pem"] = _client_file(options.client)
    if options.certificate:
        found["/phone/identity.pem"] = identity_file(options.certificate, options.key)
    return found


def _own(name):
    """Place of a file for one board alone, while this process runs: two deploys at once do not swap their keys."""
    folder = BUILD / (_OWN % os.getpid())
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    return folder / name


def forget():
    """Removes what ``files`` has made, also that of a process that was killed: its keys are none of this PC's
    business.
    """
    for folder in BUILD.glob(_OWN.replace("%d", "*")):
        owner = int(folder.name.rpartition("-")[2])
        if owner == os.getpid() or not _runs(owner):
            shutil.rmtree(folder, ignore_errors=True)


def _runs(process):
    try:
        os.kill(process, 0)  # asks only
    except ProcessLookupError:
        return False
    except OSError:
        pass  # it is somebody else's
    return True


def _holds_key(path):
    try:
        return b"PRIVATE KEY" in Path(path).read_bytes()
    except OSError:
        return False  # whoever wants it says so


def remember(path, line):
    """Takes address and certificate of a phone that is up into a hosts file, if any. The cable vouches for both."""
    from host.phones import hosts

    if not path:
        return
    try:
        what, host = hosts.merge(path, [hosts.announced(line)], sure=True)[0]
    except (hosts.BadHosts, OSError, UnicodeError) as error:
        raise DeployError("The phone is up, but its certificate was not noted: %s." % error) from None
    say("%s has its certificate (%s)" % (path, what))


def firmware_key(path):
    """The public half of the key that the board's firmware is signed with, as the phone keeps it."""
    try:
        key = signing.read_public(path, passphrase)
    except signing.SigningError as error:
        raise DeployError(str(error)) from None
    if signing.is_demo(key):
        raise DeployError("That is the simulators' demo key, which everybody has. Make one: `dialtone keys new`.")
    made = _own("firmware.keys")
    made.write_text(key.hex() + "\n")
    return made


def _client_file(path):
    """A PEM file with key and certificates as the phone keeps it: the key first, and only if it belongs to them."""
    try:
        data = Path(path).read_bytes()
        chain = x509.load_pem_x509_certificates(data)
        start = data.rfind(b"-----BEGIN", 0, data.find(b"PRIVATE KEY-----"))
        key = serialization.load_pem_private_key(data[start:], None)
        if key.public_key() != chain[0].public_key():
            raise ValueError("the key does not belong to the first certificate")
    except (OSError, ValueError, TypeError) as error:
        raise DeployError("--client %s cannot be used: %s" % (path, error)) from None
    pem = serialization.Encoding.PEM
    text = key.private_bytes(pem, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    file = _own("client.pem")
    with open(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as out:
        out.write(text + b"".join(each.public_bytes(pem) for each in chain))
    return file


def identity_file(certificate, key):
    """Judges a key and its certificates as the phone would; returns the path of what it keeps of them."""
    from host.places import allow_firmware_imports

    allow_firmware_imports()
    import dialtone_shims  # noqa: F401  MicroPython's names
    from dialtone.errors import CallerError
    from dialtone.identity import upload

    try:
        data = b"".join(Path(path).read_bytes() + b"\n" for path in (certificate, key) if path)
        found = upload.check(data, int(time.time()), b"")
    except OSError as error:
        raise DeployError("%s cannot be read: %s." % (error.filename, error.strerror)) from None
    except CallerError as error:
        raise DeployError("--certificate was not taken: %s." % error) from None
    made = _own("identity.pem")
    with open(made, "w", encoding="ascii", opener=lambda path, flags: os.open(path, flags, 0o600)) as file:
        file.writelines(upload.text(found))
    return made
