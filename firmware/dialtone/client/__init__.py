"""HTTP and HTTPS client: one kept connection, redirects, log-in, resume, deadlines."""

# What can be dropped with ``platform.unload`` after a TLS handshake ...
HANDSHAKE = (
    "dialtone.net.trust",
    "dialtone.tls.methods",
    "dialtone.tls.legacy.handshake",
    "dialtone.tls.legacy.keys",
    "dialtone.crypto.rsa",
)
# ... once a client was closed ...
CONNECTION = HANDSHAKE + (
    "dialtone.client.document",
    "dialtone.client.http_client",
    "dialtone.client.exchange",
    "dialtone.client.link",
    "dialtone.client.digest",
    "dialtone.client.tftp",
    "dialtone.net.datagram",
    "dialtone.http.response",
    "dialtone.net.verdict",
    "dialtone.tls.suites",
    "dialtone.net.legacy",
    "dialtone.tls.legacy.record",
    "dialtone.tls.legacy",
    "dialtone.crypto.rc4",
)
# ... and when no Url is in use any more either.
MODULES = CONNECTION + ("dialtone.http.url", "dialtone.http.forms")
