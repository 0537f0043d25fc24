"""TLS policy without I/O: which method of the settings means which versions and suites. Floor 1."""
