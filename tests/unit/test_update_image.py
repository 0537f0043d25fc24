"""Image header: every field out of range is refused by name."""

from dialtone.errors import CallerError, PeerError
from dialtone.update import image
from support import raises

_DIGEST = bytes(range(32))


def _header(**changes):
    values = {"kind": 1, "models": ("57i", "53i"), "version": "1.0.0.2-SIP", "payload_length": 5000, "digest": _DIGEST}
    values.update(changes)
    return image.build_header(image.Header(**values))


def _refused(data):
    with raises(PeerError) as e:
        image.parse_header(data)
    return e.value.text


def test_round_trip():
    data = _header(header_length=4096, hash_list=(256, 64), signature=(320, 64))
    assert len(data) == image.HEADER_BYTES
    header = image.parse_header(memoryview(data))
    assert (header.kind, header.models, header.version) == (image.APPLICATION, ("57i", "53i"), "1.0.0.2-SIP")
    assert (header.payload_length, header.header_length, header.digest) == (5000, 4096, _DIGEST)
    assert (tuple(header.hash_list), tuple(header.signature)) == ((256, 64), (320, 64))


def test_bytes_of_the_layout_do_not_move():
    data = _header()
    assert data[:20] == b"DTIMAGE\n\x00\x01\x00\x01\x00\x00\x01\x00\x00\x00\x13\x88"
    assert data[20:52] == _DIGEST
    assert data[52:64] == b"1.0.0.2-SIP\x00" and data[84:92] == b"57i,53i\x00"
    assert data[148:] == bytes(108)


def test_not_an_image():
    for data in (b"", b"DTIMAGE\n", b"<html>" + bytes(300), _header()[:255], _header().replace(b"\n", b"\r\n")):
        assert _refused(data) == "Not a firmware image"


def test_newer_header_and_unknown_kind():
    data = bytearray(_header())
    data[9] = 2
    assert _refused(data) == "Firmware image header version 2 is not known"
    data[9] = 0
    assert "version 0" in _refused(data)
    assert _refused(_header(kind=3)) == "Firmware image of unknown kind 3"
    assert "unknown kind 0" in _refused(_header(kind=0))


def test_lengths_that_make_no_sense():
    for changes in (
        {"payload_length": 0},
        {"payload_length": 0xFFFFFFFF},
        {"header_length": 255},
        {"header_length": 0},
        {"header_length": 0x10001},
    ):
        assert _refused(_header(**changes)) == "Firmware image lengths make no sense"


def test_lists_must_lie_inside_the_header():
    for changes in (
        {"hash_list": (0, 32)},
        {"hash_list": (256, 1)},
        {"signature": (512, 64)},
        {"signature": (300, 0xFFFFFF00)},
    ):
        assert "outside its header" in _refused(_header(**changes))
    assert image.parse_header(_header(header_length=320, signature=(256, 64))).header_length == 320


def test_texts_that_are_not_texts():
    for place in (52, 84):
        for byte in (0x0A, 0x1B, 0x20, 0x7F, 0xC3):
            data = bytearray(_header())
            data[place + 2] = byte
            assert _refused(data) == "Firmware image header is damaged"
        data = bytearray(_header())
        data[place] = 0
        assert _refused(data) == "Firmware image without version or model"
    assert "without version or model" in _refused(_header(models=("57i", "")))


def test_full_width_fields():
    header = image.parse_header(_header(version="9" * 32, models=("x" * 64,)))
    assert header.version == "9" * 32 and header.models == ("x" * 64,)
    for changes in ({"version": "9" * 33}, {"models": ("x" * 65,)}, {"version": ""}):
        with raises(CallerError):
            _header(**changes)


def test_check_names_the_models():
    header = image.parse_header(_header())
    image.check(header, "57i")
    image.check(image.parse_header(_header(models=("*",))), "6731i")
    with raises(PeerError) as e:
        image.check(header, "57iCT")
    assert e.value.text == "Firmware image is for 57i, 53i, not for 57iCT"
    with raises(PeerError) as e:
        image.check(image.parse_header(_header(kind=image.SYSTEM)), "57i")
    assert "System images" in e.value.text


def test_every_flipped_byte_is_refused_or_read():
    good = _header()
    for place in range(164):
        data = bytearray(good)
        data[place] ^= 0x80
        try:
            image.parse_header(data)
        except PeerError as error:
            assert error.text
