"""HTTP and HTTPS client: one kept connection, redirects, log-in, resume, deadlines."""

# What can be dropped with ``platform.unload`` once a client was closed ...
CONNECTION = (
    "dialtone.client.document",
    "dialtone.client.http_client",
    "dialtone.client.exchange",
    "dialtone.client.link",
    "dialtone.client.digest",
    "dialtone.http.response",
    "dialtone.net.trust",
    "dialtone.net.verdict",
    "dialtone.tls.methods",
    "dialtone.tls.suites",
)
# ... and when no Url is in use any more either.
MODULES = CONNECTION + ("dialtone.http.url", "dialtone.http.forms")
