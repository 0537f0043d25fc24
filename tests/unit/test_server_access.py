from dialtone.http.credentials import basic_value
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


def role(access, user, password):
    return access.authenticate(FakeRequest(basic_value(user, password)))


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
        assert role(access, user, password) is None, (user, password)


def test_an_empty_password_never_logs_in():
    access = Access(FakeStore(admin=""), Platform())
    assert role(access, "admin", "") is None
    assert role(access, "user", "") is None
    assert access.check("user", "") is None


def test_values_that_are_no_credentials():
    access = Access(FakeStore(), Platform())
    for value in (None, "", "Basic", "Basic ", "Basic !!!!", "Bearer abc", "Basic YWRtaW4=", "Basic " + "A" * 400):
        assert access.authenticate(FakeRequest(value)) is None, value


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
    assert access.authenticate(admin) == "admin" and access.authenticate(user) == "user"
    assert access.authenticate(admin) == "admin", "the other's role was remembered for it"
    admin.value = None  # no request changes; this shows that nobody looks
    assert access.authenticate(admin) == "admin"
    store.watchers[0]({"admin password"})
    assert access.authenticate(admin) is None


def test_an_endless_value_is_not_even_hashed():
    store = FakeStore()
    access = Access(store, Platform())
    access._digest = None  # whoever calls it fails
    assert access.authenticate(FakeRequest("Basic " + "A" * 3000)) is None
    assert access.authenticate(FakeRequest("Basic " + "A" * 268)) is None and store.reads == 0


def test_hashed_passwords_cost_one_hash_for_each_client():
    from dialtone.crypto import passwords

    hashed = [passwords.kept(text, lambda count: b"s" * count) for text in ("4711", "77")]
    access = Access(FakeStore(admin=hashed[0], user=hashed[1]), Platform())
    checks = []
    check = access.check
    access.check = lambda user, password: checks.append(user) or check(user, password)
    for _ in range(3):
        assert role(access, "admin", "4711") == "admin" and role(access, "user", "77") == "user"
    assert checks == ["admin", "user"]
    assert role(access, "admin", "77") is None and role(access, "admin", "77") is None
    assert role(access, "admin", hashed[0]) is None, "who reads flash cannot log in with it"
    assert checks == ["admin", "user", "admin", "admin"], "the same wrong value again is not worth a hash"


def test_what_is_remembered_is_bounded_and_goes_with_the_password():
    store = FakeStore()
    access = Access(store, Platform())
    for blanks in range(9):
        value = basic_value("admin", "22222").replace(" ", " " * (blanks + 1))
        assert access.authenticate(FakeRequest(value)) == "admin"
        assert len(access._known) <= 4
    store.watchers[0]({"http port"})
    assert access._known, "other settings are no reason to forget"
    store.watchers[0]({"admin password"})
    assert not access._known
