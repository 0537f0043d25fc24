"""Daylight saving of a custom zone. Columns: ``config.parameters``."""

ROWS = (
    "dst start relative date|bool|0||live||DST start rel.|dstStartRelative|"
    "DST Start - Relative Date|Off: month and day; on: month, week and day of the week.",
    "dst start month|int||1..12|live||DST st. month|dstStartMonth|DST Start - Month|Empty: no daylight saving.",
    "dst start week|int||-5..5|live||DST st. week|dstStartWeek|"
    "DST Start - Week|1 to 5: which of these days of the month; -1: the last, -2: the one before.",
    "dst start day|int||1..31|live||DST st. day|dstStartDay|"
    "DST Start - Day|Day of the month, or 1 (Sunday) to 7 (Saturday).",
    "dst start hour|int||0..23|live||DST st. hour|dstStartHour|DST Start - Hour|By the clock that is put forward.",
    "dst end relative date|bool|0||live||DST end rel.|dstEndRelative|"
    "DST End - Relative Date|Off: month and day; on: month, week and day of the week.",
    "dst end month|int||1..12|live||DST end month|dstEndMonth|DST End - Month|Empty: no daylight saving.",
    "dst end week|int||-5..5|live||DST end week|dstEndWeek|"
    "DST End - Week|1 to 5: which of these days of the month; -1: the last, -2: the one before.",
    "dst end day|int||1..31|live||DST end day|dstEndDay|"
    "DST End - Day|Day of the month, or 1 (Sunday) to 7 (Saturday).",
    "dst end hour|int||0..23|live||DST end hour|dstEndHour|DST End - Hour|By the clock that is put back.",
)
