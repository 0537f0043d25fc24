"""What the phone keeps across a restart."""
