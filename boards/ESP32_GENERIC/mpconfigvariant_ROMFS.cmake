# The phone's code lies in a ROMFS partition: nothing of it is frozen but what chooses the slot.
set(MICROPY_FROZEN_MANIFEST ${MICROPY_BOARD_DIR}/manifest-romfs.py)
set(DIALTONE_PARTITIONS partitions-4MiB-romfs.csv)
include(${MICROPY_BOARD_DIR}/../partitions.cmake)
include(${MICROPY_BOARD_DIR}/../flashmap.cmake)

list(APPEND MICROPY_DEF_BOARD
    MICROPY_HW_BOARD_NAME="ESP32 with Dialtone in ROMFS"
)
