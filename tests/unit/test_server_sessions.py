from dialtone.http.credentials import basic_value
from dialtone.server import sessions
from dialtone.server.access import Access
from test_server_access import FakeStore, Platform


class Request:
    def __init__(self, **fields):
        self.fields = fields

    def header(self, name):
        return self.fields.get(name)


class Lot(Platform):
    """Other bytes each time, after the salt."""

    count = 0

    def random(self, count):
        self.count += 1
        return bytes([self.count]) * count


def begun(role="admin", access=None):
    access = access or Access(FakeStore(), Lot())
    field = sessions.begin(access, role, 8443)
    return access, field[: field.find(";")], field


def role(access, cookie, secure=True, **fields):
    return access.authenticate(Request(cookie=cookie, **fields), "a", secure)


def test_the_cookie_opens_what_the_log_in_opened():
    access, cookie, field = begun()
    assert field == cookie + "; Path=/; Max-Age=28800; Secure; HttpOnly; SameSite=Strict"
    assert cookie.startswith("__Host-dialtone8443=") and len(cookie) == 20 + 32
    other = begun("user", access)[1]
    assert other != cookie
    for _ in range(2):
        assert role(access, cookie) == "admin" and role(access, other) == "user"
    assert role(access, "a=b; %s; c=d" % cookie) == "admin"
    assert role(access, "__Host-dialtone443=00; " + cookie) == "admin", "another phone behind the same address"
    assert cookie[20:] not in repr(access.sessions), "the token itself is not kept"


def test_wrong_cookies_open_nothing():
    access, cookie, _ = begun()
    bare = cookie.replace("__Host-", "")
    for wrong in ("", cookie[:-1], cookie + "0", bare, "__Host-dialtone8443=", "; ;=;", cookie[20:]):
        assert role(access, wrong) is None, wrong
    assert role(access, cookie, secure=False) is None, "not in the clear"
    assert role(access, "x=y; " * 8 + cookie) is None, "so many are not looked at"
    assert role(access, None) is None and not access.attempts


def test_a_session_ends_by_itself():
    access, cookie, _ = begun()
    access.platform.now += 1799
    assert role(access, cookie) == "admin"
    access.platform.now += 1800
    assert role(access, cookie) is None and not access.sessions, "nobody has used it for half an hour"
    access, cookie, _ = begun()
    for _ in range(28):
        access.platform.now += 1000
        assert role(access, cookie) == "admin"
    access.platform.now += 800
    assert role(access, cookie) is None and not access.sessions, "eight hours are enough"


def test_log_out_ends_this_one_alone():
    access, cookie, _ = begun()
    other = begun("user", access)[1]
    field = sessions.end(access, Request(cookie=cookie), 8443)
    assert field.startswith("__Host-dialtone8443=; Path=/; Max-Age=0; Secure")
    assert role(access, cookie) is None and role(access, other) == "user"
    sessions.end(access, Request(cookie=cookie), 8443)


def test_a_new_password_ends_all():
    access, cookie, _ = begun()
    access.store.watchers[0]({"http port"})
    assert role(access, cookie) == "admin"
    access.store.watchers[0]({"user password"})
    assert role(access, cookie) is None and not access.sessions


def test_there_are_four_at_most_and_the_idle_one_goes():
    access, first, _ = begun()
    cookies = []
    for _ in range(5):
        access.platform.now += 10
        assert role(access, first) == "admin"
        cookies.append(begun("user", access)[1])
        assert len(access.sessions) <= 4
    assert [role(access, cookie) for cookie in cookies] == [None, None, "user", "user", "user"]


def test_wrong_log_ins_of_others_at_the_address_do_not_end_it():
    access, cookie, _ = begun()
    for number in range(6):
        access.authenticate(Request(authorization=basic_value("admin", str(number))), "a", True)
    assert access.left_s("a") and role(access, cookie) == "admin"
