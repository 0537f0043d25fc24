"""Requests to answers: one connection loop, one ordered list of policies, one door."""
