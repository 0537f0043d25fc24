"""The one module that imports TLS. A wrapped object has ``readinto``, ``write`` and ``close`` like a raw one.

Contexts are made in serving.py for the server and in trust.py for the client, both loaded on demand.
"""

try:
    import tls
except ImportError:
    try:
        import ssl as tls
    except ImportError:
        import ussl as tls  # noqa: F401  for serving.py and trust.py


def server_context(certificate, key):
    """See serving.server_context."""
    from dialtone.net import serving

    return serving.server_context(certificate, key)


def client_context():
    """For ``client.context`` of a connection that comes later: 1.9 KB in one piece, taken while there is room."""
    return tls.SSLContext(tls.PROTOCOL_TLS_CLIENT)


def wrap_server(context, raw):
    """The server side; its handshake happens inside the first read. OSError when there is no memory for it."""
    return context.wrap_socket(raw, server_side=True, do_handshake_on_connect=False)
