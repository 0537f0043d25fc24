from dialtone.http.credentials import basic_value
from dialtone.server import login
from dialtone.server.access import Access


class FakeStore:
    def __init__(self, **passwords):
        self.values = {"admin password": "22222", "user password": ""}
        for name, value in passwords.items():
            self.values[name + " password"] = value
        self.reads = 0
        self.watchers = []

    def get(self, name):
        self.reads += 1
        return self.values[name]

    def watch(self, callback):
        self.watchers.append(callback)


class Platform:
    def __init__(self):
        self.clock = self.log = self
        self.now = 100
        self.lines = []

    def uptime_s(self):
        return self.now

    def warning(self, area, text):
        self.lines.append(text)

    def random(self, count):
        return b"s" * count

    def unload(self, *names):
        pass


class FakeRequest:
    def __init__(self, value):
        self.value = value

    def header(self, name):
        assert name == "authorization"
        return self.value


def role(access, user, password, peer="192.0.2.9"):
    return access.authenticate(FakeRequest(basic_value(user, password)), peer)


def test_admin_and_user_log_in():
    access = Access(FakeStore(user="123"), Platform())
    assert role(access, "admin", "22222") == "admin"
    assert role(access, "user", "123") == "user"


def test_wrong_names_and_passwords_open_nothing():
    access = Access(FakeStore(user="123"), Platform())
    for user, password in (
        ("admin", ""),
        ("admin", "2222"),
        ("admin", "222222"),
        ("admin", "123"),
        ("user", "22222"),
        ("", "22222"),
        ("ADMIN", "22222"),
        ("root", "22222"),
        ("admin ", "22222"),
        ("admin", "2222\u00b2"),
    ):
        assert role(access, user, password, user + password) is None, (user, password)


def test_an_empty_password_never_logs_in():
    access = Access(FakeStore(admin=""), Platform())
    assert role(access, "admin", "") is None
    assert role(access, "user", "") is None
    assert access.check("user", "") is None


def test_values_that_are_no_credentials():
    access = Access(FakeStore(), Platform())
    for value in (None, "", "Basic", "Basic ", "Basic !!!!", "Bearer abc", "Basic YWRtaW4=", "Basic " + "A" * 400):
        assert access.authenticate(FakeRequest(value), "192.0.2.9") is None, value


def test_the_last_good_value_is_remembered_until_the_store_changes():
    store = FakeStore()
    access = Access(store, Platform())
    assert role(access, "admin", "22222") == "admin"
    reads = store.reads
    assert role(access, "admin", "22222") == "admin"
    assert store.reads == reads, "the cache was not used"
    store.values["admin password"] = "4711"
    store.watchers[0]({"admin password"})
    assert role(access, "admin", "22222") is None
    assert role(access, "admin", "4711") == "admin"


def test_a_wrong_value_does_not_use_the_cache():
    access = Access(FakeStore(), Platform())
    assert role(access, "admin", "22222") == "admin"
    assert role(access, "admin", "22223") is None
    assert role(access, "admin", "22222") == "admin"


def test_the_same_request_is_not_checked_again_until_the_store_changes():
    store = FakeStore(user="123")
    access = Access(store, Platform())
    admin, user = FakeRequest(basic_value("admin", "22222")), FakeRequest(basic_value("user", "123"))
    assert access.authenticate(admin, "192.0.2.9") == "admin" and access.authenticate(user, "192.0.2.9") == "user"
    assert access.authenticate(admin, "192.0.2.9") == "admin", "the other's role was remembered for it"
    admin.value = None  # no request changes; this shows that nobody looks
    assert access.authenticate(admin, "192.0.2.9") == "admin"
    store.watchers[0]({"admin password"})
    assert access.authenticate(admin, "192.0.2.9") is None


def test_who_polls_alone_does_without_the_code_of_log_ins():
    platform = Platform()
    gone = []
    platform.unload = lambda *names: gone.append(names)
    access = Access(FakeStore(user="123"), platform)
    one, two = FakeRequest(basic_value("admin", "22222")), FakeRequest(basic_value("user", "123"))
    for _ in range(100):
        assert access.authenticate(one, "192.0.2.9") == "admin" and access.authenticate(two, "192.0.2.9") == "user"
    assert not gone, "two in turns need it each time"
    for _ in range(300):
        assert access.authenticate(two, "192.0.2.9") == "user"
    assert len(gone) == 1 and "dialtone.server.login" in gone[0] and "dialtone.http.encode" in gone[0], "once"
    for _ in range(100):
        assert access.authenticate(one, "192.0.2.9") == "admin"
    assert len(gone) == 2


def test_an_endless_value_is_not_even_hashed():
    store = FakeStore()
    access = Access(store, Platform())
    access.salt = None  # whoever hashes fails
    assert access.authenticate(FakeRequest("Basic " + "A" * 3000), "192.0.2.9") is None
    assert access.authenticate(FakeRequest("Basic " + "A" * 268), "192.0.2.9") is None and store.reads == 0


def test_hashed_passwords_cost_one_hash_for_each_client():
    from dialtone.crypto import passwords

    hashed = [passwords.kept(text, lambda count: b"s" * count) for text in ("4711", "77")]
    access = Access(FakeStore(admin=hashed[0], user=hashed[1]), Platform())
    checks = []
    access.platform.unload = lambda *names: checks.append(names)  # after each hash
    for _ in range(3):
        assert role(access, "admin", "4711") == "admin" and role(access, "user", "77") == "user"
    assert len(checks) == 2
    assert role(access, "admin", "77") is None and role(access, "admin", "77") is None
    assert role(access, "admin", hashed[0]) is None, "who reads flash cannot log in with it"
    assert len(checks) == 4, "the same wrong value again is not worth a hash"


def test_what_is_remembered_is_bounded_and_goes_with_the_password():
    store = FakeStore()
    access = Access(store, Platform())
    for blanks in range(9):
        value = basic_value("admin", "22222").replace(" ", " " * (blanks + 1))
        assert access.authenticate(FakeRequest(value), "192.0.2.9") == "admin"
        assert len(access.known) <= 4
    store.watchers[0]({"http port"})
    assert access.known, "other settings are no reason to forget"
    store.watchers[0]({"admin password"})
    assert not access.known


def test_five_wrong_log_ins_shut_an_address_out_for_a_minute():
    platform = Platform()
    access = Access(FakeStore(), platform)
    assert not access.left_s("a")
    for number in range(5):
        assert not access.left_s("a") and role(access, "admin", str(number), "a") is None
        platform.now += 1
    assert access.left_s("a") == 59 and platform.lines == ["a: too many wrong log-ins"]
    assert role(access, "admin", "22222", "a") is None, "the right one opens nothing now"
    assert role(access, "admin", "22222", "b") == "admin" and not access.left_s("b")
    assert access.authenticate(access.request, "a") is None, "nor a head that was right elsewhere"
    platform.now += 58
    assert access.left_s("a") == 1
    platform.now += 1
    assert role(access, "admin", "22222", "a") == "admin" and not access.left_s("a") and not access.attempts


def test_a_success_starts_anew_and_so_does_a_long_time():
    platform = Platform()
    access = Access(FakeStore(), platform)
    for _ in range(3):
        for number in range(4):
            assert role(access, "admin", str(number), "a") is None
        assert not access.left_s("a")
        assert role(access, "admin", "22222", "a") == "admin"
    for number in range(4):
        role(access, "admin", str(number), "a")
    platform.now += 600
    role(access, "admin", "x", "a")
    assert not access.left_s("a")


def test_a_request_without_credentials_is_no_wrong_log_in():
    access = Access(FakeStore(), Platform())
    for _ in range(9):
        assert access.authenticate(FakeRequest(None), "a") is None
    assert not access.attempts


def test_a_body_that_is_too_long_is_no_way_to_guess():
    """The length that a body may have depends on the log-in: it counts there, and once."""
    access = Access(FakeStore(), Platform())
    for number in range(4):
        request = FakeRequest(basic_value("admin", str(number)))
        assert login.early(access, request, "a", False) is None and access.authenticate(request, "a", False) is None
    assert not access.left_s("a")
    assert login.early(access, FakeRequest(basic_value("admin", "x")), "a", False) is None and access.left_s("a")
    assert login.early(access, FakeRequest(basic_value("admin", "22222")), "a", False) is None


def test_many_addresses_fill_neither_memory_nor_shut_others_out():
    platform = Platform()
    access = Access(FakeStore(), platform)
    for number in range(5):
        role(access, "admin", str(number), "first")
    for number in range(40):
        platform.now += 1
        for guess in range(5):
            role(access, "admin", str(guess), "10.0.0.%d" % number)
        assert len(access.attempts) <= 8 and access.left_s("10.0.0.%d" % number)
    assert role(access, "admin", "22222", "192.0.2.1") == "admin"
    assert not access.left_s("first"), "who was wrong longest ago has made room"
