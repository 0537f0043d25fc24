"""The stage keeps what was checked, over broken transfers, restarts and other files on the server."""

import gc

import firmware_images
from dialtone.errors import DeviceError, DialtoneError, PeerError
from dialtone.update import blocks, image, record, stage
from firmware_images import FILES, build, pack
from support import raises, run, tmp_dir
from update_rig import Server, phone

_PAYLOAD = pack(FILES)
_OLD = pack(dict(FILES, **{"dialtone/webui/icon.svg": b"<SVG/>"}))

_SLOT = "slots/a.romfs"

HEAP = "1m"  # images are made here, one of them of ten blocks, and lie in the heap of the phone


def _load(it, server, **more):
    """Header, None, or the error."""
    try:
        return run(it.load(server, **more))
    except DialtoneError as error:
        return error


def test_a_whole_image():
    it = phone(tmp_dir())
    header = _load(it, Server(build(_PAYLOAD)))
    assert header.version == "1.0.0.2-SIP" and header.blocks == 2
    assert it.storage.read(_SLOT, 20000) == _PAYLOAD
    assert it.shown[:2] == ["Checking 57i.st...", "Loading 57i.st"] and it.shown[-1] == "Checking"
    assert "Loading 57i.st 53%" in it.shown


def test_the_watchdog_is_fed_with_each_block_that_is_read():
    """All else awaits something for each piece, and the task that feeds it gets its turn."""
    it = phone(tmp_dir())
    payload = _PAYLOAD + bytes(6 * 4096)
    data = build(payload)
    _load(it, Server(data))
    before, it.fed = it.fed, 0
    made = stage.Stage(it.storage)
    assert before >= 8 and made.load().blocks == made.good(it.feed) == it.fed == 8


def test_a_block_in_small_pieces():
    """As where memory is scarce: the last block is not a whole number of them."""
    whole, asked = stage._block, []

    def pieces():
        asked.append(1)
        return [bytearray(128) for _ in range(32)]

    try:
        stage._block = pieces
        it = phone(tmp_dir())
        data = bytearray(build(_PAYLOAD))
        assert _load(it, Server(bytes(data))).blocks == 2 and asked and len(_PAYLOAD) % 128
        assert it.storage.read(_SLOT, 20000) == _PAYLOAD
        data[-1] ^= 1
        assert "damaged in block 1" in _load(phone(tmp_dir()), Server(bytes(data))).text
    finally:
        stage._block = whole


def test_what_runs_and_what_is_not_there_costs_a_header():
    it = phone(tmp_dir())
    server = Server(build(_PAYLOAD, version="1.0.0.1-SIP"))
    assert _load(it, server) is None and not it.storage.exists("slots")


def test_a_broken_transfer_goes_on_behind_its_last_whole_block():
    it = phone(tmp_dir())
    data = build(_PAYLOAD)
    server = Server(data)
    server.breaks, server.error = len(data) - 100, PeerError("ended too early")
    assert _load(it, server).text == "ended too early"
    server.breaks = server.error = None
    server.sent = 0
    assert _load(it, server).blocks == 2
    start = len(data) - len(_PAYLOAD) + image.BLOCK_BYTES
    behind = "bytes=%d-" % start
    assert server.ranges == [None, "bytes=384-", behind, behind] and server.sent == len(data) - start
    assert server.pauses == 1, "asked again at once, and then left: it got no further"
    assert it.storage.read(_SLOT, 20000) == _PAYLOAD


def test_a_server_that_drips_is_left_after_twenty_minutes():
    """It goes on behind what has come, with the next round."""
    it = phone(tmp_dir())
    server = Server(build(_PAYLOAD))
    real, now = blocks.ticks_ms, [0]

    def ticks_ms():
        now[0] += 200_000
        return now[0]

    try:
        blocks.ticks_ms = ticks_ms
        error = _load(it, server)
    finally:
        blocks.ticks_ms = real
    assert "too long" in error.text and error.advice and server.pauses == 0
    assert it.storage.size(_SLOT) == 4096
    assert _load(it, server).blocks == 2 and server.ranges[2:] == ["bytes=4480-"]


def test_what_was_sent_and_not_installed_is_there_at_the_next_start():
    """Its signature is checked once more, and no server is asked for it."""
    it = phone(tmp_dir())
    data = build(_PAYLOAD)
    _load(it, Server(data, None))
    assert not stage.Stage(it.storage).tag() and stage.Stage(it.storage).load()
    server = Server(build(_OLD, version="1.0.0.3-SIP"))
    assert run(it.update(server)) is None and server.ranges == []
    assert it.record()["version"] == "1.0.0.2-SIP" and it.start() == ("a", 1)
    it = phone(tmp_dir())
    _load(it, Server(data, None))
    head = bytearray(it.storage.read(stage.HEAD, 5000))
    head[-1] ^= 1
    it.storage.write_atomic(stage.HEAD, [head])
    assert run(it.update(server)) is None and it.record()["version"] == "1.0.0.3-SIP", "that of nobody is not"


def test_another_file_between_two_tries():
    for again in (build(_OLD, version="1.0.0.3-SIP"), build(_PAYLOAD), build(_PAYLOAD, version="1.0.0.1-SIP")):
        it = phone(tmp_dir())
        server = Server(build(_PAYLOAD))
        server.breaks, server.error = len(server.data) - 100, PeerError("ended")
        assert _load(it, server).text == "ended"
        other = Server(again, '"2"')
        found = _load(it, other)
        assert other.ranges[0] == "bytes=4480-", "it asked to go on, and got the whole"
        if b"1.0.0.1-SIP" in again:
            assert found is None
        else:
            assert it.storage.read(_SLOT, 20000) == again[-found.payload_length :]


def test_a_server_that_changes_the_file_and_not_its_tag():
    it = phone(tmp_dir())
    server = Server(build(_PAYLOAD))
    server.breaks, server.error = len(server.data) - 100, PeerError("ended")
    _load(it, server)
    other = Server(build(_OLD, version="1.0.0.3-SIP"))
    assert "damaged in block 1" in _load(it, other).text
    found = _load(it, other)
    assert other.ranges[1] is None and found.version == "1.0.0.3-SIP"
    assert it.storage.read(_SLOT, 20000) == _OLD


def test_a_tag_that_cannot_be_kept_costs_no_more_than_the_beginning():
    for tag, kept in (('"%s"' % ("a" * 126), 1), ('"%s"' % ("a" * 127), 0), ('"%s"' % ("\xe9" * 64), 0), (None, 0)):
        it = phone(tmp_dir())
        server = Server(build(_PAYLOAD), tag)
        server.breaks, server.error = len(server.data) - 100, PeerError("ended")
        assert _load(it, server).text == "ended" and bool(stage.Stage(it.storage).tag()) == bool(kept)
        server.breaks = server.error = None
        assert _load(it, server).blocks == 2 and it.storage.read(_SLOT, 20000) == _PAYLOAD


def test_an_answer_to_another_range_is_not_taken():
    it = phone(tmp_dir())
    server = Server(build(_PAYLOAD))
    server.breaks, server.error = len(server.data) - 100, PeerError("ended")
    _load(it, server)
    server.breaks = server.error = None
    server.data += b"x"
    assert "has %d bytes" % len(server.data) in _load(it, server).text, "it was asked for the whole then"
    server.data = server.data[:-1]
    assert _load(it, server).blocks == 2


def test_blocks_that_are_already_there_are_not_written_again():
    it = phone(tmp_dir())
    _load(it, Server(build(_PAYLOAD)))
    it.shown = []
    server = Server(build(_PAYLOAD, version="1.0.0.4-SIP"))
    assert _load(it, server).version == "1.0.0.4-SIP"
    assert it.shown == ["Checking 57i.st..."] and server.ranges == [None], "nor asked for"


def test_what_lies_in_the_slot_is_only_kept_where_flash_need_not_copy_it():
    whole = _PAYLOAD + bytes(8 * 4096)  # ten, the last one short
    data = build(whole)
    for there, kept in (
        (whole[:4096], 1),
        (whole[:4196], 1),
        (whole[:4096] + b"x" * 8 * 4096, 1),
        (whole[:4096] + b"x" * 8 * 4096 + b"x", 0),
        (whole, None),
        (whole + b"x", 0),
        (b"x" * 100, 0),
        (b"", 0),
    ):
        gc.collect()
        it = phone(tmp_dir())
        it.storage.write_atomic(_SLOT, [there])
        server = Server(data)
        found = _load(it, server)
        assert not isinstance(found, DeviceError), found
        assert found.payload_length == len(whole)
        assert it.storage.size(_SLOT) == len(whole)
        with it.storage.open(_SLOT, "rb") as file:
            for at in range(0, len(whole), 1024):
                assert file.read(1024) == whole[at : at + 1024]
        asked = [text for text in server.ranges if text]
        start = len(server.data) - len(whole)
        assert asked == ([] if kept is None else ["bytes=%d-" % (start + kept * 4096)]), (len(there), asked)


def test_what_could_be_gone_back_to_is_given_up_when_the_signature_is_right():
    other = firmware_images.PRIVATE + 1
    for private, back in ((other, "a"), (firmware_images.PRIVATE, "")):
        it = phone(tmp_dir())
        record.save(it.storage, {"run": "b", "back": "a", "version": "1.0.0.1-SIP", "before": "1.0.0.0-SIP"})
        it.storage.write_atomic(_SLOT, [b"the one before"])
        _load(it, Server(build(_PAYLOAD, private=private)))
        assert it.record()["back"] == back
        assert (it.storage.read(_SLOT, 20000) == b"the one before") == (back == "a")


def test_no_slot_is_free_while_a_new_firmware_waits_or_is_on_trial():
    it = phone(tmp_dir())
    _load(it, Server(build(_PAYLOAD)))
    record.save(it.storage, {"run": "a", "version": "1.0.0.2-SIP", "tries": 0})
    assert _load(it, Server(build(_PAYLOAD))) is None, "the very same is no news"
    error = _load(it, Server(build(_PAYLOAD, version="1.0.0.3-SIP")))
    assert isinstance(error, DeviceError) and "waits for the restart" in error.text
    assert it.storage.read(_SLOT, 20000) == _PAYLOAD and not it.storage.exists("slots/b.romfs")
    assert stage.Stage(it.storage).load() is None


def test_nothing_is_written_before_the_signature_is_right():
    good = build(_PAYLOAD)
    place = len(good) - len(_PAYLOAD)
    for at in (30, 60, 90, 130, 151, 152, 159, 160, 223, 256, 300, place - 64, place - 1):
        data = bytearray(good)
        data[at] ^= 1
        it = phone(tmp_dir())
        error = _load(it, Server(bytes(data)))
        assert isinstance(error, PeerError), (at, error)
        assert not it.storage.exists(_SLOT) and not it.storage.exists(stage.HEAD), at


def test_each_block_is_checked_before_it_is_written():
    good = build(_PAYLOAD)
    first = len(good) - len(_PAYLOAD)
    for at, count in ((first, 0), (first + 4095, 0), (first + 4096, 1), (len(good) - 1, 1)):
        data = bytearray(good)
        data[at] ^= 0x10
        it = phone(tmp_dir())
        assert "damaged in block %d" % count in _load(it, Server(bytes(data))).text
        assert it.storage.size(_SLOT) == count * image.BLOCK_BYTES


def test_lengths_that_do_not_agree():
    good = build(_PAYLOAD)
    for data, words in (
        (good[:-1], "has %d bytes, its header says %d" % (len(good) - 1, len(good))),
        (good + b"x", "has %d bytes" % (len(good) + 1)),
        (good[:100], "inside its header"),
        (good[:300], "has 300 bytes"),
        (b"", "inside its header"),
        (b"<html>" * 60, "Not a firmware image"),
    ):
        assert words in _load(phone(tmp_dir()), Server(data)).text, words


def test_who_signed_it_and_what_it_is_for():
    other = firmware_images.PRIVATE + 1
    for data, words in (
        (build(_PAYLOAD, private=other), "wrong signature"),
        (build(_PAYLOAD, private=other, signer=b"12345678"), "unknown key"),
        (build(_PAYLOAD, models=("53i",)), "is for 53i, not for 57i"),
        (build(_PAYLOAD, abi=7), "ABI 7"),
        (build(_PAYLOAD, kind=2), "two system slots"),
        (build(_PAYLOAD, version="0.9-SIP"), "older than"),
        (build(_PAYLOAD, oldest="1.0.0.2-SIP"), "or later"),
    ):
        it = phone(tmp_dir())
        error = _load(it, Server(data))
        assert words in error.text and not it.storage.exists(_SLOT), (words, error)
    assert _load(phone(tmp_dir()), Server(build(_PAYLOAD, version="0.9-SIP")), downgrade=True).version == "0.9-SIP"
    it = phone(tmp_dir())
    it.storage.remove("firmware.keys")
    assert "no key" in _load(it, Server(build(_PAYLOAD))).text


def test_flash_that_lies_is_found_when_it_is_read_back():
    it = phone(tmp_dir())
    _load(it, Server(build(_PAYLOAD)))
    made = stage.Stage(it.storage)
    assert made.load().blocks == made.good() == 2
    with it.storage.open(_SLOT, "r+b") as file:
        file.seek(4100)
        file.write(b"!")
    assert made.good() == 1
    made.resume(2)
    with raises(DeviceError) as e:
        made.finish()
    assert "read back" in e.value.text


def test_a_head_that_is_not_whole_counts_for_nothing():
    it = phone(tmp_dir())
    _load(it, Server(build(_PAYLOAD)))
    data = it.storage.read(stage.HEAD, 5000)
    for cut in (0, 100, 256, len(data) - 1):
        it.storage.write_atomic(stage.HEAD, [data[:cut]])
        assert stage.Stage(it.storage).load() is None
    it.storage.write_atomic(stage.HEAD, [data[:100] + b"x" + data[101:]])
    server = Server(build(_PAYLOAD))
    assert _load(it, server).blocks == 2 and server.ranges == [None]
