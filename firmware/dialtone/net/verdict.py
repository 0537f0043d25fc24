"""What a failed TLS handshake means, in plain words. Loaded when one has failed."""

from dialtone.errors import PeerError

# What the TLS library says about a certificate -> (what people read, what they can do). All that fit are shown.
_REASONS = (
    ("expired", "it has expired", "Renew the server's certificate, and check the phone's clock"),
    ("future", "it is not valid yet", "Check the phone's clock"),
    ("match", "it names another host", "Use the name in the certificate, or a certificate for this name"),
    ("revoked", "it was revoked", "Replace the server's certificate"),
    ("signed by", "its issuer is not trusted", "Add the issuer to the trusted certificates"),
    ("unacceptable", "its key or signature is too weak", "Replace the server's certificate"),
)
_SETTINGS = "Check https client method and the server's TLS settings"


def failure(error, method="TLS"):
    """The PeerError that tells what an OSError or ValueError of a TLS handshake means."""
    said = str(error.args[-1] if error.args else error)
    if isinstance(error, OSError):
        if method != "TLS" and "alert" in said.lower():
            return PeerError("The server did not agree to %s (%s)" % (method, said), "Set https client method to TLS")
        return PeerError("The TLS handshake failed (%s)" % said, _SETTINGS)
    found = [row for row in _REASONS if row[0] in said]
    if not found:
        return PeerError("Bad Certificate: " + said.strip().replace("\n", ", "), "Replace the server's certificate")
    return PeerError("Bad Certificate: " + " and ".join([row[1] for row in found]), found[0][2])
