"""The management plane of an IP phone: see docs/architecture.md for the floors and what imports what."""
