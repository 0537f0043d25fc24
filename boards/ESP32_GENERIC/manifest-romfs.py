# ruff: noqa: F821  include, module and require are names that a manifest is run with
# Frozen into an image with ROMFS: what the port brings, and what finds the phone's code in its slot.
include("$(PORT_DIR)/boards/manifest.py")
module("boot.py", base_path="../../firmware")
module("choose.py", base_path="../../firmware")
module("main.py", base_path="../../firmware")
module("romslot.py", base_path="../../firmware")
module("slotfs.py", base_path="../../firmware")
require("ssd1306")  # the display's driver, of micropython-lib
