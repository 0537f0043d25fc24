"""Where firmware comes from. Columns: ``config.parameters``."""

ROWS = (
    "firmware server|url||http https ftp tftp|restart||Firmware URL||"
    "Firmware Server|URL of the folder with the firmware image. When it is empty, the configuration server is "
    "asked.",
)
