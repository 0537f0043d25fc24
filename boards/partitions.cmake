# ESP-IDF looks for the partition table below MicroPython's port. A folder outside of it must say the whole path, which
# only CMake knows: so the line is written at build time. Later lines win over earlier ones.
file(WRITE ${CMAKE_BINARY_DIR}/sdkconfig.${DIALTONE_PARTITIONS}
    "CONFIG_PARTITION_TABLE_CUSTOM=y\n"
    "CONFIG_PARTITION_TABLE_CUSTOM_FILENAME=\"${MICROPY_BOARD_DIR}/${DIALTONE_PARTITIONS}\"\n"
)
list(APPEND SDKCONFIG_DEFAULTS ${CMAKE_BINARY_DIR}/sdkconfig.${DIALTONE_PARTITIONS})
