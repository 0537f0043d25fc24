"""XML applications and push. Columns: ``config.parameters``."""

ROWS = (
    "xml application post list|list||host|live|X|Push list|postList|"
    "XML Push Server List (Approved IP Addresses)|Addresses and names that may push XML objects, separated by "
    "commas. Empty: nobody may.",
    "xml application uri|url||http https|live||XML URI|xmlAppUri|"
    "XML Application URI|Opened by the Services key, and from its menu.",
    "xml application title|text||32|live||XML title|xmlAppTitle|"
    "XML Application Title|Name of that entry in the Services menu.",
    "services script|url||http https|live||Services key||Services Key Script|Opened by the Services key.",
    "directory script|url||http https|live||Directory key||Directory Key Script|Opened by the Directory key.",
    "callers list script|url||http https|live||Callers key||Callers Key Script|Opened by the Callers List key.",
    "redial script|url||http https|live||Redial key||Redial Key Script|Opened by the Redial key.",
    "voicemail script|url||http https|live||Voicemail key||Voicemail Key Script|Opened by the Voicemail key.",
    "conf script|url||http https|live||Conf key||Conference Key Script|Opened by the Conference key.",
    "xfer script|url||http https|live||Xfer key||Transfer Key Script|Opened by the Transfer key.",
    "icom script|url||http https|live||Icom key||Intercom Key Script|Opened by the Intercom key.",
    "xml status scroll delay|int|5|1..25|live||Scroll delay||"
    "Status Scroll Delay (seconds)|From one message of Status objects to the next on a display with room for one.",
    "xml get timeout|int|30|0..3600|live||XML timeout||"
    "XML Get Timeout|Seconds to wait for an XML server. 0 leaves it to the phone's own limit.",
)
