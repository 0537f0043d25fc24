"""Where firmware comes from. Columns: ``config.parameters``."""

ROWS = (
    "firmware server|url||http https ftp tftp|reconnect||Firmware URL||"
    "Firmware Server|URL of the folder with the firmware image. When it is empty, the configuration server is "
    "asked.",
    "firmware allow downgrade|bool|0||live|T|Allow older|firmware_allow_downgrade|"
    "Allow Older Firmware|Take an image even if it is older than what runs.",
)
