#define MICROPY_HW_BOARD_NAME "ESP32-S3 with Dialtone"
#define MICROPY_HW_MCU_NAME "ESP32S3"

// The socket called UART works as a console beside the chip's own USB.
#define MICROPY_HW_ENABLE_UART_REPL (1)

#define MICROPY_HW_I2C0_SDA (8)
#define MICROPY_HW_I2C0_SCL (9)

// The phone answers multicast DNS itself, its web page included. MicroPython's responder knows no more than the name, and
// would keep the port; with it goes the look-up of names in .local.
#define MICROPY_HW_ENABLE_MDNS_QUERIES (0)
#define MICROPY_HW_ENABLE_MDNS_RESPONDER (0)
