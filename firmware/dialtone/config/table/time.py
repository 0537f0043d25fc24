"""Time zone. Columns: ``config.parameters``."""

ROWS = (
    "time zone name|text|UTC|32|live||Time zone|tzName|"
    "Time Zone|As on the real phones: DE-Berlin, US-Eastern, GB-London ... Custom, or a name that is not known, takes "
    "the values below.",
    "time zone minutes|int||-840..720|live||Zone minutes|tzMinutes|"
    "Time Zone Minutes|Of a custom zone: minutes west of Greenwich, so -60 for Central Europe.",
    "dst config|choice|3|0=Off,1=30 minutes,2=One hour,3=Automatic|live||DST|dstConfig|"
    "Daylight Savings|Automatic follows the zone, or the dates below.",
    "dst minutes|int||0..60|live||DST minutes|dstMinutes|"
    "DST Minutes|Of a custom zone: how far clocks are put forward. Empty: 60.",
    "dst start relative date|bool|||live||DST start rel.|dstStartRelative|"
    "DST Start - Relative Date|Off: month and day; on: month, week and day of the week.",
    "dst start month|int||1..12|live||DST st. month|dstStartMonth|DST Start - Month|Empty: no daylight saving.",
    "dst start week|int||-1..5|live||DST st. week|dstStartWeek|"
    "DST Start - Week|1 to 5: which of these days of the month; -1: the last.",
    "dst start day|int||1..31|live||DST st. day|dstStartDay|"
    "DST Start - Day|Day of the month, or 1 (Sunday) to 7 (Saturday).",
    "dst start hour|int||0..23|live||DST st. hour|dstStartHour|DST Start - Hour|By the clock that is put forward.",
    "dst end relative date|bool|||live||DST end rel.|dstEndRelative|"
    "DST End - Relative Date|Off: month and day; on: month, week and day of the week.",
    "dst end month|int||1..12|live||DST end month|dstEndMonth|DST End - Month|Empty: no daylight saving.",
    "dst end week|int||-1..5|live||DST end week|dstEndWeek|"
    "DST End - Week|1 to 5: which of these days of the month; -1: the last.",
    "dst end day|int||1..31|live||DST end day|dstEndDay|"
    "DST End - Day|Day of the month, or 1 (Sunday) to 7 (Saturday).",
    "dst end hour|int||0..23|live||DST end hour|dstEndHour|DST End - Hour|By the clock that is put back.",
)
