"""Where configuration comes from. Columns: ``config.parameters``."""

ROWS = (
    "download protocol|choice|HTTPS|HTTPS=HTTPS,HTTP=HTTP,TFTP=TFTP,FTP=FTP|restart||Protocol|protocol|"
    "Download Protocol|How configuration and firmware are fetched. FTP is not supported: use HTTPS.",
    "https server|host|||restart||HTTPS server|httpsserv|"
    "HTTPS Server|Address or name. When it is empty, the HTTP server's address and path are used over HTTPS.",
    "https path|path||128|restart||HTTPS path|httpspath|HTTPS Path|Folder on the HTTPS server that holds the files.",
    "https port|int|443|1..65535|restart||HTTPS port|httpsport|HTTPS Port|Port of the HTTPS configuration server.",
)
