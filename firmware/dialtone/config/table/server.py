"""Where configuration comes from. Columns: ``config.parameters``."""

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
    "Force Digest Log-in|Asks for the digest credentials on the idle screen. Kept for a later release.",
)
