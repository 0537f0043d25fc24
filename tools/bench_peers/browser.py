"""A browser's request: 444 bytes, 10 header fields."""

REQUEST = (
    b"GET /provis.html HTTP/1.1\r\n"
    b"Host: 192.168.0.5\r\n"
    b"User-Agent: Mozilla/5.0 (X11; Ubuntu; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0\r\n"
    b"Accept: text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8\r\n"
    b"Accept-Language: de,en-US;q=0.7,en;q=0.3\r\n"
    b"Accept-Encoding: gzip, deflate, br\r\n"
    b"Authorization: Basic YWRtaW46MjIyMjI=\r\n"
    b"Connection: keep-alive\r\n"
    b"Referer: http://192.168.0.5/sysinfo.html\r\n"
    b"Upgrade-Insecure-Requests: 1\r\n"
    b"Priority: u=0, i\r\n"
    b"\r\n"
)
