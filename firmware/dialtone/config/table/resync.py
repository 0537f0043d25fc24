"""When configuration and firmware are looked for again. Columns: ``config.parameters``."""

ROWS = (
    "auto resync mode|choice|0|0=None,1=Configuration files,2=Firmware,3=Configuration files and "
    "firmware|live||Resync mode|autoResyncMode|"
    "Auto-Resync Mode|What the phone looks for again by itself. It waits while somebody is in a menu, and restarts "
    "only for what needs it.",
    "auto resync time|time|00:00||live||Resync time|autoResyncTime|"
    "Auto-Resync Time (24-hour)|Local time of the check, hh:mm.",
    "auto resync max delay|int|15|0..1439|live||Resync delay|maxDelay|"
    "Auto-Resync Maximum Delay|Longest random wait after that time, in minutes, so that a fleet does not ask all "
    "at once.",
    "auto resync days|int|0|0..364|live||Resync days|days|"
    "Auto-Resync Days|Days between two checks. 0: each time that the clock shows the time; 1: the same, but not within "
    "the first 24 hours.",
)
