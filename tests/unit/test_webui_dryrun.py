"""The page Configuration Files: takes a file or an address, shows what it would change, and asks."""

import random

from dialtone.errors import CallerError, DeviceError, PeerError
from dialtone.provisioning import plan
from dialtone.storage.files import Storage
from import_support import ImportPhone
from support import long, raises, seed, tmp_dir
from webui_support import ask

HEAP = "320k"  # whole pages as text beside a phone with a store
PATH = "/files.html"
BOUNDARY = b"--boundary42"
TYPE = {"content-type": "multipart/form-data; boundary=boundary42"}


def phone():
    made = ImportPhone(Storage(tmp_dir()))
    made.platform.tls_events = ()
    made.https_port = 443
    made.trouble = 0
    made.set(softkey2_label="Mine <b>")
    return made


def form(content, name=b"local.cfg", kind=b""):
    parts = b'%s\r\nContent-Disposition: form-data; name="as"\r\n\r\n%s\r\n' % (BOUNDARY, kind)
    parts += b'%s\r\nContent-Disposition: form-data; name="file"; filename="%s"\r\n' % (BOUNDARY, name)
    return parts + b"Content-Type: text/plain\r\n\r\n" + content + b"\r\n" + BOUNDARY + b"--\r\n"


def post(one, body, fields=TYPE, secure=True, size=100):
    return ask(PATH, "POST", body, phone=one, fields=fields, secure=secure, size=size)


def decide(one, what, number=None):
    number = number or plan.said(one.storage)[1]
    return post(one, ("do=%s&plan=%s" % (what, number)).encode(), {})


def test_a_file_is_looked_at_and_put_in_force():
    one = phone()
    status, text, answer = post(one, form(b"softkey2 label: <i>\nno colon\nsip line1 password: x\n"))
    assert status == 202 and "being looked at" in text and answer.fields[0][1].endswith(";url=/files.html")
    page = ask(PATH, phone=one)
    assert "is busy" in page[1] and page[2].fields[0][0] == "Refresh"
    one.tasks()
    status, text, answer = ask(PATH, phone=one)
    assert status == 200 and not answer.fields
    parts = ("Dry Run of local.cfg", "one setting would change; no restart", "Mine &lt;b&gt;", "<td>&lt;i&gt;")
    parts += ("local.cfg line 2, column 1", "no colon behind", "does not use, and keeps: 1.", "Put in Force")
    for part in parts:
        assert part in text, part
    assert one.local() == {"softkey2 label": "Mine <b>"}
    status, text, answer = decide(one, "apply")
    assert status == 202 and "put in force" in text
    one.tasks()
    assert one.local() == {"softkey2 label": "<i>"}
    text = ask(PATH, phone=one)[1]
    assert "Provisioning complete" in text and "local.cfg is in force: one setting changed." in text
    assert one.log.lines[-1] == "configuration: admin at 192.0.2.9 has put local.cfg in force: 1 changes"


def test_no_is_no():
    one = phone()
    post(one, form(b"softkey2 label: x\n", b"backup (3).cfg", b"local"))
    one.tasks()
    status, _, answer = decide(one, "undo")
    assert status == 303 and answer.fields == (("Location", PATH),) and plan.said(one.storage) is None
    decide(one, "apply", "00")
    one.tasks()
    assert "Another file was looked at" in ask(PATH, phone=one)[1] and one.local() == {"softkey2 label": "Mine <b>"}


def test_who_comes_second_is_told_to_wait():
    one = phone()
    post(one, form(b"softkey2 label: first\n"))
    for body, fields in ((form(b"softkey2 label: second\n"), TYPE), (b"do=apply&plan=1", {}), (b"url=x", {})):
        status, text, _ = post(one, body, fields)
        assert status == 409 and "Try again" in text
    one.tasks()
    assert "first" in ask(PATH, phone=one)[1]
    one.safe = True
    assert post(one, form(b"a: b\n"))[0] == 409


def test_what_cannot_be_meant():
    for body, reason in (
        (form(b"a: b\n", b"holiday.jpg"), "no file of a phone"),
        (form(b"a: b\n", b"\xff.cfg"), "no file of a phone"),
        (form(b""), "no file in it"),
        (b"", "no file in it"),
        (b"--boundary42\r\n", "no file in it"),
        (form(b"a: b\n")[:-30], "no file in it"),
    ):
        one = phone()
        with raises(CallerError) as caught:
            post(one, body)
        assert reason in caught.value.text and not one.round and not one.storage.exists(plan.FILE), body


def test_a_form_in_any_pieces_and_order():
    whole = form(b"softkey2 label: First\r\n--boundary4\r\n\r\n--boundary4\nsoftkey3 label: Last", b"x", b"local")
    second = whole.find(BOUNDARY, 1)
    for body in (whole, whole[second:-4] + b"\r\n" + whole[:second] + BOUNDARY + b"--\r\n"):
        for size in list(range(1, 40 if long() else 9)) + [191, 192, 193, 250, 700]:
            one = phone()
            assert post(one, body, size=size)[0] == 202
            with one.storage.open(plan.FILE, "rb") as file:
                assert b"softkey" not in file.read(), "in flash nobody can read it"
            one.tasks()
            changed = [line[0] for line in one.lines()]
            assert changed == ["softkey2 label", "softkey3 label"], (size, changed)
            assert not one.storage.exists(plan.FILE)


def pieces(line, count, last=b""):
    """A form with a file of so many lines."""
    whole = form(b"\0" + last)
    at = whole.find(b"\0")
    yield whole[:at]
    for _ in range(count):
        yield line
    yield whole[at + 1 :]


def test_a_file_longer_than_the_heap():
    one = phone()
    body = pieces(b"sip line1 auth name: somebody\n" * 20, 700, b"softkey3 label: Last\n")
    assert post(one, body)[0] == 202
    one.tasks()
    assert [(line[0], line[3]) for line in one.lines()] == [("softkey2 label", ""), ("softkey3 label", "Last")]


def test_a_file_that_is_too_long_or_finds_no_room():
    class Full:
        def __getattr__(self, name):
            return getattr(one_storage, name)

        def open(self, name, mode):
            return Brim()

    class Brim:
        def write(self, data):
            raise OSError(28)

        def close(self):
            raise OSError(28)

    one = phone()
    with raises(PeerError) as caught:
        post(one, pieces(bytes(1000), 600))
    assert caught.value.status == 413 and "512 KB" in caught.value.text
    assert not one.round and not one.storage.exists(plan.FILE)
    one_storage, one.storage = one.storage, Full()
    with raises(DeviceError) as caught:
        post(one, form(b"a: b\n" * 10))
    assert "storage is full" in caught.value.text and not one.round


def test_over_https_only():
    one = phone()
    status, text, _ = post(one, form(b"softkey2 label: x\n"), secure=False)
    assert status == 403 and "https://phone/files.html" in text and not one.round
    text = ask(PATH, phone=one, secure=False)[1]
    assert "<form" not in text and 'href="https://phone/files.html"' in text and "/server.cfg" in text


def test_every_name_of_a_file_is_understood():
    for name, kind, title in (
        (b"C:\\phones\\LOCAL.CFG", b"", "LOCAL.CFG"), (b"x", b"server", "server.cfg"), (b"57i.cfg", b"", "57i.cfg")
    ):  # fmt: skip
        one = phone()
        post(one, form(b"softkey1 label: x\n", name, kind))
        one.tasks()
        assert plan.said(one.storage)[4] == title


def test_any_bytes_are_a_plan_or_a_refusal():
    """Forms that are cut, mixed up or full of garbage: an answer, and a page that can be shown."""
    random.seed(seed())
    text = b"softkey2 label: x\n!https port: 1\n^hostname: \xff\n[a|b] c: \x00\n\tq\ty: \xe2\x80\xa8\n"
    good = form(text, b"server.cfg")
    one = phone()
    for _ in range(200 if long() else 25):
        data = bytearray(good)
        for _ in range(random.randrange(1, 8)):
            data[random.randrange(len(data))] = random.randrange(256)
        data = bytes(data[: random.randrange(len(data))] if random.randrange(3) == 0 else data)
        try:
            status = post(one, data)[0]
            assert status == 202
            one.tasks()
            assert plan.said(one.storage)[0] in "?-", data
        except CallerError:
            assert not one.round, data
        assert "</html>" in ask(PATH, phone=one)[1]
    assert one.local() == {"softkey2 label": "Mine <b>"}
