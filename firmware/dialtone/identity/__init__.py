"""The phone's identity: its own key and certificate, or uploaded ones. Loaded when one is made, changed or shown."""

MODULES = (
    "dialtone.identity.current",
    "dialtone.identity.own",
    "dialtone.identity.upload",
    "dialtone.identity",
    "dialtone.crypto.p256",
    "dialtone.crypto.rsa",
    "dialtone.crypto",
    "dialtone.x509.certificate",
    "dialtone.x509.dates",
    "dialtone.x509.der",
    "dialtone.x509.keys",
    "dialtone.x509.pem",
    "dialtone.x509.writer",
    "dialtone.net.serving",
    "dialtone.tls.suites",
)
