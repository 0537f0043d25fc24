// Named by our own variant files before this one is read, so both names may be replaced.
#ifndef MICROPY_HW_BOARD_NAME
#define MICROPY_HW_BOARD_NAME "ESP32 with Dialtone"
#endif

#ifndef MICROPY_HW_MCU_NAME
#define MICROPY_HW_MCU_NAME "ESP32"
#endif

// The phone has no use for Bluetooth: without it there is more heap, and room for a whole phone beside MicroPython.
#define MICROPY_PY_BLUETOOTH (0)

// The phone answers multicast DNS itself, its web page included. MicroPython's responder knows no more than the name, and
// would keep the port; with it goes the look-up of names in .local.
#define MICROPY_HW_ENABLE_MDNS_QUERIES (0)
#define MICROPY_HW_ENABLE_MDNS_RESPONDER (0)
