# Build from MicroPython's ports/esp32: make BOARD_DIR=<this folder> [BOARD_VARIANT=ROMFS]
set(IDF_TARGET esp32)

set(SDKCONFIG_DEFAULTS
    boards/sdkconfig.base
    ${SDKCONFIG_IDF_VERSION_SPECIFIC}
    ${MICROPY_BOARD_DIR}/sdkconfig.board
)

set(MICROPY_FROZEN_MANIFEST ${MICROPY_BOARD_DIR}/manifest.py)
set(DIALTONE_PARTITIONS partitions-4MiB.csv)
include(${MICROPY_BOARD_DIR}/../partitions.cmake)
