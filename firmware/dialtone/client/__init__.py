"""HTTP and HTTPS client: one kept connection, redirects, log-in, resume, deadlines."""

# What can be dropped with ``platform.unload`` after a TLS handshake ...
HANDSHAKE = (
    "dialtone.client.securing",
    "dialtone.net.trust",
    "dialtone.net.appeal",
    "dialtone.net.verdict",
    "dialtone.net.anchors",
    "dialtone.net.events",
    "dialtone.tls.methods",
    "dialtone.tls.suites",
    "dialtone.tls.legacy.handshake",
    "dialtone.tls.legacy.keys",
    "dialtone.x509.certificate",
    "dialtone.x509.der",
    "dialtone.x509.skim",
    "dialtone.x509.building",
    "dialtone.crypto.p256",
    "dialtone.crypto.rsa",
)
# ... once a client was closed ...
CONNECTION = HANDSHAKE + (
    "dialtone.client.document",
    "dialtone.client.guard",
    "dialtone.client.http_client",
    "dialtone.client.exchange",
    "dialtone.client.link",
    "dialtone.client.digest",
    "dialtone.client.tftp",
    "dialtone.net.datagram",
    "dialtone.http.response",
    "dialtone.net.legacy",
    "dialtone.tls.legacy.record",
    "dialtone.tls.legacy",
    "dialtone.crypto.rc4",
)
# ... and when no Url is in use any more either.
MODULES = CONNECTION + ("dialtone.http.url", "dialtone.http.address", "dialtone.http.forms", "dialtone.client")
