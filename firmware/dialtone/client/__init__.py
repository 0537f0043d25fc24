"""HTTP and HTTPS client: one kept connection, redirects, log-in, resume, deadlines."""

# What can be dropped with ``platform.unload`` once a client was closed.
MODULES = (
    "dialtone.client.document",
    "dialtone.client.http_client",
    "dialtone.client.exchange",
    "dialtone.client.link",
    "dialtone.client.digest",
    "dialtone.http.url",
    "dialtone.http.forms",
    "dialtone.http.response",
    "dialtone.net.trust",
    "dialtone.tls.methods",
)
