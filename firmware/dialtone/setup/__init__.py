"""The set-up access point: a phone without a network asks for one. A start of its own, in place of the phone."""
