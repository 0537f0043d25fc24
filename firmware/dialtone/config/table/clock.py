"""Who tells the time. Columns: ``config.parameters``."""

ROWS = (
    "time server disabled|bool|0||reconnect||No time server|timeSrvDisabled|"
    "Time Server Disabled|Stops asking the time servers. Certificates are then judged by the clock as it stands.",
    "time server1|host|pool.ntp.org||reconnect||Time server 1|timeSrv1|"
    "Time Server 1|Asked for the time (SNTP) before the first download. A simulated phone keeps the PC's time "
    "unless another server is set.",
    "time server2|host|||reconnect||Time server 2|timeSrv2|"
    "Time Server 2|Asked when the first does not answer.",
    "time server3|host|||reconnect||Time server 3|timeSrv3|"
    "Time Server 3|Asked when the others do not answer.",
)
