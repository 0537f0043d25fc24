"""The one module that imports TLS. A wrapped object has ``readinto``, ``write`` and ``close`` like a raw one.

What a client needs beyond that (trust, reasons of failure) is in trust.py, loaded on demand.
"""

try:
    import tls
except ImportError:
    try:
        import ssl as tls
    except ImportError:
        import ussl as tls

from dialtone.errors import DeviceError


def server_context(certificate, key):
    """A context for ``wrap_server`` from DER (or PEM) bytes. DeviceError when they do not fit."""
    try:
        context = tls.SSLContext(tls.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificate, key)
        return context
    except (ValueError, OSError):
        raise DeviceError("The phone's key or certificate is damaged", "Make new ones")


def wrap_server(context, raw):
    """The server side; its handshake happens inside the first read. OSError when there is no memory for it."""
    return context.wrap_socket(raw, server_side=True, do_handshake_on_connect=False)


def client_context(method, anchors, verify):
    """See trust.client_context."""
    from dialtone.net import trust

    return trust.client_context(method, anchors, verify)


def wrap_client(context, raw, host):
    """The client side. ``host`` is what the certificate must name; drive it with ``trust.handshake``."""
    return context.wrap_socket(raw, server_hostname=host, do_handshake_on_connect=False)
