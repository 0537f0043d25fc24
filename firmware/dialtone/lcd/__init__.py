"""The phone's own face: rows of text and keys. Two sizes: 24 columns x 8 lines, 16 x 3."""
