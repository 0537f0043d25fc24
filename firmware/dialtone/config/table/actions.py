"""URIs that events fetch. Columns: ``config.parameters``."""

ROWS = (
    "action uri startup|url||http https|live||Startup URI|startupField|"
    "Startup|Fetched at the end of the start; any XML object may answer.",
    "action uri poll|url||http https|live||Poll URI|pollField|"
    "Poll|Fetched in turns; any XML object may answer.",
    "action uri poll interval|int|0|0..86400|live||Poll interval|pollInterval|"
    "Poll Interval|Seconds between two polls, from 10 on; less counts as 10. 0 switches polling off.",
    "action uri registered|url||http https|live||Registered|registeredField|"
    "Registered|Kept; needs calling.",
    "action uri registration event|url||http https|live||Reg. event|regeventField|"
    "Registration Event|Kept; needs calling.",
    "action uri incoming|url||http https|live||Incoming|incomingField|"
    "Incoming|Kept; needs calling.",
    "action uri outgoing|url||http https|live||Outgoing|outgoingField|"
    "Outgoing|Kept; needs calling.",
    "action uri offhook|url||http https|live||Off hook|offhookField|"
    "Offhook|Kept; needs calling.",
    "action uri onhook|url||http https|live||On hook|onhookField|"
    "Onhook|Kept; needs calling.",
    "action uri connected|url||http https|live||Connected|connectedField|"
    "Connected|Kept; needs calling.",
    "action uri disconnected|url||http https|live||Disconnected|disconnectedField|"
    "Disconnected|Kept; needs calling.",
    "action uri xml sip notify|url||http https|live||XML SIP notify|notifyField|"
    "XML SIP Notify|Kept; needs SIP.",
)
