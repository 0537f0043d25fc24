# ruff: noqa: F821  include is a name that a manifest is run with
# Frozen into an image of this board: what the port brings, then the phone.
include("$(PORT_DIR)/boards/manifest.py")
include("../../firmware/manifest.py")
