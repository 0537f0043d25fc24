"""Where configuration comes from and when it is looked for again. Columns: ``config.parameters``."""

ROWS = (
    "download protocol|choice|HTTPS|HTTPS=HTTPS,HTTP=HTTP,TFTP=TFTP,FTP=FTP|restart||Protocol|protocol|"
    "Download Protocol|How configuration and firmware are fetched. HTTP and HTTPS work in this release.",
    "https server|host|||restart||HTTPS server|httpsserv|"
    "HTTPS Server|Address or name. When it is empty, the HTTP server's address and path are used over HTTPS.",
    "https path|path||128|restart||HTTPS path|httpspath|HTTPS Path|Folder on the HTTPS server that holds the files.",
    "https port|int|443|1..65535|restart||HTTPS port|httpsport|HTTPS Port|Port of the HTTPS configuration server.",
    "http server|host|||restart||HTTP server|httpserv|HTTP Server|Address or name of the HTTP configuration server.",
    "http path|path||128|restart||HTTP path|httppath|HTTP Path|Folder on the HTTP server that holds the files.",
    "http port|int|80|1..65535|restart||HTTP port|httpport|HTTP Port|Port of the HTTP configuration server.",
    "http digest username|text|aastra|40|restart||Digest user|httpDigestUser|"
    "HTTP Digest Username|Name given to a configuration server that asks for one.",
    "http digest password|secret|aastra|20|restart|S|Digest passw.|httpDigestPass|"
    "HTTP Digest Password|Password given to a configuration server that asks for one.",
    "http digest force login|bool|0||restart||Force log-in|httpDigestForce|"
    "Force Digest Log-in|Asks for the digest credentials on the idle screen.",
    "tftp server|host|0.0.0.0||restart||TFTP server|tftp|"
    "Primary TFTP Server|Kept for later releases: this one does not download over TFTP.",
    "tftp path|path||128|restart||TFTP path|tftppath|"
    "Primary TFTP Path|Folder on the TFTP server. Kept for later releases.",
    "alternate tftp server|host|0.0.0.0||restart||Alt. TFTP|alttftp|"
    "Alternate TFTP Server|Second TFTP server. Kept for later releases.",
    "alternate tftp path|path||128|restart||Alt. TFTP path|alttftppath|"
    "Alternate TFTP Path|Folder on the second TFTP server. Kept for later releases.",
    "use alternate tftp|bool|0||restart||Use alt. TFTP|usealttftp|"
    "Use Alternate TFTP|Takes the second TFTP server. Kept for later releases.",
    "ftp server|host|0.0.0.0||restart||FTP server|ftpserv|FTP Server|Kept, but FTP is not supported: use HTTPS.",
    "ftp path|path||128|restart||FTP path|ftppath|FTP Path|Kept, but FTP is not supported: use HTTPS.",
    "ftp username|text||40|restart||FTP user|ftpuser|FTP Username|Kept, but FTP is not supported: use HTTPS.",
    "ftp password|secret||40|restart|S|FTP password|ftppass|FTP Password|Kept, but FTP is not supported: use HTTPS.",
    "auto resync mode|choice|0|0=None,1=Configuration files,2=Firmware,3=Configuration files and "
    "firmware|live||Resync mode|autoResyncMode|"
    "Auto-Resync Mode|What the phone looks for again every day without a restart by hand.",
    "auto resync time|time|00:00||live||Resync time|autoResyncTime|"
    "Auto-Resync Time (24-hour)|Local time of the daily check, hh:mm.",
    "auto resync max delay|int|15|0..1439|live||Resync delay|maxDelay|"
    "Auto-Resync Maximum Delay|Longest random wait after that time, in minutes, so that a fleet does not ask all "
    "at once.",
    "auto resync days|int|0|0..364|live||Resync days|days|"
    "Auto-Resync Days|Days between two checks. 0 checks every day.",
)
