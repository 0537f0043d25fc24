"""What helps to find faults. Columns: ``config.parameters``."""

ROWS = (
    "log server ip|host|||live||Log server|logIp|"
    "Log IP|Syslog server (RFC 5424 over UDP) that gets every line of the log. Empty: none. "
    "Nothing protects what is sent.",
    "log server port|int|514|1..65535|live||Log port|logPort|Log Port|UDP port of the syslog server.",
    "upload system info server|url||http https ftp tftp|live||Info server|uploadServer|"
    "Upload System Info - Server|Kept: this firmware uploads nothing.",
    "upload system info manual option|bool|||live||Info by hand|uploadManual|"
    "Upload System Info - Manual|Kept: this firmware uploads nothing.",
    "upload system info on crash|bool|||live||Info on crash|uploadCrash|"
    "Upload System Info - On Crash|Kept: this firmware uploads nothing.",
    "mask sip password|bool|||live||Mask secrets|maskSip|"
    "Mask SIP Password|Kept: secrets are always masked in what the phone shows or exports.",
    "sip xml notify event|bool|||live||SIP XML|sipXmlNotify|SIP XML NOTIFY|Kept; needs SIP.",
    "user config url|url||http https ftp tftp|live||User URL|userConfigUrl|"
    "User Configuration URL|Kept: files of visitors are not read.",
    "config encryption key|secret||64|live|S|Encryption key|configKey|"
    "Configuration Encryption Key|Kept: encrypted files cannot be read. Serve plain files over HTTPS.",
    "softkey selection list|text||255|live||Key types|softkeySelection|"
    "Softkey Selection List|Kept: types of keys that users are offered.",
)
