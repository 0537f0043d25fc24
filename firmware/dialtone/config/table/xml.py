"""XML applications and push. Columns: ``config.parameters``."""

ROWS = (
    "xml application post list|list||host|live|X|Push list|postList|"
    "XML Push Server List (Approved IP Addresses)|Addresses and names that may push XML objects, separated by "
    "commas. Empty: nobody may.",
    "xml application uri|url||http https|live||XML URI|xmlAppUri|"
    "XML Application URI|Opened by the Services key, and from its menu.",
    "xml application title|text||32|live||XML title|xmlAppTitle|"
    "XML Application Title|Name of that entry in the Services menu.",
    "xml status scroll delay|int|5|1..25|live||Scroll delay||"
    "Status Scroll Delay (seconds)|From one message of Status objects to the next on a display with room for one.",
    "xml get timeout|int|30|0..3600|live||XML timeout||"
    "XML Get Timeout|Seconds to wait for an XML server. 0 leaves it to the phone's own limit.",
)
