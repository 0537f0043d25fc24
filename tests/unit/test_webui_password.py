from dialtone.config.parameters import MASK
from dialtone.config.store import Store
from dialtone.crypto import passwords
from dialtone.server.access import Access
from dialtone.webui import password
from fake_phone import FakePhone
from support import run
from webui_support import context, joined

HEAP = "176k"  # whole pages as text beside all of config/

def phone_with(**values):
    phone = FakePhone(Store("57i", lambda count: b"s" * count))
    phone.unload = phone.platform.unload
    for name, value in values.items():
        phone.store.set_local(name + " password", value, "lcd")
    return phone


def post(phone, role="admin", secure=True, access=None, **fields):
    """(status, page) of the form with ``fields``; what is not given is right."""
    form = {"account": role, "current": "22222", "password": "s3cret", "confirm": None}
    form.update(fields)
    if form["confirm"] is None:
        form["confirm"] = form["password"]
    body = "&".join(["%s=%s" % (name, form[name].replace(" ", "+")) for name in form]).encode()
    asked = context("/password.html", "POST", body, phone, role, secure)
    asked.access = access or Access(phone.store, phone.platform)
    answer = run(password.serve(asked))
    return answer.status, joined(answer.body)


def opens(phone, user, text):
    return Access(phone.store, phone.platform).check(user, text) == user


def test_the_administrator_changes_the_own_password():
    phone = phone_with()
    status, page = post(phone)
    assert status == 200 and "Provisioning complete" in page and "Password Changed" in page
    assert opens(phone, "admin", "s3cret") and not opens(phone, "admin", "22222") and phone.saves == 1
    stored = phone.store.get("admin password")
    assert stored.startswith(passwords.MARK) and "s3cret" not in "".join(phone.store.dump("local"))
    assert phone.store.origin("admin password") == "set here" and "s3cret" not in " ".join(phone.log.lines)
    assert post(phone)[0] == 400, "the old password does not change it again"
    assert post(phone, current="s3cret", password="n e w")[0] == 200 and opens(phone, "admin", "n e w")


def test_and_the_user_password():
    phone = phone_with()
    assert post(phone, account="user", password="77")[0] == 200
    assert opens(phone, "user", "77") and opens(phone, "admin", "22222")
    assert post(phone, account="user", password="")[0] == 200
    assert not opens(phone, "user", "") and not opens(phone, "user", "77")


def test_a_user_changes_the_own_password_alone():
    phone = phone_with(user="77")
    assert post(phone, "user", current="77", account="admin")[0] == 400
    assert opens(phone, "admin", "22222")
    assert post(phone, "user", current="78")[0] == 400 and opens(phone, "user", "77")
    assert post(phone, "user", current="77", secure=False)[0] == 200 and opens(phone, "user", "s3cret")


def test_what_is_refused_changes_nothing():
    phone = phone_with()
    for fields, why in (
        ({"confirm": "s3cre"}, "differ"),
        ({"password": ""}, "empty"),
        ({"current": "22223"}, "not right"),
        ({"current": ""}, "not right"),
        ({"account": "root"}, "administrator"),
        ({"password": "22222"}, "every phone comes with"),
        ({"password": "x" * 65}, "64 bytes"),
        ({"password": "a%0d%0ab"}, "control"),
        ({"password": "$pbkdf2-sha256$9999$AAAA$BBBB"}, "hash"),
    ):
        status, page = post(phone, **fields)
        assert status == 400 and "Nothing was changed" in page and why in page, (fields, page[-900:])
        assert opens(phone, "admin", "22222") and not phone.saves, fields


def test_a_masked_password_keeps_the_present_one():
    phone = phone_with(admin="s3cret")
    status, page = post(phone, current="s3cret", password=MASK)
    assert status == 200 and "Nothing was different" in page and not phone.saves and opens(phone, "admin", "s3cret")


def test_going_back_to_the_built_in_one_is_refused():
    phone = phone_with(admin="s3cret")
    assert post(phone, current="s3cret", password="22222")[0] == 400 and opens(phone, "admin", "s3cret")


def test_a_locked_password_stays():
    phone = phone_with()
    draft = phone.store.begin_server()
    draft.layer("aastra", "aastra.cfg", True)
    draft.feed(b"!admin password: 4711\n")
    draft.commit()
    status, page = post(phone, current="4711")
    assert status == 400 and "locked by aastra.cfg line 1" in page and opens(phone, "admin", "4711")
    assert post(phone, current="4711", account="user")[0] == 200, "the other one is not locked"


def test_a_full_flash_changes_nothing():
    from dialtone.errors import DeviceError
    from support import raises

    phone = phone_with()

    def full():
        raise DeviceError("Cannot write local.cfg: storage is full", "")

    phone.save_local = full
    with raises(DeviceError):
        post(phone)
    assert opens(phone, "admin", "22222")


def test_the_page_asks_and_shows_no_password():
    for role, account in (("admin", True), ("user", False)):
        page = joined(run(password.serve(context("/password.html", phone=phone_with(user="77"), role=role))).body)
        assert ('name="account"' in page) == account
        assert page.count('type="password"') == 3 and page.count('autocomplete="new-password"') == 2
        assert "22222" not in page and "77" not in page and "pbkdf2" not in page


def test_a_board_with_the_built_in_password_only_shows():
    from webui_support import ask

    phone = phone_with()
    phone.platform.private = False
    page = ask("/reset.html", phone=phone)[1]
    assert "<fieldset disabled>" in page and "only show settings" in page and "</fieldset></main>" in page
    page = ask("/password.html", phone=phone)[1]
    assert "fieldset" not in page and "only show settings" in page
    phone.store.set_local("admin password", "s3cret", "lcd")
    page = ask("/reset.html", phone=phone)[1]
    assert "fieldset" not in page and "every phone comes with" not in page


def test_the_current_password_is_not_guessed_here():
    phone = phone_with()
    phone.platform.log = phone.log
    access = Access(phone.store, phone.platform)
    for number in range(5):
        assert "not right" in post(phone, access=access, current=str(number))[1]
    status, page = post(phone, access=access)
    assert status == 400 and "Too many wrong passwords" in page and opens(phone, "admin", "22222")
