"""Host name and clock. Columns: ``config.parameters``."""

ROWS = (
    "hostname|host|||live||Host name|hostname|Hostname|Name in the phone's own certificate, there also as NAME.local. "
    "Empty: model and end of the MAC address. A board's name for DHCP is in its network.json.",
    "hostname aliases|list||host|live|X|Other names||"
    "Hostname Aliases|Other names and addresses under which browsers may ask for its pages: one in DNS, or "
    "a proxy's. Dialtone's own.",
    "change confirm timeout|int|600|0..3600|live||Confirm in (s)||"
    "Change Confirm Timeout|Seconds in which a change of network or configuration server from a web page must be "
    "confirmed, or it goes back. 0: such changes last at once.",
    "time server disabled|bool|0||restart||No time server|timeSrvDisabled|"
    "Time Server Disabled|Stops asking the time servers. Certificates are then judged by the clock as it stands.",
    "time server1|host|pool.ntp.org||restart||Time server 1|timeSrv1|"
    "Time Server 1|Asked for the time (SNTP) before the first download. A simulated phone keeps the PC's time "
    "unless another server is set.",
    "time server2|host|||restart||Time server 2|timeSrv2|"
    "Time Server 2|Asked when the first does not answer.",
    "time server3|host|||restart||Time server 3|timeSrv3|"
    "Time Server 3|Asked when the others do not answer.",
)
