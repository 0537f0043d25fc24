"""The phone's web client: one request at a time over a connection that is kept for the length of a run."""
