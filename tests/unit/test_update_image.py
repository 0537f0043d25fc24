"""Image header: every field out of range is refused by name, and what a phone takes is decided by it alone."""

from dialtone.errors import CallerError, PeerError
from dialtone.update import building, image, judging
from support import raises


def _make(**changes):
    values = {"kind": 1, "models": ("57i", "53i"), "version": "1.0.0.2-SIP", "payload_length": 5000, "abi": 6}
    values.update(changes)
    return image.Header(**values)


def _header(**changes):
    return building.build_header(_make(**changes))


def _refused(data):
    with raises(PeerError) as e:
        image.parse_header(data)
    return e.value.text


def test_round_trip():
    key = bytes(range(64))
    data = _header(oldest="1.0-SIP", signer=b"12345678", next_key=key, revokes=True)
    assert len(data) == image.HEADER_BYTES
    header = image.parse_header(memoryview(data))
    assert (header.kind, header.models, header.version) == (image.APPLICATION, ("57i", "53i"), "1.0.0.2-SIP")
    assert (header.payload_length, header.abi, header.oldest) == (5000, 6, "1.0-SIP")
    assert (header.signer, header.next_key, header.revokes) == (b"12345678", key, True)
    assert (header.blocks, header.signed_length, header.head_length) == (2, 320, 384)
    header = image.parse_header(_header(payload_length=4096))
    assert (header.oldest, header.next_key, header.revokes, header.blocks) == ("", b"", False, 1)


def test_bytes_of_the_layout_do_not_move():
    data = _header(signer=b"12345678", next_key=bytes(range(64)), oldest="1.0-SIP")
    assert data[:24] == b"DTIMAGE\n\x00\x02\x00\x01\x00\x00\x01\x80\x00\x00\x13\x88\x00\x06\x00\x00"
    assert data[24:36] == b"1.0.0.2-SIP\x00" and data[56:64] == b"1.0-SIP\x00" and data[88:96] == b"57i,53i\x00"
    assert data[152:160] == b"12345678" and data[160:224] == bytes(range(64)) and data[224:] == bytes(32)


def test_not_an_image():
    for data in (b"", b"DTIMAGE\n", b"<html>" + bytes(300), _header()[:255], _header().replace(b"\n", b"\r\n")):
        assert _refused(data) == "Not a firmware image"


def test_what_is_damaged_or_not_known():
    good = _header()
    for at, byte, words in (
        (9, 1, "header version 1"),
        (9, 3, "header version 3"),
        (11, 3, "kind 3"),
        (11, 0, "kind 0"),
        (15, 0x7F, "lengths make no sense"),
        (17, 0x40, "lengths make no sense"),
        (23, 2, "damaged"),
        (24, 0x80, "damaged"),
        (224, 1, "damaged"),
        (255, 1, "damaged"),
        (88, 0, "without model"),
    ):
        data = bytearray(good)
        data[at] = byte
        assert words in _refused(data), (at, _refused(data))
    assert _refused(_header(payload_length=0)) == "Firmware image lengths make no sense"
    assert _refused(_header(payload_length=0x1000001)) == "Firmware image lengths make no sense"


def test_fields_that_do_not_fit():
    for changes in ({"version": ""}, {"version": "1" * 33}, {"models": ("x" * 65,)}, {"models": ()}):
        with raises(CallerError):
            _header(**changes)


def test_versions_compare_by_number():
    assert image.number("1.4.0.23-SIP") == (1, 4, 0, 23)
    assert image.number("1.10-SIP") > image.number("1.9.9-SIP")
    for text in ("", "1.0", "-SIP", "1..0-SIP", "1.x-SIP", "1.0-sip", "1.-1-SIP", "1.100000-SIP", "1.0-SIP "):
        with raises(PeerError):
            image.number(text)


def test_the_header_decides():
    names = ("57i", "ESP32_GENERIC")

    def judge(running="1.0.0.1-SIP", downgrade=False, abi=6, **changes):
        return judging.judge(_make(**changes), names, abi, running, downgrade)

    assert judge() and judge(models=("*",)) and judge(models=("ESP32_GENERIC",)) and judge(oldest="1.0.0.1-SIP")
    assert judge("1.0.0.2-SIP") is False
    assert judge("1.0.0.2-SIP", abi=7) is False, "what runs needs no other check"
    assert judge("1.0.0.10-SIP", downgrade=True)
    assert judge("") and judge("", kind=image.SYSTEM), "of a system it may not be known"
    for words, arguments in (
        ("for 53i, 55i, not for 57i", {"models": ("53i", "55i")}),
        ("ABI 6, this is 0", {"abi": 0}),
        ("older than 1.0.0.10-SIP", {"running": "1.0.0.10-SIP"}),
        ("from 1.0.0.2-SIP or later", {"oldest": "1.0.0.2-SIP"}),
        ("from 0.1-SIP or later", {"oldest": "0.1-SIP", "running": ""}),
    ):
        with raises(PeerError) as e:
            judge(**arguments)
        assert words in e.value.text and e.value.advice, e.value.text
