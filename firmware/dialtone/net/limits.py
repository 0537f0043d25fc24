"""Bounds of a listener and its connections. A test or a board gives its own: ``Limits(idle_ms=2000)``."""

from micropython import const

PACE_BYTES = const(32768)  # a loop that tries first lets others run after that much ...
PACE_MS = const(10)  # ... or that long: a keypad press must not wait for a download (52 ms stalls were measured)
SWEEP_MS = const(500)  # between two looks at the deadlines; they are seconds long, a half more does not matter
COLLECT_MS = const(250)  # between two collections after closed TLS sessions: a full one takes about 2 ms


class Limits:
    """Attributes are the defaults below; keywords replace some of them. TypeError for a name that is none."""

    # Sized for the simulator and boards with PSRAM, and for a browser's six parallel connections from one address.
    # A board with lwIP's 10 sockets takes 3 per listener.
    connections = 20
    per_peer = 16  # one address leaves room for a few others
    sessions = 20  # of them with TLS, that of a whole board being 22 to 25 KB: boards/<NAME>/board.toml has fewer
    backlog = 128  # waiting for accept: one too many is dropped by the system, and its peer tries again after 1 s

    first_byte_ms = 10000  # browsers open spare connections and say nothing (the stuck-server complaint)
    handshake_ms = 10000  # an ESP32 needs about 1 s for P-256, two at once 2 s; and a request must follow
    request_ms = 15000  # one request from its first byte to its last, however slowly it drips
    write_ms = 30000  # one answer to a reader who does not read
    idle_ms = 60000  # between two requests; a purge makes room earlier
    drain_ms = 1000  # how long stop() waits for answers that are being made

    def __init__(self, **changes):
        for name in changes:
            if not hasattr(self, name):
                raise TypeError("no limit is named " + name)
            setattr(self, name, changes[name])
