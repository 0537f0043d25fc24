"""The phone's own address: a board has joined its network before it reads this. Columns: ``config.parameters``."""

ROWS = (
    "dhcp|bool|||live||DHCP|dhcp|"
    "DHCP|Kept: a board takes its address from DHCP, or from its network.json.",
    "ip|ip|||live||IP address|ipAddress|IP Address|Kept: a board's fixed address is in its network.json.",
    "subnet mask|ip|||live||Subnet mask|subnetMask|Subnet Mask|Kept: see IP Address.",
    "default gateway|ip|||live||Gateway|gateway|Gateway|Kept: see IP Address.",
    "dns1|ip|||live||DNS 1|dns1|Primary DNS|Kept: see IP Address.",
    "dns2|ip|||live||DNS 2|dns2|Secondary DNS|Kept: see IP Address.",
    "tagging enabled|bool|||live||VLAN|vlanEnable|"
    "VLAN Enable|Kept: Wi-Fi carries no VLAN tags, its access point sets them.",
    "vlan id|int||1..4094|live||VLAN id|vlanid1|VLAN ID|Kept: see VLAN Enable.",
    "lldp|bool|||live||LLDP|lldp|LLDP|Kept: no board of this firmware speaks LLDP.",
    "dhcp config option override|choice|0|-1=Disabled,0=Any,43=Option 43,66=Option 66,159=Option 159,"
    "160=Option 160|restart||DHCP option|dhcpOption|"
    "DHCP Download Options|Which DHCP option may name the configuration server when none is set.",
    "contact rcs|bool|||live||Contact RCS|contactRcs|"
    "Contact RCS|Kept: the vendor's redirection service is not asked.",
)
