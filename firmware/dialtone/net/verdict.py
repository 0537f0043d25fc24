"""What is wrong with a server's certificate or TLS, in plain words. Loaded when something is."""

from dialtone.errors import PeerError

# Code, what mbed TLS says, what people read, what they can do. All that fit are shown.
_REASONS = (
    ("expired", "has expired", "it has expired", "Renew the server's certificate, and check the phone's clock"),
    ("future", "starts in the future", "it is not valid yet", "Check the phone's clock"),
    (
        "name",
        "not match with the expected CN",
        "it names another host",
        "Use the name in the certificate, or a certificate for this name",
    ),
    ("pin", "\0", "the server's key has changed", "Ask who runs the server, then set or clear https server pin"),
    ("revoked", "revoked", "it was revoked", "Replace the server's certificate"),
    ("issuer", "not correctly signed", "its issuer is not trusted", "Add the issuer to the trusted certificates"),
    ("signature", "\0", "it is not signed by the issuer that it names", "Replace the server's certificate"),
    ("key", "unacceptable", "its key or signature is too weak", "Replace the server's certificate"),
    ("usage", "Usage does not match", "it is not for servers", "Replace the server's certificate"),
    ("authority", "\0", "it was issued by a certificate that may not issue", "Replace the server's certificate"),
    ("path", "\0", "it has more issuers than one of them allows", "Replace the server's certificate"),
    ("long", "A fatal error occurred", "its chain is too long", "Replace the server's certificate"),
    ("critical", "extension tag or value", "it asks for something unknown", "Replace the server's certificate"),
    ("algorithm", "\0", "it is signed in a way that this method cannot check", "Set https client method to TLS"),
    ("other", "\0", "it is refused by the phone's TLS", "Look at its usage and algorithms, or replace it"),
    ("damaged", "\0", "it cannot be read", "Replace the server's certificate"),
)
_SETTINGS = "Check https client method and the server's TLS settings"
_STRICT = ". This phone's TLS cannot check less"


def codes(said):
    """The codes that fit what the TLS library says about a certificate, line by line: none is passed over."""
    found = []
    for line in said.split("\n"):
        if line.strip():
            found += [row[0] for row in _REASONS if row[1] in line] or ["other"]
    return found


def wrong(faults, tolerated):
    """Those of ``faults`` that are not ``tolerated`` (None: only a pin counts)."""
    if tolerated is None:
        return [code for code in faults if code == "pin"]
    return [code for code in faults if code not in tolerated]


def refusal(faults, strict=False):
    """The PeerError for a list of codes. ``strict``: no setting of the phone can change it."""
    rows = [row for row in _REASONS if row[0] in faults]
    text = "Bad Certificate: " + " and ".join([row[2] for row in rows])
    return PeerError(text + (_STRICT if strict else ""), rows[0][3])


def failure(said, method="TLS"):
    """The PeerError for what the TLS library says of a handshake that failed for another reason."""
    if method != "TLS" and "alert" in said.lower():
        return PeerError("The server did not agree to %s (%s)" % (method, said), "Set https client method to TLS")
    return PeerError("The TLS handshake failed (%s)" % said, _SETTINGS)
