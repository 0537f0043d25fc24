from dialtone.config.store import Store
from dialtone.errors import DeviceError
from fake_phone import FakePhone
from support import raises
from webui_support import ask

HEAP = "512k"  # holds whole pages as text, which the phone never does: test_webui_heap has the phone's own
SERVER = "/configurationServer.html"
NETWORK = "/provis.html"


def phone_with(*lines, **options):
    """A phone whose mac file has these lines."""
    store = Store("57i")
    if lines:
        draft = store.begin_server()
        draft.layer("mac", "00085D123456.cfg", options.get("trusted", True))
        for line in lines:
            draft.feed(line + b"\n")
        draft.commit()
    return FakePhone(store)


def post(phone, path, body, secure=True):
    return ask(path, "POST", body, phone, secure=secure)[:2]


def field(text, name):
    """The row of one field, from its label on."""
    start = text.find('<label for="%s">' % name)
    assert start >= 0, name
    return text[start : text.find("</div></div>", start)]


def test_a_field_shows_value_origin_and_when_it_takes_effect():
    phone = phone_with(b"https server: config.example.com", b"https port: 8443")
    phone.store.set_local("https port", "444", "https page")
    text = ask(SERVER, phone=phone)[1]
    server = field(text, "httpsserv")
    assert 'value="config.example.com"' in server and "00085D123456.cfg line 1" in server
    assert 'value="444"' in field(text, "httpsport") and "set here" in field(text, "httpsport")
    assert 'value="80"' in field(text, "httpport") and ">default<" in field(text, "httpport")
    assert "after a restart" in server and "at once" in field(text, "postList")


def test_each_label_belongs_to_one_control():
    for path in (NETWORK, SERVER):
        text = ask(path, phone=phone_with())[1]
        for part in text.split('<label for="')[1:]:
            name = part[: part.find('"')]
            assert text.count('id="%s"' % name) == 1, name
            assert text.count('id="%s-h"' % name) == 1, name
            assert 'class="tag' in part[: part.find("</label>")], "where its value comes from is read out with it"


def test_what_has_no_effect_comes_last_and_folded_unless_something_is_wrong_there():
    for path, idle in ((NETWORK, "vlanid1"), (SERVER, "ftpserv"), ("/preferences.html", "lang1")):
        text = ask(path, phone=phone_with())[1]
        top, fold, rest = text.partition('<details class="card"><summary>Kept without Effect</summary>')
        assert fold and 'name="%s"' % idle in rest and "Takes effect" not in rest, path
        assert "Has no effect" not in top, path
    assert "<summary>Custom Time Zone</summary>" in top and 'name="tzName"' in top.partition("<summary>")[0]
    text = post(phone_with(), NETWORK, b"vlanid1=5000")[1]
    assert "<summary>" not in text and "1 to 4094" in field(text, "vlanid1")


def test_a_save_keeps_what_is_not_sent():
    phone = phone_with(b"https server: a.example")
    status, text = post(phone, SERVER, b"httpspath=phones")
    assert status == 200 and "Provisioning complete" in text and 'value="phones"' in field(text, "httpspath")
    assert phone.store.get("https path") == "phones" and phone.store.get("https server") == "a.example"
    assert phone.saves == 1 and "https path" in phone.log.lines[0]


def test_names_with_underscores_are_taken_too():
    phone = phone_with()
    assert post(phone, NETWORK, b"https_block_http_post_xml=1&https_client_method=tls+1.2")[0] == 200
    assert phone.store.flag("https block http post xml") and phone.store.get("https client method") == "TLSv1.2"
    assert post(phone, SERVER, b"https_server=a.example")[0] == 200, "where the real phone has another name as well"
    assert phone.store.get("https server") == "a.example"


def test_boxes_can_be_ticked_and_cleared():
    phone = phone_with()
    name = b"https_redirect_http_get"
    for path in (NETWORK,):
        text = ask(path, phone=phone)[1]
        assert '<input type="hidden" name="https_redirect_http_get" value="0">' in text
        assert " checked" in field(text, "https_redirect_http_get")
    assert post(phone, NETWORK, name + b"=0")[0] == 200
    assert not phone.store.flag("https redirect http get")
    assert post(phone, NETWORK, name + b"=0&" + name + b"=1")[0] == 200
    assert phone.store.flag("https redirect http get")


def test_an_unchanged_form_saves_nothing():
    phone = phone_with(b"https server: a.example")
    status, text = post(phone, SERVER, b"httpsserv=a.example&httpsport=443&httpDigestPass=&protocol=https")
    assert status == 200 and "Provisioning complete" in text and "Nothing was different" in text
    assert phone.saves == 0 and phone.store.origin("https server") == "00085D123456.cfg line 1"


def test_one_bad_field_keeps_all_from_being_saved():
    phone = phone_with()
    status, text = post(phone, SERVER, b"httpspath=phones&httpsport=70000&httpserv=a%20b")
    assert status == 400 and "Provisioning complete" not in text and "Nothing was saved" in text
    assert phone.store.get("https path") == "" and phone.store.get("https port") == "443" and phone.saves == 0
    port = field(text, "httpsport")
    assert 'aria-invalid="true"' in port and 'value="70000"' in port and "1 to 65535" in port
    assert 'value="a b"' in field(text, "httpserv") and 'class="err"' in field(text, "httpserv")
    assert 'value="phones"' in field(text, "httpspath"), "what was typed stays"
    assert 'class="err"' not in field(text, "httpspath")


def test_a_zone_is_chosen_from_the_list_and_none_of_ones_own_is_taken():
    phone = phone_with(b"time zone name: us-eastern")
    text = field(ask("/preferences.html", phone=phone)[1], "tzName")
    assert text.count("<option") > 100 and text.count(" selected") == 1
    assert "<option selected>US-Eastern<option>US-Hawaii" in text
    status, text = post(phone, "/preferences.html", b"tzName=Europe/Berlin")
    assert status == 400 and "Did you mean DE-Berlin?" in field(text, "tzName")
    assert "<option selected>Europe/Berlin</option>" in text and phone.store.get("time zone name") == "US-Eastern"
    assert post(phone, "/preferences.html", b"tzName=hk-hong_kong")[0] == 200
    assert phone.store.get("time zone name") == "HK-Hong Kong"


def test_locked_fields():
    phone = phone_with(b"!https block http post xml: 1", b"!https client method: TLSv1.2")
    text = ask(NETWORK, phone=phone)[1]
    for name in ("https_block_http_post_xml", "https_client_method"):
        assert " disabled" in field(text, name) and "locked by 00085D123456.cfg line" in field(text, name)
    status, text = post(phone, NETWORK, b"https_block_http_post_xml=0")
    assert status == 400 and "Provisioning complete" not in text and "is locked by" in text
    assert phone.store.flag("https block http post xml")
    assert post(phone, NETWORK, b"https_block_http_post_xml=1")[0] == 200, "the same value is no change"


def test_trust_is_not_lowered_over_plain_http():
    phone = phone_with()
    status, text = post(phone, NETWORK, b"https_validate_certificates=0&hostname=desk", secure=False)
    assert status == 400 and "cannot be made weaker" in text
    assert phone.store.flag("https validate certificates") and phone.store.get("hostname") == ""
    assert post(phone, NETWORK, b"https_validate_certificates=0", secure=True)[0] == 200
    assert not phone.store.flag("https validate certificates")
    assert post(phone, NETWORK, b"https_validate_certificates=1", secure=False)[0] == 200


def test_control_characters_are_refused():
    phone = phone_with()
    for value in (b"a%0Aadmin+password:+1", b"a%0D", b"a%00b", b"a%7F", b"%C2%85", b"%E2%80%A8"):
        status, text = post(phone, SERVER, b"httpspath=" + value)
        assert status == 400 and phone.store.get("https path") == "", value


def test_values_are_escaped():
    phone = phone_with(b'https path: """><script>x</script>"')
    text = ask(SERVER, phone=phone)[1]
    assert "<script" not in text
    status, text = post(phone, SERVER, b"httpsport=%22%3E%3Cb%3E&protocol=%3Cb%3E")
    assert status == 400 and "<b>" not in field(text, "httpsport") and "<b>" not in field(text, "protocol")


def test_secrets_never_appear():
    phone = phone_with(b"http digest password: hush-hush")
    text = ask(SERVER, phone=phone)[1]
    assert "hush" not in text and 'placeholder="unchanged"' in field(text, "httpDigestPass")
    status, text = post(phone, SERVER, b"httpDigestPass=new-secret&httpsport=0")
    assert status == 400 and "new-secret" not in text and "hush" not in text
    status, text = post(phone, SERVER, b"httpDigestPass=new-secret")
    assert status == 200 and "new-secret" not in text and phone.store.get("http digest password") == "new-secret"
    assert "new-secret" not in phone.log.lines[-1]


def test_fields_of_other_pages_are_ignored():
    phone = phone_with()
    assert post(phone, NETWORK, b"admin_password=1&httpsserv=evil&x=%00")[0] == 200
    assert phone.store.get("admin password") == "22222" and phone.store.get("https server") == "" and not phone.saves


def test_a_restart_is_asked_for_when_it_is_needed():
    assert '/reset.html">Restart the phone' in post(phone_with(), SERVER, b"httpsserv=a.example")[1]
    assert "Restart the phone" not in post(phone_with(), NETWORK, b"https_redirect_http_get=0")[1]


def test_the_push_list():
    phone = phone_with()
    assert post(phone, SERVER, b"postList=10.0.0.1,+pbx.example")[0] == 200
    assert phone.store.get("xml application post list") == "10.0.0.1, pbx.example"
    assert post(phone, SERVER, b"postList=")[0] == 200 and phone.store.get("xml application post list") == ""


def test_what_cannot_be_stored_is_not_in_force():
    phone = phone_with()
    assert post(phone, NETWORK, b"hostname=first")[0] == 200
    for failure in (DeviceError("Cannot write local.cfg: storage is full", "Remove files"), MemoryError()):

        def fail(failure=failure):
            raise failure

        phone.save_local = fail
        lines = len(phone.log.lines)
        with raises(type(failure)):
            post(phone, NETWORK, b"hostname=second&https_block_http_post_xml=1")
        assert phone.store.get("hostname") == "first" and not phone.store.flag("https block http post xml")
        assert len(phone.log.lines) == lines, "the log claims nothing"
