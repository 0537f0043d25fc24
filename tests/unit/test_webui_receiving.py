"""An uploaded firmware image: through the server's door into the stage, in pieces, and refused as one from a server."""

import firmware_images
from dialtone.errors import DeviceError, PeerError
from dialtone.server.access import Access
from dialtone.server.service import Service
from dialtone.storage.files import Storage
from dialtone.update import record, stage
from dialtone.webui import pages
from fake_phone import FakeEntry, FakePhone, FakeStore, FakeStream, answers, request
from firmware_images import FILES, build, pack
from support import raises, run, tmp_dir

HEAP = "640k"  # images of 9 KB in one piece are made and sent here, beside server and stage

_PATH = "/api/firmware"
_SLOT = "slots/a.romfs"
_PAYLOAD = pack(FILES)
_IMAGE = build(_PAYLOAD)
_RAW = "Content-Type: application/octet-stream\r\n"


class _Faces:
    def enter(self):
        pass

    def leave(self):
        pass

    def find(self, path):
        return pages.find(path)

    def shed(self):
        pass


def _phone(**values):
    phone = FakePhone(FakeStore(**dict({"firmware_allow_downgrade": "0"}, **values)))
    platform = phone.platform
    platform.storage = phone.storage = Storage(tmp_dir())
    platform.log = phone.log
    platform.board, platform.abi, platform.trial = "bench", 6, 0
    platform.feed = lambda: None
    platform.log = phone.log
    platform.unload = lambda *names: None
    firmware_images.trust(phone.storage)
    return phone


def _serve(phone, script, secure=True):
    service = Service(phone, secure, Access(phone.store, phone.platform), _Faces(), None)
    stream = FakeStream(script, secure)
    run(service.handle(stream, FakeEntry()))
    return answers(stream.sent)


def _pieces(data, size=700):
    return [data[at : at + size] for at in range(0, len(data), size)]


def _upload(phone, body=_IMAGE, fields=_RAW, size=700, **more):
    """(status, text) of an upload, which comes in pieces."""
    ((status, head, text),) = _serve(phone, _pieces(request("POST", _PATH, fields, body, **more), size))
    assert b"connection: close" in head and phone.round is None
    return status, text.decode()


def _form(body, kind="image/x"):
    """(fields, body) as a browser sends a form without its script."""
    head = '--xyz\r\nContent-Disposition: form-data; name="image"; filename="57i.st"\r\nContent-Type: %s\r\n\r\n' % kind
    fields = "Content-Type: multipart/form-data; boundary=xyz\r\n"
    return fields, head.encode() + body + b"\r\n--xyz--\r\n"


def test_an_image_is_staged_and_installed_after_the_answer():
    for size in (700, 37, 100000):
        phone = _phone()
        status, text = _upload(phone, size=size)
        assert (status, text) == (202, "Firmware 1.0.0.2-SIP is stored. The phone installs it now and restarts.\n")
        assert phone.storage.read(_SLOT, 20000) == _PAYLOAD and phone.rounds == [4]
        assert phone.storage.read(stage.HEAD, 20000) == _IMAGE[: -len(_PAYLOAD)]
        shown = phone.panel.shown
        assert shown[0] == "Checking the signature" and "Checking" in shown and shown[-1] is None
        assert "Loading 1.0.0.2-SIP" in shown and ("Loading 1.0.0.2-SIP 30%" in shown or size != 700)
        assert "uploads firmware" in phone.log.lines[0] and record.load(phone.storage) == {}


def test_a_form_without_a_script():
    phone = _phone()
    fields, body = _form(_IMAGE)
    status, text = _upload(phone, body, fields)
    assert status == 202 and '"note">Firmware 1.0.0.2-SIP is stored.' in text and phone.rounds == [4]
    assert phone.storage.read(_SLOT, 20000) == _PAYLOAD
    for body in (b"", b"--xyz--\r\n", b"x" * 3000, _form(b"")[1], _form(b"GIF89a" * 100)[1]):
        phone = _phone()
        status, text = _upload(phone, body, fields) if body else (400, "<h1>")
        assert status == 400 and "<h1>" in text and not phone.rounds and not phone.storage.exists("slots")


def test_a_sender_that_waits_to_be_told_and_one_that_sends_chunks():
    phone = _phone()
    whole = request("POST", _PATH, _RAW + "Expect: 100-continue\r\n", _IMAGE)
    at = whole.find(b"\r\n\r\n") + 4
    service = Service(phone, True, Access(phone.store, phone.platform), _Faces(), None)
    stream = FakeStream([whole[:at]] + _pieces(whole[at:]))
    run(service.handle(stream, FakeEntry()))
    assert stream.sent.startswith(b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 202")
    phone = _phone()
    head = request("GET", _PATH, _RAW + "Transfer-Encoding: chunked\r\n").replace(b"GET", b"POST")
    chunks = b"".join([b"%x\r\n" % len(piece) + piece + b"\r\n" for piece in _pieces(_IMAGE, 999)]) + b"0\r\n\r\n"
    assert _serve(phone, [head] + _pieces(chunks))[0][0] == 202 and phone.rounds == [4]


def test_it_refuses_as_the_way_from_a_server_does():
    bad = bytearray(_IMAGE)
    bad[-1] ^= 1
    early = bytearray(_IMAGE)
    early[300] ^= 1
    other = firmware_images.PRIVATE + 1
    for body, status, words in (
        (b"<html>" * 60, 400, "Not a firmware image"),
        (_IMAGE[:100], 400, "inside its header"),
        (_IMAGE[:-1], 400, "has %d bytes, its header says %d" % (len(_IMAGE) - 1, len(_IMAGE))),
        (_IMAGE + b"x", 400, "has %d bytes" % (len(_IMAGE) + 1)),
        (bytes(early), 400, "wrong signature"),
        (bytes(bad), 400, "damaged in block 1"),
        (build(_PAYLOAD, private=other), 400, "wrong signature"),
        (build(_PAYLOAD, private=other, signer=b"12345678"), 400, "unknown key"),
        (build(_PAYLOAD, models=("53i",)), 400, "is for 53i, not for 57i"),
        (build(_PAYLOAD, abi=7), 400, "ABI 7"),
        (build(_PAYLOAD, version="1.0.0.1-SIP"), 409, "runs already. There is nothing to do"),
        (build(_PAYLOAD, version="0.9-SIP"), 400, "Set firmware allow downgrade"),
    ):
        phone = _phone()
        found, text = _upload(phone, body)
        assert found == status and words in text, (words, found, text)
        assert not phone.rounds and words.split(",")[0] in phone.log.lines[-1] and phone.panel.shown[-1] is None
        whole = phone.storage.size(_SLOT) // 4096
        assert whole == (1 if "damaged" in words else -1), "nothing is written that was not checked"
    assert _upload(_phone(firmware_allow_downgrade="1"), build(_PAYLOAD, version="0.9-SIP"))[0] == 202
    phone = _phone()
    phone.storage.remove("firmware.keys")
    assert _upload(phone)[0] == 503


def test_what_was_taken_back_wants_to_be_allowed_and_what_is_young_is_left_alone():
    for found in ({"run": "", "bad": "1.0.0.2-SIP"}, {"run": "", "young": 1}):
        phone = _phone()
        record.save(phone.storage, found)
        status, text = _upload(phone)
        assert status == 409 and "allow it again" in text and not phone.storage.exists("slots")
        assert ("waits until what runs has lasted" in str(phone.log.lines)) == ("young" in found)
        record.acknowledge(phone.storage, True)
        record.lasted(phone.storage)
        assert _upload(phone)[0] == 202


def test_an_upload_that_broke_off_needs_no_block_twice():
    phone = _phone()
    whole = request("POST", _PATH, _RAW, _IMAGE)
    assert _serve(phone, _pieces(whole[:-100]))[0][0] == 400, "the peer has closed"
    assert phone.storage.size(_SLOT) == 4096 and phone.round is None and not phone.rounds
    with raises(PeerError):
        _broken(phone, OSError(-104))
    assert "broken off" in phone.log.lines[-1] and phone.round is None and phone.panel.shown[-1] is None
    assert _serve(phone, _pieces(whole[:-100]) + [OSError(-104)])[0][0] == 400
    assert not [line for line in phone.log.lines if "failed" in line], "no fault of the phone"
    phone.panel.shown = []
    assert _upload(phone)[0] == 202
    assert phone.panel.shown[1:3] == ["Loading 1.0.0.2-SIP", "Loading 1.0.0.2-SIP 54%"], "from the second block on"
    assert phone.storage.read(_SLOT, 20000) == _PAYLOAD


def _broken(phone, error):
    """An upload whose connection fails; the handler alone, for the service hides such errors."""
    from dialtone.server.connection import Connection
    from dialtone.webui import receiving

    service = Service(phone, True, Access(phone.store, phone.platform), _Faces(), None)
    script = _pieces(request("POST", _PATH, _RAW, _IMAGE)[:-100]) + [error]
    connection = Connection(service, FakeStream(script), FakeEntry())
    asked = connection._begin()
    made = type("Context", (), {})()
    made.phone, made.store, made.request, made.connection = phone, phone.store, asked, connection
    made.role, made.peer = "admin", "192.0.2.9"
    run(receiving.serve(made))


def test_one_at_a_time():
    for busy in ("round", "trial"):
        phone = _phone()
        if busy == "round":
            phone.round = object()
        else:
            phone.platform.trial = 1
        for body in (_IMAGE, b""):  # who sends none asks whether one would be taken
            ((status, head, text),) = _serve(phone, _pieces(request("POST", _PATH, _RAW, body)))
            assert status == 409 and b"Try again" in text and not phone.storage.exists("slots") and not phone.rounds
    assert _serve(_phone(), _pieces(request("POST", _PATH, _RAW, b"")))[0][0] == 400
    seen = []

    class Looking(FakeStream):
        def read_now(self, view):
            if len(self.script) == 3:
                seen.append(phone.round is phone)
            return FakeStream.read_now(self, view)

    phone = _phone()
    service = Service(phone, True, Access(phone.store, phone.platform), _Faces(), None)
    run(service.handle(Looking(_pieces(request("POST", _PATH, _RAW, _IMAGE))), FakeEntry()))
    assert seen == [True] and phone.round is None


def test_without_memory_or_flash_the_phone_says_so_and_goes_on():
    def none(*more):
        raise MemoryError()

    def full(*more):
        raise DeviceError("Not enough flash for the firmware image", "Free some flash")

    for name in ("begin", "write_head", "write", "resume", "finish", "end_head", "load"):
        for fails, words in ((none, "Not enough memory"), (full, "Not enough flash")):
            phone = _phone()
            before = getattr(stage.Stage, name)
            setattr(stage.Stage, name, fails)
            try:
                status, text = _upload(phone)
            finally:
                setattr(stage.Stage, name, before)
            assert status == 503 and words in text, (name, status, text)
            assert phone.round is None and record.load(phone.storage) == {} and not phone.rounds
            assert _upload(phone)[0] == 202, "and the next one is as any"


def test_who_may_not_gets_nowhere():
    phone = _phone(user_password="77")
    ours = request("POST", _PATH, _RAW, _IMAGE)
    for script, status in (
        (request("POST", _PATH, _RAW, _IMAGE, login=False), 401),
        (request("POST", _PATH, _RAW + "Origin: https://evil.example\r\n", _IMAGE), 403),
        (request("POST", _PATH, _RAW, _IMAGE, host="evil.example"), 421),
        (request("GET", _PATH), 405),
        (request("POST", _PATH), 400),
        (ours.replace(b"POST", b"PUT"), 405),
    ):
        ((found, head, text),) = _serve(phone, _pieces(script))
        assert found == status, (found, status)
        assert not phone.storage.exists("slots") and not phone.rounds and not phone.panel.shown


def test_who_drips_is_not_waited_for():
    from dialtone.server import streaming

    now = [0]
    before, streaming.ticks_ms = streaming.ticks_ms, lambda: now[0]

    class Slow(FakeStream):
        def read_now(self, view):
            now[0] += 14000
            return FakeStream.read_now(self, view)

    try:
        phone = _phone()
        service = Service(phone, True, Access(phone.store, phone.platform), _Faces(), None)
        stream = Slow(_pieces(request("POST", _PATH, _RAW, _IMAGE), 40))
        run(service.handle(stream, FakeEntry()))
    finally:
        streaming.ticks_ms = before
    assert answers(stream.sent)[0][0] == 408 and phone.round is None and not phone.rounds
