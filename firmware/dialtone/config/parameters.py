"""The one table of parameters. Lexer, store, web forms, LCD menus, lint and reference are all made from it.

A parameter is two lines of a section's text (text, because it costs a third of the heap that tuples of strings cost
while it is loaded, and leaves no interned names behind when it is dropped):

    name|kind|default|domain|effect|flags|short label|form field of the real phone
     label|help

* kind and domain: ``bool``; ``int`` low..high; ``choice`` and ``method`` value=label,...; ``text``, ``secret`` and
  ``path`` longest length; ``url`` schemes; ``host``; ``time`` (hh:mm); ``list`` the word ``host`` or the legal words.
* effect, when a change is felt: ``live`` at once, ``reconnect`` with the next connection, ``restart``.
* flags: ``S`` secret (masked on every face), ``T`` trust (lowered only by trusted sources), ``F`` set by files only.
* short label: for the LCD, 14 characters at most, because a menu line of the smallest phone has 16.

A name that begins with ``keyN`` stands for every key of the model: ``softkey1``, ``topsoftkey3``, ``prgkey2`` ...
Names, defaults and meanings: aastra-facts sections 1, 2, 5 and 7; our own decisions are in its closing table.
"""

from collections import namedtuple

SECRET = "S"
TRUST = "T"
FILE_ONLY = "F"

Row = namedtuple(
    "Row", ("name", "kind", "default", "domain", "effect", "flags", "short", "field", "label", "help", "section")
)

_HTTPS = """
https client method|method|TLS|TLS=TLS 1.2 or 1.3 (recommended),TLSv1.3=TLS 1.3 only,TLSv1.2=TLS 1.2 only,\
TLSv1=TLS 1.0 exactly (unsafe),SSLv3=SSL 3.0 (unsafe)|live|T|Client method|https_client_method
 HTTPS Client Method|Protocol version that the phone offers when it downloads over HTTPS.
https redirect http get|bool|1||live||HTTP to HTTPS|https_redirect
 HTTPS Server - Redirect HTTP to HTTPS|Sends browsers that ask for a page over HTTP on to the same page over HTTPS.
https block http post xml|bool|0||live||Block XML POST|https_block_xml
 HTTPS Server - Block XML HTTP POSTs|Refuses XML objects that are pushed over plain HTTP. Senders must use HTTPS.
https validate certificates|bool|1||live|T|Cert check|https_validate_certificates
 Validate Certificates|Accepts only servers whose certificate chain ends at a trusted root.
https validate expires|bool|1||live|T|Expiry check|https_validate_expires
 Check Certificate Expiration|Refuses certificates outside their dates. Needs a clock that is set.
https validate hostname|bool|1||live|T|Name check|https_validate_hostname
 Check Certificate Hostnames|Refuses certificates that are not made out to the server's name.
https user certificates|path||128|restart|T|Root file|https_trusted_certs
 Trusted Certificates Filename|PEM file on the configuration server, or its URL, with more roots to trust.
"""

_SERVER = """
download protocol|choice|HTTPS|HTTPS=HTTPS,HTTP=HTTP,TFTP=TFTP,FTP=FTP|restart||Protocol|protocol
 Download Protocol|How configuration and firmware are fetched. HTTP and HTTPS work in this release.
https server|host|||restart||HTTPS server|httpsserv
 HTTPS Server|Address or name. When it is empty, the HTTP server's address and path are used over HTTPS.
https path|path||128|restart||HTTPS path|httpspath
 HTTPS Path|Folder on the HTTPS server that holds the files.
https port|int|443|1..65535|restart||HTTPS port|httpsport
 HTTPS Port|Port of the HTTPS configuration server.
http server|host|||restart||HTTP server|httpserv
 HTTP Server|Address or name of the HTTP configuration server.
http path|path||128|restart||HTTP path|httppath
 HTTP Path|Folder on the HTTP server that holds the files.
http port|int|80|1..65535|restart||HTTP port|httpport
 HTTP Port|Port of the HTTP configuration server.
http digest username|text|aastra|40|restart||Digest user|httpDigestUser
 HTTP Digest Username|Name given to a configuration server that asks for one.
http digest password|secret|aastra|20|restart|S|Digest passw.|httpDigestPass
 HTTP Digest Password|Password given to a configuration server that asks for one.
http digest force login|bool|0||restart||Force log-in|httpDigestForce
 Force Digest Log-in|Asks for the digest credentials on the idle screen.
tftp server|host|0.0.0.0||restart||TFTP server|tftp
 Primary TFTP Server|Kept for later releases: this one does not download over TFTP.
tftp path|path||128|restart||TFTP path|tftppath
 Primary TFTP Path|Folder on the TFTP server. Kept for later releases.
alternate tftp server|host|0.0.0.0||restart||Alt. TFTP|alttftp
 Alternate TFTP Server|Second TFTP server. Kept for later releases.
alternate tftp path|path||128|restart||Alt. TFTP path|alttftppath
 Alternate TFTP Path|Folder on the second TFTP server. Kept for later releases.
use alternate tftp|bool|0||restart||Use alt. TFTP|usealttftp
 Use Alternate TFTP|Takes the second TFTP server. Kept for later releases.
ftp server|host|0.0.0.0||restart||FTP server|ftpserv
 FTP Server|Kept, but FTP is not supported: use HTTPS.
ftp path|path||128|restart||FTP path|ftppath
 FTP Path|Kept, but FTP is not supported: use HTTPS.
ftp username|text||40|restart||FTP user|ftpuser
 FTP Username|Kept, but FTP is not supported: use HTTPS.
ftp password|secret||40|restart|S|FTP password|ftppass
 FTP Password|Kept, but FTP is not supported: use HTTPS.
auto resync mode|choice|0|0=None,1=Configuration files,2=Firmware,3=Configuration files and firmware|live||Resync mode|\
autoResyncMode
 Auto-Resync Mode|What the phone looks for again every day without a restart by hand.
auto resync time|time|00:00||live||Resync time|autoResyncTime
 Auto-Resync Time (24-hour)|Local time of the daily check, hh:mm.
auto resync max delay|int|15|0..1439|live||Resync delay|maxDelay
 Auto-Resync Maximum Delay|Longest random wait after that time, in minutes, so that a fleet does not ask all at once.
auto resync days|int|0|0..364|live||Resync days|days
 Auto-Resync Days|Days between two checks. 0 checks every day.
"""

_FIRMWARE = """
firmware server|url||http https ftp tftp|restart||Firmware URL|
 Firmware Server|URL of the folder with the firmware image. When it is empty, the configuration server is asked.
"""

_ACCESS = """
admin password|secret|22222|64|live|S|Admin passw.|
 Administrator Password|Opens the administrator pages and the Administrator Menu.
user password|secret||64|live|S|User password|
 User Password|Opens the user pages. While it is empty nobody can log in as user.
web interface enabled|bool|1||live|F|Web pages|
 Web Interface|Serves the web pages. XML push does not depend on it.
options password enabled|bool|0||live||Options passw.|
 Options Password|Asks for the user password when the Options key is pressed.
"""

_NETWORK = """
hostname|host|||restart||Host name|hostname
 Hostname|Name that the phone gives to DHCP.
time server disabled|bool|0||live||No time server|timeSrvDisabled
 Time Server Disabled|Stops asking the time servers. Certificate dates cannot be checked without a clock.
time server1|host|pool.ntp.org||live||Time server 1|timeSrv1
 Time Server 1|First server asked for the time.
time server2|host|||live||Time server 2|timeSrv2
 Time Server 2|Asked when the first does not answer.
time server3|host|||live||Time server 3|timeSrv3
 Time Server 3|Asked when the others do not answer.
"""

_XML = """
xml application post list|list||host|live||Push list|postList
 XML Push Server List (Approved IP Addresses)|Addresses and names that may push XML objects, separated by commas. \
Empty: nobody may.
xml application uri|url||http https|live||XML URI|xmlAppUri
 XML Application URI|Opened from the Services menu.
xml application title|text||32|live||XML title|xmlAppTitle
 XML Application Title|Name of that entry in the Services menu.
xml get timeout|int|30|0..3600|live||XML timeout|
 XML Get Timeout|Seconds to wait for an XML server. 0 leaves it to the phone's own limit.
action uri startup|url||http https|restart||Startup URI|startupField
 Startup Action URI|Requested at the end of the start. Kept for later releases.
"""

_KEYS = """
keyN type|choice|none|none=None,line=Line,speeddial=Speeddial,speeddialxfer=Speeddial/Transfer,\
speeddialconf=Speeddial/Conference,dnd=Do Not Disturb,blf=BLF,list=BLF/List,acd=Auto Call Distribution,xml=XML,\
flash=Flash,sprecode=Sprecode,park=Park,pickup=Pickup,lcr=Last Call Return,callforward=Call Forward,\
directory=Directory,callers=Callers List,redial=Redial,conf=Conference,xfer=Transfer,icom=Intercom,services=Services,\
phonelock=Phone Lock,paging=Paging,save=Save,delete=Delete,empty=Empty,mobile=Mobile,hotdesklogin=Hot Desk Log-in|\
live||Type|typeN
 Type|What the key does. XML, Services and None work in this release; other types are kept.
keyN label|text||32|live||Label|labelN
 Label|Text beside the key.
keyN value|text||255|live||Value|valueN
 Value|For an XML key the http:// or https:// address to open, else a number or code.
keyN line|int|1|1..9|live||Line|lineN
 Line|Line that the key uses.
keyN states|list||idle connected incoming outgoing busy|live||States|statesN
 States|Call states in which the key shows, separated by blanks. Empty: the states that suit its type.
keyN locked|bool|0||live|F|Locked|lockedN
 Locked|Keeps the key from being changed on the phone and its pages.
"""

# id, title, text. The order is the order on every face.
SECTIONS = (
    ("https", "HTTPS Settings", _HTTPS),
    ("configuration server", "Configuration Server", _SERVER),
    ("firmware", "Firmware Update", _FIRMWARE),
    ("access", "Passwords and Access", _ACCESS),
    ("network", "Basic Network Settings", _NETWORK),
    ("xml", "XML and Push", _XML),
    ("softkeys", "Softkeys and XML", _KEYS),
)

# Spellings of other releases for one of our rows.
ALIASES = (("upgrade uri", "firmware server"),)

# Key families by model, from the vendor's model tables (aastra-facts section 5).
_MODELS = (
    ("53i", (("prgkey", 6),)),
    ("55i", (("softkey", 20), ("prgkey", 6))),
    ("57i", (("softkey", 20), ("topsoftkey", 10))),
    ("57iCT", (("softkey", 20), ("topsoftkey", 10))),
    ("9143i", (("prgkey", 7),)),
    ("9480i", (("softkey", 6),)),
)


def keys(model):
    """The key families of ``model`` as ``((prefix, count), ...)``; an unknown model has those of the 57i."""
    for name, families in _MODELS:
        if name == model:
            return families
    return _MODELS[2][1]


def _row(section, text, start):
    """The row whose first line begins at ``start`` of a section's text, and where the next one begins."""
    middle = text.find("\n ", start)
    end = text.find("\n", middle + 1)
    parts = text[start:middle].split("|") + text[middle + 2 : end].split("|")
    if not parts[7]:
        parts[7] = parts[0].replace(" ", "_")
    return Row(*parts, section), end + 1


def rows(section=None):
    """All rows, or those of one section, in the order of the table. Key families come once, named ``keyN ...``."""
    for name, _, text in SECTIONS:
        if section is None or section == name:
            start = 1
            while start < len(text):
                row, start = _row(name, text, start)
                yield row


def find(name, model="57i"):
    """The row of a concrete parameter name in any letter case, or None. Its ``name`` is the canonical one.

    Only keys that ``model`` has are found; for them ``field`` carries the number too (``type3``).
    """
    from dialtone.config.store import family

    name = name.lower()
    for alias, real in ALIASES:
        if name == alias:
            name = real
    pattern = family(name)
    if "|" in pattern or "\n" in pattern:
        return None
    for section, _, text in SECTIONS:
        at = text.find("\n" + pattern + "|")
        if at >= 0:
            row = _row(section, text, at + 1)[0]
            return row if pattern == name else _key(row, name, model)
    return None


def _key(row, name, model):
    """The family ``row`` as the row of one key, or None when the model has no such key."""
    word = name[: name.find(" ")]
    for prefix, count in keys(model):
        number = word[len(prefix) :]
        if word.startswith(prefix) and number.isdigit():
            if number[0] == "0" or len(number) > 2 or int(number) > count:
                return None
            return Row(name, *row[1:7], row.field.replace("N", number), *row[8:])
    return None


def choices(row):
    """The legal values of a ``choice`` or ``method`` row as a list of ``(value, label)``."""
    return [tuple(pair.split("=")) for pair in row.domain.split(",")]


def bounds(row):
    """``(lowest, highest)`` of an ``int`` row."""
    low, high = row.domain.split("..")
    return int(low), int(high)


def trusted_rows():
    """The rows of rule 11: values that only trusted sources may lower."""
    return [row for row in rows() if TRUST in row.flags]


def nearest(name, model="57i"):
    """The known name that ``name`` was probably meant to be, or ""."""
    from dialtone.config.nearest import nearest as search

    return search(name.lower(), model)
