"""Files that must come. Columns: ``config.parameters``."""

ROWS = (
    "config files mandatory download|text||128|live||Must load|configMandatory|"
    "Mandatory Files|Names of files, such as aastra.cfg, that must come: the phone asks again until they have.",
    "config files number of reattempt|int||-1..999|live||Load retries|configReattempt|"
    "Mandatory Files - Number of Retries|How often it asks again after a start; -1: without end. Empty: not at all.",
    "config files max delay|int||0..86400|live||Retry delay|configMaxDelay|"
    "Mandatory Files - Longest Wait|Longest random wait before it asks again, in seconds. Empty or 0: 300.",
    "config files skip key enabled|bool|0||||Skip key|configSkipKey|"
    "Mandatory Files - Skip Key|Has no effect: this phone works with its saved settings meanwhile, so nobody waits.",
)
