"""How a connection over TLS comes about: which anchor, which switches, which pin, and who sees the phone's own key."""

from binascii import a2b_base64, b2a_base64, hexlify

import net_chains as chains
import net_identity as ids
from dialtone.client import securing
from dialtone.client.link import Link
from dialtone.errors import PeerError
from dialtone.net import anchors, events, tls
from dialtone.net.listener import Listener
from dialtone.net.supervisor import Supervisor
from dialtone.net.table import Table
from dialtone.storage.files import Storage
from dialtone.text import codes
from dialtone.x509.skim import Skim
from scripted_server import Platform
from support import raises, run, tmp_dir

HEAP = "144k"  # the TLS server that is scripted here and the client share one heap
ON = ("https validate certificates", "https validate expires", "https validate hostname")


def der(name):
    return a2b_base64(getattr(chains, name))


def _pem(names):
    return b"".join([ids.pem(der(name)) for name in names.split()])


class _Store:
    layers = ()

    def __init__(self, values):
        self.values = values

    def get(self, name):
        return self.values.get(name, "1" if name in ON else "TLS" if name == "https client method" else "")

    def flag(self, name):
        return self.get(name) == "1"


class _Client:
    """What ``connect`` needs of a Client, and a server with the chain ``served`` to connect to."""

    connect_ms = stall_ms = 5000

    def link(self, origin):
        return Link(origin, self.table, self.buffer, self.stall_ms)

    def __init__(self, served, own="", builtin="", **values):
        self.platform = Platform(Storage(tmp_dir()))
        self.platform.trust_anchor = "anchors.pem"
        if own:
            self.platform.storage.write_atomic("anchors.pem", [_pem(own)])
        if builtin:
            self.platform.roots = self.platform.storage.path("roots.bin")
            with open(self.platform.roots, "wb") as file:
                for name in builtin.split():
                    data = der(name)
                    file.write(Skim(data).subject[: anchors.MARK] + len(data).to_bytes(2, "big") + data)
        self.store = _Store({name.replace("_", " "): values[name] for name in values})
        self.table = Table()
        self.buffer = bytearray(512)
        self.homes = []
        self.plan = self.context = None
        self.served = _pem(served)
        self.handshakes = 0
        self.shown = []
        self.asks = False

    def at_home(self, origin):
        self.platform.home = origin

    def meet(self, times=1, host="localhost", before=None):
        """Connects ``times``; the last Link's ``verified``."""
        return run(self._meet(times, host, before))

    async def _meet(self, times, host, before):
        supervisor = Supervisor(self.platform.log)
        supervisor.spawn("sweeper", self.table.sweep())
        context = tls.server_context(self.served, ids.KEY)
        if self.asks:
            context.load_verify_locations(der("ROOT"))
            context.verify_mode = tls.tls.CERT_OPTIONAL
        listener = Listener("https", "127.0.0.1", 0, self._handle, supervisor, self.table, context)
        listener.start()
        origin = "https", host, listener.port
        if before:
            before(self, origin)
        try:
            for _ in range(times):
                link = await securing.connect(self, origin)
                await link._stream.write(b"x")
                await link._stream.readinto(bytearray(1))
                link.close()
            return link.verified
        finally:
            await listener.stop()
            await supervisor.stop()
            assert not self.table.entries

    async def _handle(self, stream, entry):
        entry.busy()
        if await stream.readinto(bytearray(1)):
            self.shown.append(stream._io.getpeercert(True) if self.asks else None)
            await stream.write(b"y")

    def refused(self, **options):
        with raises(PeerError) as caught:
            self.meet(**options)
        return caught.value.text.replace("Bad Certificate: ", "")


def _count(client):
    """Counts handshakes from now on."""
    real = Link.connect

    async def connect(self, *arguments):
        client.handshakes += 1
        return await real(self, *arguments)

    Link.connect = connect
    return real


def test_an_anchor_of_the_built_in_set_is_found_by_the_issuers_name():
    client = _Client("LEAF INTER", builtin="OTHER_ROOT ROOT ROOT_RSA")
    real = _count(client)
    try:
        assert client.meet(times=2) is True
        assert client.handshakes == 3  # to learn the issuer, and one for each connection
        place = len(der("OTHER_ROOT")) + 10
        assert client.platform.root[1] == place and anchors.at(client.platform, place) == der("ROOT")
    finally:
        Link.connect = real
    assert [event.split("\t")[5] for event in client.platform.tls_events] == ["verified"]


def test_a_built_in_anchor_that_served_before_is_tried_first():
    client = _Client("LEAF INTER", builtin="OTHER_ROOT ROOT")
    real = _count(client)
    try:

        def before(client, origin):
            client.platform.root = origin, len(der("OTHER_ROOT")) + 10

        assert client.meet(before=before) is True and client.handshakes == 1
    finally:
        Link.connect = real


def test_the_phones_own_anchors_come_before_the_built_in_set():
    for own, builtin in (("ROOT", "OTHER_ROOT"), ("OTHER_ROOT", "ROOT"), ("OTHER_ROOT ROOT", ""), ("", "INTER")):
        assert _Client("LEAF INTER", own, builtin).meet() is True
    assert _Client("LEAF INTER ROOT_CROSS", "OTHER_ROOT").meet() is True
    assert _Client("LEAF INTER ROOT_CROSS", "", "ROOT").meet() is True
    assert _Client("LEAF_OF_384", "OTHER_ROOT", "ROOT ROOT_384").meet() is True


def test_an_issuer_that_nobody_knows_and_one_with_another_key():
    assert _Client("LEAF INTER", "OTHER_ROOT", "ROOT_RSA").refused() == "its issuer is not trusted"
    assert _Client("LEAF INTER", "", "ROOT_RSA").refused() == "its issuer is not trusted"
    assert _Client("LEAF INTER", "ROOT_TWIN").refused() == "it is not signed by the issuer that it names"
    assert _Client("LEAF INTER", "", "ROOT_TWIN").refused() == "its issuer is not trusted"


def test_a_handshake_that_is_over_lets_go_of_the_code_that_judged_it():
    """An open connection holds its context, whose callback would hold the code of two modules."""
    from dialtone.net import trust

    real, judges = trust.Judge, []

    class Seen(real):
        def __init__(self, *arguments):
            super().__init__(*arguments)
            judges.append(self)

    for served, values, words in (
        ("LEAF INTER", {}, ""),
        ("LEAF_EXPIRED INTER", {}, "it has expired"),
        ("LEAF_SELF_SIGNED", {"https_server_pin": "0" * 64}, "key has changed"),
    ):
        from dialtone.net import trust  # again: a refusal unloads it

        trust.Judge = Seen
        try:
            client = _Client(served, "ROOT", **values)
            if words:
                assert words in client.refused(before=_Client.at_home)
            else:
                assert client.meet() is True
        finally:
            trust.Judge = real
        assert judges and judges[-1].session and judges[-1].context.verify_callback is None, served
        judges.clear()


def test_each_switch_is_felt():
    for served, values, words in (
        ("LEAF_EXPIRED INTER", {}, "it has expired"),
        ("LEAF_EXPIRED INTER", {"https_validate_expires": "0"}, ""),
        ("LEAF_EXPIRED INTER", {"https_validate_hostname": "0"}, "it has expired"),
        ("LEAF_EXPIRED INTER", {"https_validate_certificates": "0"}, ""),
        ("LEAF_SAN_BESIDE_COMMON INTER", {"https_validate_hostname": "0"}, ""),
        ("LEAF_SAN_BESIDE_COMMON INTER", {"https_validate_expires": "0"}, "it names another host"),
        ("LEAF_SELF_SIGNED", {"https_validate_expires": "0", "https_validate_hostname": "0"}, "its issuer is not"),
        ("LEAF_SELF_SIGNED", {"https_validate_certificates": "0"}, ""),
    ):
        client = _Client(served, "ROOT", **values)
        if words:
            assert words in client.refused(), (served, values)
        else:
            assert client.meet(times=2) is False, (served, values)
    client = _Client("LEAF_EXPIRED INTER", builtin="OTHER_ROOT ROOT", https_validate_expires="0")
    assert client.meet() is False  # to learn the issuer, to have the verdict, and past it
    assert client.platform.tls_events[0].endswith("\taccepted\texpired")


def test_a_pin_is_for_the_configuration_server_alone():
    key = _Client("LEAF INTER", "ROOT", https_server_pin="0" * 64)
    assert key.meet() is True
    assert key.refused(before=_Client.at_home) == "the server's key has changed"
    pin = hexlify(Skim(der("LEAF")).spki).decode()
    assert _Client("LEAF_SELF_SIGNED", "ROOT", https_server_pin=pin).meet(before=_Client.at_home) is True
    assert "issuer" in _Client("LEAF_SELF_SIGNED", "ROOT", https_server_pin=pin).refused()


def test_who_may_be_trusted_at_the_keys():
    """Only an unknown issuer of the configuration server, only if that was asked for."""
    use = {"https_trust_first_use": "1"}
    for served, own, values, home, offered in (
        ("LEAF_SELF_SIGNED", "ROOT", use, True, True),
        ("LEAF INTER", "", use, True, True),
        ("LEAF_SELF_SIGNED", "ROOT", {}, True, False),
        ("LEAF_SELF_SIGNED", "ROOT", use, False, False),
        ("LEAF_SELF_SIGNED", "ROOT", {"https_trust_first_use": "1", "https_server_pin": "0" * 64}, True, False),
        ("LEAF_EXPIRED", "OTHER_ROOT", use, True, False),
        ("LEAF_SAN_BESIDE_COMMON INTER", "OTHER_ROOT", use, True, False),
        ("LEAF INTER", "ROOT_TWIN", use, True, False),
    ):
        client = _Client(served, own, "" if own else "OTHER_ROOT", **values)
        assert client.refused(before=_Client.at_home if home else None)
        assert (client.platform.stranger is not None) == offered, (served, own, values, home)
        if offered:
            host, key, fingerprint = client.platform.stranger
            assert host == "localhost" and len(key) == len(fingerprint) == 64 and key != fingerprint


def test_the_phones_certificate_is_shown_to_its_own_servers_only():
    def home(client, origin):
        client.homes = [("https", "elsewhere", 443), origin]

    key = b"-----BEGIN PRIVATE KEY-----\n" + b2a_base64(ids.KEY) + b"-----END PRIVATE KEY-----\n"
    for before, values, shown in (
        (home, {}, True),
        (home, {"https_validate_expires": "0"}, True),
        (home, {"https_validate_certificates": "0"}, False),
        (None, {}, False),
    ):
        client = _Client("LEAF INTER", "ROOT", **values)
        client.asks = True
        client.platform.storage.write_atomic(anchors.IDENTITIES[0], [key, _pem("LEAF_CLIENT INTER")])
        client.meet(before=before)
        assert client.shown == [der("LEAF_CLIENT") if shown else None], values
    client = _Client("LEAF_EXPIRED INTER", "ROOT")
    client.asks = True
    client.platform.storage.write_atomic(anchors.IDENTITIES[0], [key, _pem("LEAF_CLIENT")])
    assert "expired" in client.refused(before=home) and client.shown == []


def test_events_are_bounded_clean_and_say_the_same_once():
    client = _Client("LEAF INTER", "ROOT")
    assert client.meet(times=3) is True
    (event,) = client.platform.tls_events
    when, name, version, suite, subjects, verdict, reason = event.split("\t")
    assert when == "2027-01-15 08:00" and name.startswith("localhost:") and version[:4] == "TLSv" and suite
    assert (subjects, verdict, reason) == ("Root > Inter > leaf", "verified", "")

    class Seen:
        agreed = "TLSv1.2", "suite\r\n"
        subjects = ["CN=\x1b[31m" + "x" * 300]
        verified = False
        faults = []

    for number in range(30):
        events.note(client.platform, "host%d" % number, Seen, "no\tgood\n" * 12)
    assert len(client.platform.tls_events) == 20
    for event in client.platform.tls_events:
        assert event.startswith("2027-01-15 08:00\thost") and event.count("\t") == 6 and len(event) < 400
        assert not [code for code in codes(event) if code < 32 and code != 9]  # no new identifiers: they need room
    assert client.platform.tls_events[0].split("\t")[1] == "host29"


def test_a_context_that_was_made_before_serves_once_and_checks_as_any_other():
    class Context:
        """Counts who wraps a socket in it."""

        used = 0

        def __init__(self):
            self.real = tls.tls.SSLContext(tls.tls.PROTOCOL_TLS_CLIENT)

        def load_verify_locations(self, data):
            self.real.load_verify_locations(data)

        def wrap_socket(self, raw, **more):
            self.used += 1
            self.real.verify_mode = self.verify_mode
            return self.real.wrap_socket(raw, **more)

    client = _Client("LEAF INTER", own="ROOT")
    made = client.context = Context()
    assert client.meet(times=2) is True
    assert client.context is None and made.used == 1
    stranger = _Client("LEAF INTER", own="OTHER_ROOT")
    made = stranger.context = Context()
    assert stranger.refused() and made.used == 1 and stranger.context is None
