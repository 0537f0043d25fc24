#define MICROPY_HW_BOARD_NAME "WT32-ETH01 with Dialtone"
#define MICROPY_HW_MCU_NAME "ESP32"

// Its chip is wired to the socket: no Bluetooth, which would take 20 KB of the heap.
#define MICROPY_PY_BLUETOOTH (0)
