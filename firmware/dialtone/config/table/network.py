"""Host name and clock. Columns: ``config.parameters``."""

ROWS = (
    "hostname|host|||restart||Host name|hostname|Hostname|Name for DHCP. Kept for a later release.",
    "time server disabled|bool|0||live||No time server|timeSrvDisabled|"
    "Time Server Disabled|Stops asking the time servers. Kept for a later release.",
    "time server1|host|pool.ntp.org||live||Time server 1|timeSrv1|"
    "Time Server 1|First server asked for the time. Kept for a later release.",
    "time server2|host|||live||Time server 2|timeSrv2|"
    "Time Server 2|Asked when the first does not answer. Kept for a later release.",
    "time server3|host|||live||Time server 3|timeSrv3|"
    "Time Server 3|Asked when the others do not answer. Kept for a later release.",
)
