"""XML applications and push. Columns: ``config.parameters``."""

ROWS = (
    "xml application post list|list||host|live||Push list|postList|"
    "XML Push Server List (Approved IP Addresses)|Addresses and names that may push XML objects, separated by "
    "commas. Empty: nobody may.",
    "xml application uri|url||http https|live||XML URI|xmlAppUri|"
    "XML Application URI|Opened from the Services menu. Kept for a later release.",
    "xml application title|text||32|live||XML title|xmlAppTitle|"
    "XML Application Title|Name of that entry in the Services menu. Kept for a later release.",
    "xml get timeout|int|30|0..3600|live||XML timeout||"
    "XML Get Timeout|Seconds to wait for an XML server. 0 leaves it to the phone's own limit.",
    "action uri startup|url||http https|restart||Startup URI|startupField|"
    "Startup Action URI|Requested at the end of the start. Kept for a later release.",
)
