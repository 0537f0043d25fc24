"""Which modules an identity needs, for whoever drops them again."""

# Making a certificate needs these, using it does not
MAKING = (
    "dialtone.identity.about",
    "dialtone.identity.own",
    "dialtone.crypto.p256",
    "dialtone.x509.certificate",
    "dialtone.x509.der",
    "dialtone.x509.keys",
    "dialtone.x509.pem",
    "dialtone.x509.writer",
)
MODULES = MAKING + (
    "dialtone.identity.change",
    "dialtone.identity.current",
    "dialtone.identity.fetched",
    "dialtone.identity.parts",
    "dialtone.identity.reading",
    "dialtone.identity.stored",
    "dialtone.identity.upload",
    "dialtone.identity",
    "dialtone.crypto.rsa",
    "dialtone.crypto",
    "dialtone.x509.dates",
    "dialtone.net.serving",
    "dialtone.tls.suites",
)
