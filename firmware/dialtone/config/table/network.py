"""Host name. Columns: ``config.parameters``."""

ROWS = (
    "hostname|host|||live||Host name|hostname|Hostname|Name in the phone's own certificate, there also as NAME.local. "
    "Empty: model and end of the MAC address. A board's name for DHCP is in its network.json.",
    "hostname aliases|list||host|live|X|Other names||"
    "Hostname Aliases|Other names and addresses under which browsers may ask for its pages: one in DNS, or "
    "a proxy's. Dialtone's own.",
    "change confirm timeout|int|600|0..3600|live||Confirm in (s)||"
    "Change Confirm Timeout|Seconds in which a change of network or configuration server from a web page must be "
    "confirmed, or it goes back. 0: such changes last at once.",
)
