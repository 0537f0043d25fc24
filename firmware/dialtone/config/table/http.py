"""The HTTP configuration server and the log-in that it may ask for. Columns: ``config.parameters``."""

ROWS = (
    "http server|host|||restart||HTTP server|httpserv|HTTP Server|Address or name of the HTTP configuration server.",
    "http path|path||128|restart||HTTP path|httppath|HTTP Path|Folder on the HTTP server that holds the files.",
    "http port|int|80|1..65535|restart||HTTP port|httpport|HTTP Port|Port of the HTTP configuration server.",
    "http digest username|text|aastra|40|reconnect||Digest user|httpDigestUser|"
    "HTTP Digest Username|Name given to a configuration server that asks for one.",
    "http digest password|secret|aastra|20|reconnect|S|Digest passw.|httpDigestPass|"
    "HTTP Digest Password|Password given to a configuration server that asks for one.",
    "http digest force login|bool|0||||Force log-in|httpDigestForce|"
    "Force Digest Log-in|Has no effect: the idle screen does not ask for them.",
)
