"""The phone's identity: its own key and certificate, or uploaded ones. Loaded when one is made, changed or shown."""
