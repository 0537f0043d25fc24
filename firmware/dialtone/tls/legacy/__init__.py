"""SSL 3.0 and TLS 1.0 for a client, without I/O: only for ``https client method`` SSLv3 and TLSv1. Floor 1."""
