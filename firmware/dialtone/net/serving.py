"""A TLS server's context: versions, suites, key and certificate. Loaded when there is a new one to make."""

from dialtone.errors import DeviceError
from dialtone.net.tls import tls
from dialtone.tls.suites import SERVER

ON_DEMAND = ("dialtone.net.serving", "dialtone.tls.suites")
_NOT_13 = "TLS 1.3"


def server_context(certificate, key):
    """A context for ``wrap_server`` from DER (or PEM) bytes; a PEM ``certificate`` may be a chain, the own one first.

    TLS 1.2 and 1.3 with the AEAD suites that this build has. DeviceError when certificate or key are damaged.
    """
    try:
        context = tls.SSLContext(tls.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificate, key)
        context.set_ciphers(_known(context))
        return context
    except (ValueError, OSError):
        raise DeviceError("The phone's key or certificate is damaged", "Make new ones")


def missing(context=None):
    """What this build of MicroPython lacks of what the server would offer, as readable names; [] = nothing.

    ``context``: one of ``server_context``; another one has 2 KB.
    """
    context = context or tls.SSLContext(tls.PROTOCOL_TLS_SERVER)
    known = _known(context)
    context.set_ciphers(known)
    if not [name for name in known if name.startswith("TLS1-3-")]:
        lacking = [_NOT_13]
    else:
        lacking = []
    for name in SERVER:
        if name not in known and not (name.startswith("TLS1-3-") and _NOT_13 in lacking):
            lacking.append(name)
    return lacking


def _known(context):
    # The platform's own list has 180 names on some builds: asking name by name costs less heap.
    known = []
    for name in SERVER:
        try:
            context.set_ciphers([name])
            known.append(name)
        except (ValueError, OSError):
            pass  # a build need not have all of them
    return known
