from dialtone.text import character, codes, latin

TEXTS = ("", "plain ~\x7f", "W\xe4hl \x80\x9f\xff", "\u0100\u07ff\u0800\u4e2d\ufffd", "\U00010000\U0001f4de\U0010ffff")


def test_code_points():
    for text in TEXTS:
        assert list(codes(text)) == [ord(char) for char in text], text


def test_a_character_from_its_code():
    for text in TEXTS:
        assert "".join([character(code) for code in codes(text)]) == text


def test_bytes_of_iso_8859_1():
    raw = bytes(range(256))
    assert latin(raw) == "".join([chr(byte) for byte in raw])


def test_they_leave_no_identifiers_behind():
    try:
        from micropython import qstr_info
    except ImportError:
        return  # CPython keeps none
    del qstr_info
    import gc

    text = "".join([character(code) for code in range(0x5000, 0x5190)])
    list(codes(text))
    gc.collect()
    before = gc.mem_alloc()
    for start in range(0x5190, 0x6000, 400):
        text = "".join([character(code) for code in range(start, start + 400)])
        assert len(list(codes(text))) == 400
    text = None
    gc.collect()
    assert gc.mem_alloc() - before < 2000, gc.mem_alloc() - before


def test_neither_do_those_who_read_others_texts():
    try:
        from micropython import qstr_info
    except ImportError:
        return  # CPython keeps none
    del qstr_info
    import gc

    from dialtone.client.digest import parse as challenges
    from dialtone.config.saving import quoted
    from dialtone.http.url import join, parse
    from dialtone.provisioning import cache
    from dialtone.scripts.variables import expand

    page = parse("http://h/a")

    def read(text):
        assert parse("http://h/" + text).target[:4] == "/%E5"
        join(page, text)
        assert challenges('Digest realm="%s"' % text)[0].get("realm") == text
        assert cache.tag(200, text) == (200, "", "", "")
        assert expand("$$" + text + "$$", None) == "$$" + text + "$$"
        for at in range(0, len(text), 10):
            quoted(text[at:])

    for start in (0x5000, 0x5300):  # the first time code is loaded, too
        gc.collect()
        before = gc.mem_alloc()
        for code in range(start, start + 600, 60):
            read("".join([character(code + at) for at in range(60)]))
    gc.collect()
    assert gc.mem_alloc() - before < 1000, gc.mem_alloc() - before
