"""When configuration and firmware are looked for again. Columns: ``config.parameters``."""

ROWS = (
    "auto resync mode|choice|0|0=None,1=Configuration files,2=Firmware,3=Configuration files and "
    "firmware|live||Resync mode|autoResyncMode|"
    "Auto-Resync Mode|What the phone looks for again every day. Kept for a later release.",
    "auto resync time|time|00:00||live||Resync time|autoResyncTime|"
    "Auto-Resync Time (24-hour)|Local time of the daily check, hh:mm. Kept for a later release.",
    "auto resync max delay|int|15|0..1439|live||Resync delay|maxDelay|"
    "Auto-Resync Maximum Delay|Longest random wait after that time, in minutes, so that a fleet does not ask all "
    "at once. Kept for a later release.",
    "auto resync days|int|0|0..364|live||Resync days|days|"
    "Auto-Resync Days|Days between two checks. Kept for a later release.",
)
