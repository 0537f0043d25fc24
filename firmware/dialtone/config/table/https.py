"""What the client offers, the servers allow and a certificate must hold. Columns: ``config.parameters``."""

ROWS = (
    "https client method|method|TLS|TLS=TLS 1.2 or 1.3 (recommended),TLSv1.3=TLS 1.3 only,TLSv1.2=TLS 1.2 only,"
    "TLSv1=TLS 1.0 exactly (unsafe),SSLv3=SSL 3.0 (unsafe)|live|T|Client method|https_client_method|"
    "HTTPS Client Method|Protocol version that the phone offers when it downloads over HTTPS.",
    "https redirect http get|bool|1||live||HTTP to HTTPS||"
    "HTTPS Server - Redirect HTTP to HTTPS|Sends browsers that ask for a page over HTTP on to the same page over "
    "HTTPS.",
    "https block http post xml|bool|0||live||Block XML POST||"
    "HTTPS Server - Block XML HTTP POSTs|Refuses XML objects that are pushed over plain HTTP. Senders must use "
    "HTTPS.",
    "https validate certificates|bool|1||live|T|Cert check|https_validate_certificates|"
    "Validate Certificates|Accepts only servers whose certificate chain ends at a trusted root.",
    "https validate expires|bool|1||live|T|Expiry check|https_validate_expires|"
    "Check Certificate Expiration|Refuses certificates outside their dates, while Validate Certificates is on.",
    "https validate hostname|bool|1||live|T|Name check|https_validate_hostname|"
    "Check Certificate Hostnames|Refuses certificates for another name, while Validate Certificates is on.",
)
