"""Rows 5 to 7: HTTPS beside HTTP, pages, GET and POST, redirect, log-in, and what bad requests get."""

import base64
import concurrent.futures
import json
import socket
import ssl
import subprocess
import time
import urllib.parse

import pytest
from simulated import ADMIN, read_to_end, unverified


PLAIN = b"https redirect http get: 0\n"


@pytest.fixture
def phone(lasting):
    return lasting(b"https redirect http get: 1\n")


@pytest.fixture
def plain(lasting):
    """A phone whose pages are also served over plain HTTP."""
    return lasting(PLAIN)


def test_get_is_redirected_with_path_and_query(phone):
    port = urllib.parse.urlsplit(phone.ready["https"]).port
    for method in ("GET", "HEAD"):
        answer = phone.request(method, "/sysinfo.html?a=1&b=%20x", secure=False, headers={})
        assert answer.status == 301
        assert answer.headers["location"] == "https://127.0.0.1:%d/sysinfo.html?a=1&b=%%20x" % port
        assert "no-store" in answer.headers["cache-control"]


def test_plain_post_is_never_redirected_but_names_https(phone):
    answer = phone.post("/provis.html", {"https_block_http_post_xml": "1"}, secure=False)
    assert answer.status == 403 and "https://" in answer.text
    assert phone.status()["https"]["block"] is False


def test_log_in_and_status_json(phone):
    refused = phone.get("/api/status", headers={})
    assert refused.status == 401 and refused.headers["www-authenticate"].startswith('Basic realm="')
    report = phone.status()
    for key in ("version", "uptime_s", "heap_free", "sockets", "configuration", "https", "mac", "model"):
        assert key in report, key
    assert phone.get("/api/status").headers["content-type"].startswith("application/json")


def test_wrong_passwords_are_refused(phone):
    for pair in (b"admin:", b"admin:11111", b"user:", b":22222", b"admin", b"admin:22222 ", b"ADMIN:22222"):
        header = {"Authorization": "Basic " + base64.b64encode(pair).decode()}
        assert phone.get("/sysinfo.html", headers=header).status == 401, pair
        assert phone.get("/api/status").status == 200, "a success starts the count of wrong ones anew"
    for header in ("Basic", "Basic !!!", "Bearer x", "Basic " + "A" * 3000):
        assert phone.get("/sysinfo.html", headers={"Authorization": header}).status in (401, 431), header
    assert phone.get("/api/status").status == 200


def test_five_wrong_log_ins_shut_an_address_out_and_no_other(phones, runtime, server):
    phone = phones(runtime, server.url)
    wrong = {"Authorization": "Basic " + base64.b64encode(b"admin:11111").decode()}
    codes = [phone.get("/api/status", headers=wrong).status for _ in range(4)]
    codes.append(phone.post("/provis.html", b"x" * 5000, headers=wrong).status)
    assert codes == [401] * 4 + [413], "more than a stranger may send: it counts all the same"
    refused = phone.get("/api/status")
    assert refused.status == 403 and 50 <= int(refused.headers["retry-after"]) <= 60
    assert phone.get("/api/status", headers=wrong, secure=True).status == 403
    assert "Retry-After" in phone.raw(b"GET /api/status HTTP/1.0\r\n\r\n", secure=True).decode()
    url = urllib.parse.urlsplit(phone.ready["https"])
    with socket.create_connection((url.hostname, url.port), 10, ("127.0.0.2", 0)) as sock:
        with unverified().wrap_socket(sock) as link:
            link.sendall(
                b"GET /api/status HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n"
                b"Authorization: Basic YWRtaW46MjIyMjI=\r\n\r\n"
            )
            assert read_to_end(link).startswith(b"HTTP/1.1 200")
    assert phone.log().count("too many wrong log-ins") == 1


def test_pages_are_html_over_both_listeners(plain):
    for secure in (True, False):
        for path in ("/", "/sysinfo.html", "/provis.html", "/configurationServer.html", "/reset.html"):
            answer = plain.get(path, secure=secure)
            assert answer.status == 200 and "<html" in answer.text, (path, secure)
            assert "22222" not in answer.text
    assert "readable" in plain.get("/sysinfo.html", secure=False).text
    assert plain.get("/nowhere.html").status == 404
    answer = plain.request("DELETE", "/sysinfo.html")
    assert answer.status in (405, 501) and (answer.status == 501 or "GET" in answer.headers["allow"])


def test_head_has_the_headers_and_no_body(plain):
    answer = plain.request("HEAD", "/api/status")
    assert answer.status == 200 and answer.body == b""


@pytest.mark.parametrize("secure", [True, False])
def test_cross_site_posts_are_refused(plain, secure):
    own = plain.ready["https" if secure else "http"].rstrip("/")
    other = plain.ready["http" if secure else "https"].rstrip("/")
    fields = {"https_block_http_post_xml": "1"}
    evil = [{"Origin": "https://evil.example"}, {"Origin": "null"}, {"Sec-Fetch-Site": "cross-site"}]
    evil += [{"Sec-Fetch-Site": "same-site"}, {"Origin": other}, {"Origin": own, "Sec-Fetch-Site": "cross-site"}]
    for extra in evil:
        answer = plain.post("/provis.html", fields, headers={**ADMIN, **extra}, secure=secure)
        assert answer.status == 403, extra
    assert plain.status()["https"]["block"] is False
    good = {**ADMIN, "Origin": own, "Sec-Fetch-Site": "same-origin"}
    for value in ("1", "0"):
        fields["https_block_http_post_xml"] = value
        assert plain.post("/provis.html", fields, headers=good, secure=secure).status == 200
        assert plain.status()["https"]["block"] is (value == "1")


def test_names_of_others_are_not_answered(runtime, phones, server):
    """DNS rebinding: a web site's own name, pointed at the phone, by Host or by an absolute target."""
    server.files["/aastra.cfg"] = PLAIN
    plain = phones(runtime, server.url)
    for secure in (False, True):
        port = urllib.parse.urlsplit(plain.ready["https" if secure else "http"]).port
        hosts = {"evil.example": 421, "127.0.0.1.evil.example:%d" % port: 421, "localhost:%d" % port: 200}
        for host, code in hosts.items():
            assert plain.get("/api/status", headers={**ADMIN, "Host": host}, secure=secure).status == code, host
        ask = b"GET http://evil.example/api/status HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n"
        assert plain.raw(ask, secure=secure).startswith(b"HTTP/1.1 421 Misdirected Request")
    assert plain.post("/provis.html", {"hostname_aliases": "desk.example"}).status == 200
    assert plain.get("/api/status", headers={**ADMIN, "Host": "desk.example"}).status == 200


BAD = [
    (b"GARBAGE\r\n\r\n", (400,)),
    (b"GET / HTTP/1.1\r\n\r\n", (400,)),  # no Host
    (b"GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n", (400,)),
    (b"GET / HTTP/1.1\nHost: a\n\n", (400,)),
    (b"GET / HTTP/3.0\r\nHost: a\r\n\r\n", (505, 400)),
    (b"GET /" + b"a" * 5000 + b" HTTP/1.1\r\nHost: a\r\n\r\n", (414,)),
    (b"GET / HTTP/1.1\r\nHost: a\r\nX: " + b"b" * 9000 + b"\r\n\r\n", (431,)),
    (b"GET / HTTP/1.1\r\nHost: a\r\n" + b"X: y\r\n" * 500 + b"\r\n", (431,)),
    (b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n", (400,)),
    (b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: +5\r\n\r\nabcde", (400,)),
    (b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 99999999\r\n\r\n", (413,)),
    (b"BREW / HTTP/1.1\r\nHost: a\r\n\r\n", (405, 501)),
    (b"GET / HTTP/1.1\r\nHost : a\r\n\r\n", (400,)),
    (b"GET / HTTP/1.1\r\nHost: a\r\nA: b\r\n c\r\n\r\n", (400,)),
    (b"\x00\x01\x02\x03" * 30 + b"\r\n\r\n", (400,)),
]


@pytest.mark.parametrize("secure", [True, False])
def test_bad_requests_get_their_status(plain, secure):
    with concurrent.futures.ThreadPoolExecutor(5) as pool:  # each is closed slowly, so that its answer is read
        answers = pool.map(lambda row: plain.raw(row[0], secure=secure), BAD)
    for (data, codes), answer in zip(BAD, answers, strict=True):
        assert answer.startswith(b"HTTP/1.1 "), (data[:60], answer[:60])
        assert int(answer[9:12]) in codes, (data[:60], answer[:60])
    assert plain.get("/sysinfo.html", secure=secure).status == 200


def test_plain_http_on_the_tls_port_names_the_right_url(phone):
    url = urllib.parse.urlsplit(phone.ready["https"])
    begin = time.monotonic()
    with socket.create_connection((url.hostname, url.port), 10) as sock:
        sock.sendall(b"GET /a HTTP/1.1\r\nHost: 127.0.0.1:%d\r\n\r\n" % url.port)
        answer = read_to_end(sock)
    assert answer.startswith(b"HTTP/1.1 400") and b"https://127.0.0.1:%d" % url.port in answer
    assert time.monotonic() - begin < 3


def test_tls_on_the_plain_port_is_closed_promptly(phone):
    url = urllib.parse.urlsplit(phone.ready["http"])
    begin = time.monotonic()
    with socket.create_connection((url.hostname, url.port), 10) as sock:
        with pytest.raises((ssl.SSLError, OSError)):
            unverified().wrap_socket(sock)
    assert time.monotonic() - begin < 3


def test_slow_and_half_requests_do_not_hang_the_phone(plain):
    url = urllib.parse.urlsplit(plain.ready["http"])
    secure = urllib.parse.urlsplit(plain.ready["https"])
    held = [socket.create_connection((u.hostname, u.port), 10) for u in (url, secure) for _ in range(12)]
    try:
        for sock in held[::2]:
            try:
                sock.sendall(b"GET / HTT")
            except OSError:
                pass  # the phone may have closed it to make room
        assert plain.get("/sysinfo.html", secure=False, timeout=10).status == 200
        assert plain.get("/sysinfo.html", timeout=10).status == 200
    finally:
        for sock in held:
            sock.close()
    assert plain.get("/sysinfo.html").status == 200


def test_an_unfinished_request_is_answered_408(runtime, phones, server):
    """Within the limit that this phone has, not those 15 s that phones are shipped with."""
    server.files["/aastra.cfg"] = PLAIN
    plain = phones(runtime, server.url, extra=("--limits", '{"request_ms": 1000}'))
    begin = time.monotonic()
    answer = plain.raw(b"GET / HTTP/1.1\r\nHost: a\r\n", timeout=60)
    assert answer.startswith(b"HTTP/1.1 408"), answer[:80]
    assert time.monotonic() - begin > 0.9, "the rest could have come"


def test_many_parallel_readers(plain):
    def one(number):
        return plain.get("/api/status", secure=bool(number % 2), timeout=20).status

    with concurrent.futures.ThreadPoolExecutor(6) as pool:
        codes = list(pool.map(one, range(60)))
    assert set(codes) <= {200, 503} and codes.count(200) >= 50, codes


def test_keep_alive_and_pipelining(plain):
    login = b"Authorization: Basic " + base64.b64encode(b"admin:22222") + b"\r\n"
    one = b"GET /api/status HTTP/1.1\r\nHost: 127.0.0.1\r\n" + login
    data = one + b"\r\n" + one + b"\r\n" + one + b"Connection: close\r\n\r\n"
    for secure in (False, True):
        answer = plain.raw(data, secure=secure)
        assert answer.count(b"HTTP/1.1 200 OK") == 3, answer


def test_expect_100_continue(plain):
    body = b"https_block_http_post_xml=0"
    head = b"POST /provis.html HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Basic YWRtaW46MjIyMjI=\r\n"
    head += b"Content-Type: application/x-www-form-urlencoded\r\nContent-Length: %d\r\n" % len(body)
    answer = plain.raw(head + b"Expect: 100-continue\r\nConnection: close\r\n\r\n", pieces=[body], secure=True)
    assert answer.startswith(b"HTTP/1.1 100") and b"HTTP/1.1 200" in answer


def test_curl_sees_a_sound_server(plain):
    url = plain.ready["https"].rstrip("/")
    command = ["curl", "-sS", "-k", "-u", "admin:22222", "-o", "/dev/null", "-w", "%{http_code} %{ssl_verify_result}"]
    command += [url + "/sysinfo.html", "-o", "/dev/null", url + "/provis.html"]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60)
    assert done.returncode == 0 and done.stdout.count("200") == 2, (done.stdout, done.stderr)


def test_restart_needs_log_in_and_post(plain):
    evil = {"Origin": "https://evil.example"}
    assert plain.post("/reset.html", {"resetOption": "0"}, headers=evil).status in (401, 403)
    assert plain.get("/reset.html?resetOption=0").status == 200
    assert json.loads(plain.get("/api/status").text)["uptime_s"] >= 0
