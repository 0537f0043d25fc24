from dialtone.server.access import Access
from dialtone.webui import signin
from fake_phone import FakePhone
from webui_support import context, joined


def asked(path="/login.html", method="GET", body=b"", query="", secure=True, phone=None, access=None, **fields):
    made = context(path, method, body, phone or FakePhone(), None, secure, fields)
    made.phone.platform.log = made.phone.log
    made.request.query = query
    made.access = access or Access(made.phone.store, made.phone.platform)
    return made


def post(body, **options):
    made = asked(method="POST", body=body, **options)
    return signin.serve(made), made


def test_the_form_for_a_page_leads_back_to_it():
    answer = signin.serve(asked("/provis.html", query="a=1&b=%22"))
    page = joined(answer.body)
    assert answer.status == 401 and answer.fields[0][1].startswith("Cookie realm=")
    assert 'name="to" value="/provis.html?a=1&amp;b=%22"' in page and 'autocomplete="current-password"' in page
    assert page.startswith("<!DOCTYPE html>") and page.endswith("</html>\n") and "<script" not in page
    assert 'value="/"' in joined(signin.serve(asked("/provis.html", "POST")).body), "what was sent is not sent again"
    answer = signin.serve(asked())
    assert answer.status == 200 and not answer.fields and "logged out" not in joined(answer.body)
    assert "You are logged out" in joined(signin.serve(asked(query="out")).body)


def test_a_right_password_begins_a_session():
    answer, made = post(b"name=admin&password=22222&to=%2Fprovis.html%3Fa%3D1")
    fields = dict(answer.fields)
    assert answer.status == 303 and fields["Location"] == "/provis.html?a=1" and answer.body == b""
    assert fields["Set-Cookie"].startswith("__Host-dialtone443=") and "HttpOnly" in fields["Set-Cookie"]
    assert [one[1] for one in made.access.sessions] == ["admin"]
    assert "22222" not in " ".join(made.phone.log.lines)


def test_nobody_is_led_away():
    away = b"//evil.example https://evil.example /%5Cevil.example /a%0d%0aX:%20y /%C3%A4".split()
    for to in away + [b"", b"/" * 300]:
        answer, _ = post(b"name=admin&password=22222&to=" + to)
        assert dict(answer.fields)["Location"] == "/", to
        page = joined(post(b"name=admin&password=1&to=" + to)[0].body)
        assert 'name="to" value="/"' in page and "evil" not in page, to


def test_wrong_ones_say_so_and_count():
    phone = FakePhone()
    access = Access(phone.store, phone.platform)
    for body in (b"name=admin&password=1", b"name=%3Cb%3E&password=22222", b"name=user&password=", b"x"):
        answer = post(body, phone=phone, access=access)[0]
        page = joined(answer.body)
        assert answer.status == 401 and "do not open anything" in page and "<b>&" not in page and not access.sessions
    assert post(b"name=admin&password=2", phone=phone, access=access)[0].status == 403
    assert post(b"name=admin&password=22222", phone=phone, access=access)[0].status == 403 and not access.sessions


def test_not_over_plain_http():
    assert post(b"name=admin&password=22222", secure=False)[0].status == 403
    assert signin.serve(asked(secure=False)).status == 403


def test_log_out():
    answer, made = post(b"name=admin&password=22222")
    cookie = dict(answer.fields)["Set-Cookie"].split(";")[0]
    leaving = asked("/logout.html", "POST", phone=made.phone, access=made.access, cookie=cookie)
    answer = signin.leave(leaving)
    assert answer.status == 303 and "Max-Age=0" in dict(answer.fields)["Set-Cookie"] and not made.access.sessions
