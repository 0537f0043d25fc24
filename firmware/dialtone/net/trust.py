"""A TLS client's side: trust anchors, methods and handshake. Loaded for a handshake; verdict.py tells of failures."""

from dialtone.errors import DeviceError, PeerError
from dialtone.net import seam
from dialtone.net.tls import tls
from dialtone.tls import methods

_SETTINGS = "Check https client method and the server's TLS settings"


def client_context(method, anchors, verify):
    """A context for ``wrap_client``: ``method`` as in tls/methods.py, ``anchors`` PEM bytes.

    ``verify``: chain, dates and name are checked; False = nothing is.
    DeviceError when this build lacks the method, or there is nothing to verify against.
    """
    names = methods.suites(method)
    context = tls.SSLContext(tls.PROTOCOL_TLS_CLIENT)
    context.verify_mode = tls.CERT_REQUIRED if verify else tls.CERT_NONE
    if verify:
        if not anchors:
            raise DeviceError("No trusted certificate is installed", "Install the server's CA certificate")
        try:
            context.load_verify_locations(bytes(anchors))
        except (ValueError, OSError):
            raise DeviceError("The trusted certificates are damaged", "Install the server's CA certificate again")
    if names:
        _offer(context, names, method)
    return context


async def handshake(wrapped, raw, method):
    """Completes the handshake of ``wrapped`` over ``raw`` before any byte of ours.

    PeerError with the reason if it fails, or ended in a version that ``method`` does not allow.
    """
    byte = bytearray(1)
    try:
        while True:
            count = wrapped.readinto(byte)  # a pending read drives the handshake, an empty write does not
            if count:
                raise PeerError("The server speaks before it was asked", "It may not be a web server")
            if wrapped.getpeercert(True) is not None:  # the only safe sign of the end: cipher() crashes before it
                methods.check_negotiated(method, wrapped.cipher()[1])
                return
            if count == 0:
                raise PeerError("The server closed the connection during the TLS handshake", _SETTINGS)
            await seam.readable(raw)
    except (ValueError, OSError) as error:
        from dialtone.net.verdict import failure

        raise failure(error, method)


def _offer(context, names, method):
    try:
        context.set_ciphers(names)
    except (ValueError, OSError):  # a build need not have all of them
        known = context.get_ciphers()
        names = [name for name in names if name in known]
        if not names:
            raise DeviceError("This phone's TLS has no " + method, "Choose another https client method")
        context.set_ciphers(names)
