"""What helps to find faults. Columns: ``config.parameters``."""

ROWS = (
    "log server ip|host|||live||Log server|logIp|"
    "Log IP|Syslog server (RFC 5424 over UDP) that gets every line of the log. Empty: none. "
    "Nothing protects what is sent.",
    "log server port|int|514|1..65535|live||Log port|logPort|Log Port|UDP port of the syslog server.",
    "upload system info server|url||http https ftp tftp|||Info server|uploadServer|"
    "Upload System Info - Server|Has no effect: this firmware uploads nothing.",
    "upload system info manual option|bool|0||||Info by hand|uploadManual|"
    "Upload System Info - Manual|Has no effect: this firmware uploads nothing.",
    "upload system info on crash|bool|0||||Info on crash|uploadCrash|"
    "Upload System Info - On Crash|Has no effect: this firmware uploads nothing.",
    "mask sip password|bool|0||||Mask secrets|maskSip|"
    "Mask SIP Password|Has no effect: secrets are always masked in what the phone shows or exports.",
    "sip xml notify event|bool|0||||SIP XML|sipXmlNotify|SIP XML NOTIFY|Has no effect: needs SIP.",
    "user config url|url||http https ftp tftp|||User URL|userConfigUrl|"
    "User Configuration URL|Has no effect: files of visitors are not read.",
    "config encryption key|secret||64||S|Encryption key|configKey|"
    "Configuration Encryption Key|Has no effect: encrypted files cannot be read. Serve plain files over HTTPS.",
    "softkey selection list|text||255|||Key types|softkeySelection|"
    "Softkey Selection List|Has no effect: all types of keys are offered.",
)
