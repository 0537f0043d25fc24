"""Whom the client trusts, and by what it is known itself. Columns: ``config.parameters``."""

ROWS = (
    "https user certificates|path||128|reconnect|T|Root file|https_trusted_certs|"
    "Trusted Certificates Filename|PEM file in the folder of the configuration files, or its https:// address, with "
    "more roots to trust. Fetched over verified TLS 1.2 or later only.",
    "https client certificate|path||128|reconnect|T|Client cert|https_client_cert|"
    "Client Certificate Filename|PEM file with a key and its certificates, or its https:// address. Shown to the "
    "configuration and firmware servers that ask for it.",
    "https server certificate|path||128|reconnect|T|Server cert|https_server_cert|"
    "Server Certificate Filename|PEM file with the key and certificates of the phone's own HTTPS server, or its "
    "https:// address. Fetched over verified TLS 1.2 or later only; used if it is good (see Certificates).",
    "https server pin|pin||64|live|T|Server pin|https_server_pin|"
    "Server Key Pin|SHA-256 of the configuration server's public key (64 hexadecimal digits, or base64): no other key "
    "is accepted then, and its issuer need not be trusted.",
    "https trust first use|bool|0||live|T|Trust 1st use|https_trust_first_use|"
    "Trust on First Use|Lets the administrator accept an unknown issuer of the configuration server at the phone's "
    "keys, after comparing fingerprints.",
)
