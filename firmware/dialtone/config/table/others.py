"""Servers of the protocols without protection. Columns: ``config.parameters``."""

ROWS = (
    "tftp server|host|0.0.0.0||restart||TFTP server|tftp|"
    "Primary TFTP Server|Address or name. Nothing protects TFTP: anybody on the way can change the files.",
    "tftp path|path||128|restart||TFTP path|tftppath|"
    "Primary TFTP Path|Folder on the TFTP server.",
    "alternate tftp server|host|0.0.0.0||restart||Alt. TFTP|alttftp|"
    "Alternate TFTP Server|Second TFTP server.",
    "alternate tftp path|path||128|restart||Alt. TFTP path|alttftppath|"
    "Alternate TFTP Path|Folder on the second TFTP server.",
    "use alternate tftp|bool|0||restart||Use alt. TFTP|usealttftp|"
    "Use Alternate TFTP|Takes the second TFTP server instead of the first.",
    "ftp server|host|0.0.0.0||||FTP server|ftpserv|FTP Server|Has no effect: FTP is not supported, use HTTPS.",
    "ftp path|path||128|||FTP path|ftppath|FTP Path|Has no effect: FTP is not supported, use HTTPS.",
    "ftp username|text||40|||FTP user|ftpuser|FTP Username|Has no effect: FTP is not supported, use HTTPS.",
    "ftp password|secret||40||S|FTP password|ftppass|FTP Password|Has no effect: FTP is not supported, use HTTPS.",
)
