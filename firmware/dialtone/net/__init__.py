"""Sockets, TLS and tasks: the only packages that wait on the network. Floor 2."""
