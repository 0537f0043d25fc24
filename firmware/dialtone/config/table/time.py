"""Time zone. Columns: ``config.parameters``."""

ROWS = (
    "time zone name|zone|UTC||live||Time zone|tzName|"
    "Time Zone|Custom takes the values below.",
    "dst config|choice|3|0=Off,1=30 minutes,2=One hour,3=Automatic|live||DST|dstConfig|"
    "Daylight Savings|Automatic follows the zone, or the dates below.",
    "time zone minutes|int||-840..720|live||Zone minutes|tzMinutes|"
    "Time Zone Minutes|Minutes west of Greenwich, so -60 for Central Europe.",
    "dst minutes|int||0..60|live||DST minutes|dstMinutes|"
    "DST Minutes|How far clocks are put forward. Empty: 60.",
)
