"""The front panel: a page on this computer that shows the phone, presses its keys and makes things go wrong."""
