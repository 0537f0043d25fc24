"""What a key can be; ``keyN`` stands for every key of the model. Columns: ``config.parameters``."""

ROWS = (
    "keyN type|choice|none|none=None,line=Line,speeddial=Speeddial,speeddialxfer=Speeddial/Transfer,"
    "speeddialconf=Speeddial/Conference,dnd=Do Not Disturb,blf=BLF,list=BLF/List,acd=Auto Call Distribution,"
    "xml=XML,flash=Flash,sprecode=Sprecode,park=Park,pickup=Pickup,lcr=Last Call Return,callforward=Call Forward,"
    "directory=Directory,callers=Callers List,redial=Redial,conf=Conference,xfer=Transfer,icom=Intercom,"
    "services=Services,phonelock=Phone Lock,paging=Paging,save=Save,delete=Delete,empty=Empty,mobile=Mobile,"
    "hotdesklogin=Hot Desk Log-in|live||Type|typeN|"
    "Type|What the key does. Types that need calling show, and say so when the key is pressed.",
)
