"""A TLS client's side: its context, its handshake, and who decides about the server's certificates.

Loaded for a handshake; appeal.py is for failures. The platform's TLS checks chains, for it knows all algorithms, and
names all that is wrong at once; only then, by the switches of the settings, something may be let pass.
"""

from binascii import hexlify
from hashlib import sha256

from dialtone.errors import DeviceError, DialtoneError, PeerError
from dialtone.net import anchors, seam
from dialtone.net.tls import tls
from dialtone.tls import methods
from dialtone.x509.skim import Skim
from micropython import const

_REFUSE = const(-0x3000)  # mbed TLS's "fatal": a positive number would pass for a byte that was read
_SUBJECT = const(40)  # characters of a subject kept for the list of TLS events
_SETTINGS = "Check https client method and the server's TLS settings"


class Judge:
    """Decides about the certificates of ``host`` in one handshake by ``method`` (as in tls/methods.py).

    ``tolerated``: codes (of verdict.py) of faults that the settings let pass; None = nothing is checked but the pin.
    ``pin``: "" or SHA-256 in hex of the server's key (DER of its SubjectPublicKeyInfo), instead of a trusted chain.
    ``root``: place of an anchor of the built-in set to use instead of the phone's own.
    ``pardon``: (digest of a chain, codes) when a handshake before has found that these are all that is wrong with it.

    Afterwards ``faults`` has what was found wrong, ``subjects`` the chain from its top, ``marks`` of its issuers,
    ``key`` and ``print`` the hex SHA-256 of key and certificate, ``agreed`` (version, suite), ``verified`` whether all
    is good, and TLS 1.2 or later.
    """

    def __init__(self, platform, host, method, tolerated, pin="", root=None, pardon=None):
        self.platform = platform
        self.host = host
        self.method = method
        self.tolerated = tolerated
        self.pin = pin
        self.root = root
        self.pardon = pardon
        self.faults = list(pardon[1]) if pardon else []
        self.subjects = []
        self.marks = []
        self.key = self.print = ""
        self.agreed = "", ""
        self.digest = sha256()
        self.chain = b""
        self.error = self.context = self.session = self.said = None
        self.made = None  # a context that was made already
        self.looks = self.last = self.refused = self.verified = False

    def wrap(self, raw, identity=None):
        """The session: ``raw`` with TLS around it. ``identity``: (certificates, key) as PEM for a server that asks.

        DeviceError when this build lacks the method, or there is nothing to verify against.
        """
        made, self.made = self.made, None
        if self.method in methods.OLD:
            from dialtone.net import legacy

            self.session = legacy.wrap(raw, self.host, self.method, self.platform.random, self._accept)
            return self.session
        suites = methods.suites(self.method)
        context = made or tls.SSLContext(tls.PROTOCOL_TLS_CLIENT)
        self.looks = hasattr(context, "verify_callback")
        mode = tls.CERT_NONE
        if self.tolerated is not None or self.pin:
            # With a pardon the anchors are there so that the same chain is built
            lenient = self.pin and self.looks or not self._load(context) or self.pardon
            mode = tls.CERT_OPTIONAL if lenient and self.looks else tls.CERT_REQUIRED
        self.last = mode != tls.CERT_REQUIRED or identity  # nobody else will refuse, or the client would show itself
        context.verify_mode = mode
        if self.looks and mode != tls.CERT_NONE:
            context.verify_callback = self.see
            self.context = context
        if suites:
            _offer(context, suites, self.method)
        if identity:
            try:
                context.load_cert_chain(*identity)
            except (ValueError, OSError):
                raise DeviceError("The client certificate is damaged", "Install it again with its key")
        self.session = context.wrap_socket(raw, server_hostname=self.host, do_handshake_on_connect=False)
        return self.session

    def _load(self, context):
        """Loads the anchors; whether there were any. Without, the handshake only finds out which one to look for."""
        count = 0
        try:
            if self.root is not None:
                context.load_verify_locations(anchors.at(self.platform, self.root))
                return True
            for der in anchors.own(self.platform):
                context.load_verify_locations(bytes(der))
                count += 1
        except (ValueError, OSError):
            raise DeviceError("The trusted certificates are damaged", "Install the server's CA certificate again")
        if not count:
            if not self.platform.roots:
                raise DeviceError("No trusted certificate is installed", "Install the server's CA certificate")
            self.add("issuer")
        return count

    def _accept(self, chain):
        """For the old methods, whose engine checks nothing: ``chain`` of DER, the server's first. PeerError if bad."""
        from dialtone.net import appeal

        appeal.accept(self, chain)

    def wrong(self):
        """Those of the faults that the settings do not let pass."""
        if self.tolerated is None:
            return [code for code in self.faults if code == "pin"]
        return [code for code in self.faults if code not in self.tolerated]

    def finish(self):
        """After the handshake and before any byte of ours. PeerError as for ``handshake``."""
        suite, version = self.session.cipher()[:2]
        self.agreed = version, suite
        methods.check_negotiated(self.method, version)
        if not self.subjects:
            self.see(self.session.getpeercert(True), 0)  # nobody has seen it yet
        if self.refused or self.wrong():
            raise PeerError("")
        self.verified = self.tolerated is not None and not self.faults and version in ("TLSv1.2", "TLSv1.3")

    def release(self):
        """When the handshake is over, well or not: whoever holds the session then, holds none of this code by it."""
        if self.context:
            self.context.verify_callback = None

    def plain(self):
        """What appeal.py needs to know, without any object of this module."""
        return (
            self.platform, self.method, self.tolerated, self.root, self.pardon, self.faults, self.subjects, self.marks,
            self.key, self.print, self.agreed, self.chain, self.error, self.said, self.looks, self.refused,
        )  # fmt: skip

    def see(self, der, depth):
        """The verify callback. Between it and whoever waits for the handshake lies C: it must not raise."""
        try:
            self.digest.update(der)
            self.note(der, depth)
            if depth:
                return 0
            self.chain = self.digest.digest()  # once: MicroPython's hashes are final then
            if self.pardon and self.chain != self.pardon[0]:
                raise PeerError("The server has sent another certificate than a moment ago", "Try again")
            if not self.last or not self.wrong():
                return 0
        except MemoryError:
            self.error = DeviceError("Not enough memory to check a certificate", "Restart the phone")
        except DialtoneError as error:
            self.error = error
        self.refused = True
        return _REFUSE

    def note(self, der, depth):
        """Takes down one certificate of the chain, and what is wrong with it; 0 is the depth of the server's own."""
        try:
            one = Skim(der)
            self.subjects.append(one.name[:_SUBJECT])
            self.marks.append(one.issuer[: anchors.MARK])
            if not depth or not self.pin:
                self.dates(one.begins, one.ends)
            if not depth:
                self.key = hexlify(one.spki).decode()
                self.print = hexlify(sha256(der).digest()).decode()
                if self.pin and self.pin != self.key:
                    self.add("pin")
                if not one.fits(self.host):
                    self.add("name")
        except (ValueError, IndexError):
            self.add("damaged")

    def dates(self, begins, ends):
        """Compares the phone's clock with a certificate's dates."""
        now = self.platform.clock.stamp()
        if now < begins:
            self.add("future")
        if now > ends:
            self.add("expired")

    def add(self, code):
        """Adds a fault, once."""
        if code not in self.faults:
            self.faults.append(code)


async def handshake(judge, raw):
    """Completes the handshake of ``judge.session`` over ``raw`` before any byte of ours.

    PeerError if it fails, or ended in a version that the method does not allow. One without a text is explained by
    ``appeal.explain(judge.plain())``, when this module has left the heap.
    """
    byte = bytearray(1)
    session = judge.session
    try:
        while True:
            count = session.readinto(byte)  # a pending read drives the handshake, an empty write does not
            if count:
                raise PeerError("The server speaks before it was asked", "It may not be a web server")
            if session.getpeercert(True) is not None:  # the only safe sign of the end: cipher() crashes before it
                judge.finish()
                return
            if count == 0:
                raise PeerError("The server closed the connection during the TLS handshake", _SETTINGS)
            await seam.readable(raw)
    except (ValueError, OSError) as error:
        judge.said = isinstance(error, ValueError), str(error.args[-1] if error.args else error)
        raise PeerError("")


def _offer(context, names, method):
    try:
        context.set_ciphers(names)
    except (ValueError, OSError):  # a build need not have all of them
        known = context.get_ciphers()
        names = [name for name in names if name in known]
        if not names:
            raise DeviceError("This phone's TLS has no " + method, "Choose another https client method")
        context.set_ciphers(names)
