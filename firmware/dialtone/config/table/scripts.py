"""What the keys with a name open. Columns: ``config.parameters``."""

ROWS = (
    "services script|url||http https|live||Services key||Services Key Script|Opened by the Services key.",
    "directory script|url||http https|live||Directory key||Directory Key Script|Opened by the Directory key.",
    "callers list script|url||http https|live||Callers key||Callers Key Script|Opened by the Callers List key.",
    "redial script|url||http https|live||Redial key||Redial Key Script|Opened by the Redial key.",
    "voicemail script|url||http https|live||Voicemail key||Voicemail Key Script|Opened by the Voicemail key.",
    "conf script|url||http https|live||Conf key||Conference Key Script|Opened by the Conference key.",
    "xfer script|url||http https|live||Xfer key||Transfer Key Script|Opened by the Transfer key.",
    "icom script|url||http https|live||Icom key||Intercom Key Script|Opened by the Intercom key.",
)
