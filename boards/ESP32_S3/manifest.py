# ruff: noqa: F821  include and require are names that a manifest is run with
# Frozen into an image of this board: what the port brings, then the phone.
include("$(PORT_DIR)/boards/manifest.py")
include("../../firmware/manifest.py")
require("ssd1306")  # the display's driver, of micropython-lib
