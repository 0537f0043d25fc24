#define MICROPY_HW_BOARD_NAME "ESP32-S3 with Dialtone"
#define MICROPY_HW_MCU_NAME "ESP32S3"

// The socket called UART works as a console beside the chip's own USB.
#define MICROPY_HW_ENABLE_UART_REPL (1)

#define MICROPY_HW_I2C0_SDA (8)
#define MICROPY_HW_I2C0_SCL (9)
