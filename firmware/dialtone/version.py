"""What this firmware calls itself: on the pages, in the User-Agent and when it compares firmware images."""

VERSION = "1.0.0.1-SIP"  # dotted numbers and "-SIP", the form that provisioning servers parse (facts page, 5.1)
VENDOR = "Aastra"  # provisioning servers match ^(Aastra|Mitel)(\w+) MAC:.. V:..-SIP$ in the User-Agent
BUILT = 1759276800  # 2025-10-01, set with VERSION: no clock stands before it (the flash tool saves a later time)
