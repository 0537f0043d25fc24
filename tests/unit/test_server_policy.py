from dialtone.http.credentials import basic_value
from dialtone.server.access import Access
from dialtone.server.answer import Answer
from dialtone.server.connection import Context
from dialtone.server.policy import decide
from dialtone.server.refusals import https_url
from fake_phone import LOGIN, FakePhone, FakeStore, FakeStream
from support import run


class Request:
    """A request as the parser would give it."""

    def __init__(self, method, path, fields, host):
        self.method = method
        self.path, _, self.query = path.partition("?")
        self.host = host
        self.fields = fields

    def header(self, name):
        return self.fields.get(name)


class Faces:
    def find(self, path):
        return (("GET", "HEAD", "POST"), ("admin",), page) if path == "/page" else None


class FakeService:
    def __init__(self, phone, on_push):
        self.phone = phone
        self.access = Access(phone.store, phone.platform)
        self.on_push = on_push
        self.faces = Faces()


async def page(context):
    return Answer(200, context.role.encode())


LOGGED_IN = {"authorization": LOGIN[15:].strip()}
XML = b"xml=<AastraIPPhoneExecute><ExecuteItem URI=''/></AastraIPPhoneExecute>"


def ask(
    method="GET", path="/page", fields=None, body=b"", secure=False, host="phone", port=443, peer="192.0.2.9", **values
):
    """(answer, phone, pushes) for one request; ``values`` are parameters with underscores."""
    phone = FakePhone(FakeStore(**values))
    phone.https_port = port
    pushes = []
    stream = FakeStream(secure=secure, peer=peer)
    fields = LOGGED_IN if fields is None else fields
    context = Context(FakeService(phone, pushes.append), stream)
    context.begin(Request(method, path, fields, host), body)
    answer = decide(context)
    return answer if isinstance(answer, Answer) else run(answer), phone, pushes


def status(*arguments, **options):
    return ask(*arguments, **options)[0].status


def with_login(**fields):
    fields = {name.replace("_", "-"): fields[name] for name in fields}
    fields.update(LOGGED_IN)
    return fields


def test_a_host_that_is_not_ours_gets_421():
    values = {"hostname": "Lobby.example.com", "hostname_aliases": "phone7.corp, 10.0.0.7, 2001:db8::7"}
    for host in (
        "192.0.2.7",
        "192.0.2.7:8443",
        "57i-123456",
        "57i-123456.local:80",
        "57i-123456.local.",
        "lobby.example.com",
        "lobby.example.com.",
        "lobby.local",
        "phone7.corp:8080",
        "10.0.0.7",
        "[2001:db8::7]:443",
        "",
    ):
        assert status(host=host, **values) == 200, host
    for host in (
        "evil.example",
        "evil.example:80",
        "192.0.2.70",
        "192.0.2.7.evil.example",
        "192.0.2.8",
        "x192.0.2.7",
        "57i-123456.evil.example",
        "lobby",
        "lobby.example.com.evil",
        "corp",
        "phone7.corp, 10.0.0.7",
        "[::2]",
        "localhost",
    ):
        assert status(host=host, **values) == 421, host
        assert status("POST", host=host, fields={}, body=XML, xml_application_post_list="192.0.2.9", **values) == 421
        assert status(host=host, secure=True, fields={}, **values) == 421, "before it is asked who it is"
        assert status(host=host, https_redirect_http_get="1", **values) == 421, "no redirect to another's name"
    assert status(host="evil.example") == 421
    assert status("BREW", host="evil.example") == 501


def test_redirect_keeps_path_and_query():
    for host, port, expected in (
        ("phone", 443, "https://phone/page?a=1&b=%20"),
        ("phone:8080", 443, "https://phone/page?a=1&b=%20"),
        ("phone:8080", 8443, "https://phone:8443/page?a=1&b=%20"),
        ("[2001:db8::1]:80", 8443, "https://[2001:db8::1]:8443/page?a=1&b=%20"),
        ("[::1]", 443, "https://[::1]/page?a=1&b=%20"),
        ("192.0.2.7", 443, "https://192.0.2.7/page?a=1&b=%20"),
        ("", 443, "https://192.0.2.7/page?a=1&b=%20"),
    ):
        answer = ask("GET", "/page?a=1&b=%20", {}, host=host, port=port, https_redirect_http_get="1")[0]
        assert answer.status == 301 and answer.fields == (("Location", expected),) and answer.fresh


def test_redirect_is_for_get_and_head_over_plain_http_only():
    on = {"https_redirect_http_get": "1"}
    assert status("HEAD", "/style.css", {}, **on) == 301
    assert status("GET", "/api/status", {}, **on) == 301
    assert status("GET", secure=True, **on) == 200
    assert status("GET") == 200
    for method in ("POST", "DELETE", "PUT"):
        answer = ask(method, **on)[0]
        assert answer.status == 403 and b"https://phone/page" in answer.body, method


def test_no_redirect_while_there_is_no_https_listener():
    assert status("GET", port=0, https_redirect_http_get="1") == 200


def test_a_strange_target_is_redirected_to_the_root():
    answer = ask("GET", "*", {}, https_redirect_http_get="1")[0]
    assert answer.fields == (("Location", "https://phone/"),)


def test_log_in():
    answer = ask(fields={})[0]
    assert answer.status == 401 and ("WWW-Authenticate", 'Basic realm="Aastra 57i"') in answer.fields
    assert status(fields={"authorization": "Basic xxxx"}) == 401
    assert status() == 200
    assert status("GET", "/nowhere", {}) == 401, "a stranger does not learn which pages there are"


def test_five_wrong_log_ins_are_answered_403():
    phone = FakePhone(FakeStore())
    phone.platform.log = phone.log
    service = FakeService(phone, None)
    given = []
    for password in ("1", "2", "3", "4", "5", "22222"):
        context = Context(service, FakeStream(secure=True))
        context.begin(Request("GET", "/page", {"authorization": basic_value("admin", password)}, "phone"), b"")
        answer = decide(context)
        given.append(answer.status)
    assert given == [401] * 4 + [403] * 2 and ("Retry-After", "60") in answer.fields
    phone.platform.clock.now += 60
    context.begin(Request("GET", "/page", {"authorization": basic_value("admin", "22222")}, "phone"), b"")
    assert run(decide(context)).status == 200


def test_roles():
    from dialtone.http.credentials import basic_value

    fields = {"authorization": basic_value("user", "7")}
    assert status(fields=fields, user_password="7") == 403


def test_cross_site_changes_are_refused():
    for fields in (
        with_login(origin="https://evil.example"),
        with_login(origin="null"),
        with_login(origin=""),
        with_login(origin="http://phone:8080"),
        with_login(origin="https://phone"),
        with_login(sec_fetch_site="cross-site"),
        with_login(sec_fetch_site="same-site"),
        with_login(sec_fetch_site=""),
        with_login(origin="http://phone", sec_fetch_site="cross-site"),
        with_login(origin="https://evil.example", sec_fetch_site="same-origin"),
    ):
        answer, phone, _ = ask("POST", fields=fields)
        assert answer.status == 403, fields
        assert phone.log.lines, "a refused change is logged"


def test_own_pages_and_scripts_may_change():
    for fields in (
        None,
        with_login(origin="http://phone"),
        with_login(origin="HTTP://PHONE"),
        with_login(sec_fetch_site="same-origin"),
        with_login(sec_fetch_site="none"),
        with_login(origin="http://phone", sec_fetch_site="same-origin"),
    ):
        assert status("POST", fields=fields) == 200, fields
    assert status("POST", fields=with_login(origin="https://phone"), secure=True) == 200
    assert status("GET", fields=with_login(origin="https://evil.example", sec_fetch_site="cross-site")) == 200


def test_web_interface_switched_off():
    assert status(web_interface_enabled="0") == 403
    listed = {"xml_application_post_list": "192.0.2.9", "web_interface_enabled": "0"}
    assert status("POST", "/", {"content-type": "text/xml"}, XML, **listed) == 200


def test_pages_over_https_alone():
    only = {"secure_web_service": "1", "https_redirect_http_get": "1"}
    for method in ("GET", "POST"):
        answer = ask(method, **only)[0]
        assert answer.status == 403 and b"HTTPS only" in answer.body and not answer.fields, "not even an address"
        assert status(method, secure=True, **only) == 200
    listed = {"xml_application_post_list": "192.0.2.9"}
    listed.update(only)
    assert status("POST", "/", {"content-type": "text/xml"}, XML, **listed) == 200


def push(**options):
    fields = options.pop("fields", {"content-type": "text/xml"})
    return ask("POST", options.pop("path", "/"), fields, options.pop("body", XML), **options)


def test_push_from_a_listed_sender():
    for secure in (True, False):
        for path in ("/", "/page"):
            answer, _, pushes = push(path=path, secure=secure, xml_application_post_list="10.0.0.1, 192.0.2.9")
            assert answer.status == 200 and answer.body == b"" and len(pushes) == 1
            assert bytes(pushes[0]).startswith(b"<AastraIPPhoneExecute>")


def test_push_needs_the_list_whatever_the_credentials():
    for fields in ({"content-type": "text/xml"}, with_login(content_type="text/xml", referer="http://10.0.0.1/")):
        for listed in ("", "10.0.0.1", "192.0.2.90"):
            answer, phone, pushes = push(fields=fields, xml_application_post_list=listed)
            assert answer.status == 403 and not pushes
            assert "192.0.2.9" in phone.log.lines[0]


def test_push_from_a_web_page_is_refused():
    for name in ("origin", "sec-fetch-site"):
        for value in ("http://phone", "same-origin", "none", ""):
            fields = {"content-type": "application/x-www-form-urlencoded", name: value}
            answer, _, pushes = push(fields=fields, xml_application_post_list="192.0.2.9")
            assert answer.status == 403 and not pushes


def test_blocked_push_names_the_https_url():
    on = {"xml_application_post_list": "192.0.2.9", "https_block_http_post_xml": "1"}
    answer, _, pushes = push(**on)
    assert answer.status == 403 and not pushes and b"https://phone/" in answer.body
    assert answer.kind.startswith("text/plain")
    assert push(secure=True, **on)[0].status == 200


def test_push_is_not_touched_by_the_redirect():
    assert push(https_redirect_http_get="1", xml_application_post_list="192.0.2.9")[0].status == 200


def test_a_form_is_no_push():
    fields = with_login(content_type="application/x-www-form-urlencoded")
    assert status("POST", "/page", fields, b"a=b", https_block_http_post_xml="1") == 200


def test_urls_of_absolute_and_odd_requests():
    phone = FakePhone()
    phone.https_port = 8443
    assert https_url(phone, Request("GET", "/a/b", {}, "a.b.c:1")) == "https://a.b.c:8443/a/b"
