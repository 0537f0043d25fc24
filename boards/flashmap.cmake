# For boards whose code lies in flash: MicroPython's file system for that, and what maps the two slots for it.
list(APPEND MICROPY_DEF_BOARD
    MICROPY_VFS_ROM=1
)
list(APPEND MICROPY_SOURCE_BOARD
    ${MICROPY_BOARD_DIR}/../flashmap.c
)
