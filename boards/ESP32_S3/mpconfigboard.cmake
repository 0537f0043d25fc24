# Build from MicroPython's ports/esp32: make BOARD_DIR=<this folder>
set(IDF_TARGET esp32s3)

set(SDKCONFIG_DEFAULTS
    boards/sdkconfig.base
    ${SDKCONFIG_IDF_VERSION_SPECIFIC}
    boards/sdkconfig.ble
    boards/sdkconfig.spiram_sx
    boards/sdkconfig.240mhz
    boards/sdkconfig.spiram_oct
    ${MICROPY_BOARD_DIR}/sdkconfig.board
)

# The console on the chip's own USB, where this MicroPython has a file for it (1.26 does)
if(EXISTS ${CMAKE_CURRENT_SOURCE_DIR}/boards/sdkconfig.usb)
    list(INSERT SDKCONFIG_DEFAULTS 1 boards/sdkconfig.usb)
endif()

set(MICROPY_FROZEN_MANIFEST ${MICROPY_BOARD_DIR}/manifest.py)
set(DIALTONE_PARTITIONS partitions-8MiB.csv)
include(${MICROPY_BOARD_DIR}/../partitions.cmake)
include(${MICROPY_BOARD_DIR}/../flashmap.cmake)
