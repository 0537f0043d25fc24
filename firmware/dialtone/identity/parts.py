"""Which modules an identity needs, for whoever drops them again."""

MODULES = (
    "dialtone.identity.about",
    "dialtone.identity.change",
    "dialtone.identity.current",
    "dialtone.identity.own",
    "dialtone.identity.parts",
    "dialtone.identity.reading",
    "dialtone.identity.stored",
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
