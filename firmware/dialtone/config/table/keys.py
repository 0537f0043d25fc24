"""All keys that can be programmed; ``keyN`` stands for every key of the model. Columns: ``config.parameters``."""

ROWS = (
    "keyN type|choice|none|none=None,line=Line,speeddial=Speeddial,speeddialxfer=Speeddial/Transfer,"
    "speeddialconf=Speeddial/Conference,dnd=Do Not Disturb,blf=BLF,list=BLF/List,acd=Auto Call Distribution,"
    "xml=XML,flash=Flash,sprecode=Sprecode,park=Park,pickup=Pickup,lcr=Last Call Return,callforward=Call Forward,"
    "directory=Directory,callers=Callers List,redial=Redial,conf=Conference,xfer=Transfer,icom=Intercom,"
    "services=Services,phonelock=Phone Lock,paging=Paging,save=Save,delete=Delete,empty=Empty,mobile=Mobile,"
    "hotdesklogin=Hot Desk Log-in|live||Type|typeN|"
    "Type|What the key does. Types that need calling show, and say so when the key is pressed.",
    "keyN label|text||32|live||Label|labelN|Label|Text beside the key.",
    "keyN value|text||255|live||Value|valueN|"
    "Value|For an XML key the http:// or https:// address to open, else a number or code.",
    "keyN line|int|1|1..9|live||Line|lineN|"
    "Line|Line that the key uses. Kept: needs calling, which this firmware does not do.",
    "keyN states|list||idle connected incoming outgoing busy|live||States|statesN|"
    "States|Call states in which the key shows, separated by blanks; this phone is always idle. Empty: always.",
    "keyN locked|bool|0||live|F|Locked|lockedN|"
    "Locked|Keeps the key from being changed on the phone and on its pages.",
)
