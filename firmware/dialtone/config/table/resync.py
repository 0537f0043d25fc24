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
    "config files mandatory download|text||128|live||Must load|configMandatory|"
    "Mandatory Files|Names of files, such as aastra.cfg, that must come: the phone asks again until they have.",
    "config files number of reattempt|int||-1..999|live||Load retries|configReattempt|"
    "Mandatory Files - Number of Retries|How often it asks again after a start; -1: without end. Empty: not at all.",
    "config files max delay|int||0..86400|live||Retry delay|configMaxDelay|"
    "Mandatory Files - Longest Wait|Longest random wait before it asks again, in seconds. Empty or 0: 300.",
    "config files skip key enabled|bool|||live||Skip key|configSkipKey|"
    "Mandatory Files - Skip Key|Kept: this phone works with its saved settings meanwhile, so nobody waits.",
)
