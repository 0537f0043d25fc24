# ruff: noqa: F821  include and require are names that a manifest is run with
# Frozen into an image of this board: what the port brings, then the phone, which runs when no slot has a better one.
include("$(PORT_DIR)/boards/manifest.py")
include("../../firmware/manifest.py")
require("ssd1306")  # the display's driver, of micropython-lib
