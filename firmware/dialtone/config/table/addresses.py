"""The phone's own address: a board has joined its network before it reads this. Columns: ``config.parameters``."""

ROWS = (
    "dhcp|bool|1||||DHCP|dhcp|"
    "DHCP|Has no effect: a board takes its address from DHCP, or from its network.json.",
    "ip|ip|||||IP address|ipAddress|IP Address|Has no effect: a board's fixed address is in its network.json.",
    "subnet mask|ip|||||Subnet mask|subnetMask|Subnet Mask|Has no effect: see IP Address.",
    "default gateway|ip|||||Gateway|gateway|Gateway|Has no effect: see IP Address.",
    "dns1|ip|||||DNS 1|dns1|Primary DNS|Has no effect: see IP Address.",
    "dns2|ip|||||DNS 2|dns2|Secondary DNS|Has no effect: see IP Address.",
    "tagging enabled|bool|0||||VLAN|vlanEnable|"
    "VLAN Enable|Has no effect: Wi-Fi carries no VLAN tags, its access point sets them.",
    "vlan id|int||1..4094|||VLAN id|vlanid1|VLAN ID|Has no effect: see VLAN Enable.",
    "lldp|bool|0||||LLDP|lldp|LLDP|Has no effect: no board of this firmware speaks LLDP.",
    "dhcp config option override|choice|0|-1=Disabled,0=Any,43=Option 43,66=Option 66,159=Option 159,"
    "160=Option 160|reconnect||DHCP option|dhcpOption|"
    "DHCP Download Options|Which DHCP option may name the configuration server when none is set.",
    "contact rcs|bool|0||||Contact RCS|contactRcs|"
    "Contact RCS|Has no effect: the vendor's redirection service is not asked.",
)
