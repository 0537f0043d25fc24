"""URIs that events fetch. Columns: ``config.parameters``."""

ROWS = (
    "action uri startup|url||http https|live||Startup URI|startupField|"
    "Startup|Fetched at the end of the start; any XML object may answer.",
    "action uri poll|url||http https|live||Poll URI|pollField|"
    "Poll|Fetched in turns; any XML object may answer.",
    "action uri poll interval|int|0|0..86400|live||Poll interval|pollInterval|"
    "Poll Interval|Seconds between two polls, from 10 on; less counts as 10. 0 switches polling off.",
    "action uri registered|url||http https|||Registered|registeredField|"
    "Registered|Has no effect: needs calling.",
    "action uri registration event|url||http https|||Reg. event|regeventField|"
    "Registration Event|Has no effect: needs calling.",
    "action uri incoming|url||http https|||Incoming|incomingField|"
    "Incoming|Has no effect: needs calling.",
    "action uri outgoing|url||http https|||Outgoing|outgoingField|"
    "Outgoing|Has no effect: needs calling.",
    "action uri offhook|url||http https|||Off hook|offhookField|"
    "Offhook|Has no effect: needs calling.",
    "action uri onhook|url||http https|||On hook|onhookField|"
    "Onhook|Has no effect: needs calling.",
    "action uri connected|url||http https|||Connected|connectedField|"
    "Connected|Has no effect: needs calling.",
    "action uri disconnected|url||http https|||Disconnected|disconnectedField|"
    "Disconnected|Has no effect: needs calling.",
    "action uri xml sip notify|url||http https|||XML SIP notify|notifyField|"
    "XML SIP Notify|Has no effect: needs SIP.",
)
