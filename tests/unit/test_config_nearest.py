from dialtone.config import parameters
from dialtone.config.nearest import nearest


def test_nearest_finds_one_slip():
    for typed, meant in (
        ("http sever", "http server"),
        ("https redirct http get", "https redirect http get"),
        ("https client methd", "https client method"),
        ("httpserver", "http server"),
        ("donwload protocol", "download protocol"),
        ("HTTPS Clientmethod", "https client method"),
        ("softkey1 tpye", "softkey1 type"),
        ("softky3 label", "softkey3 label"),
        ("expmod2 key14 lable", "expmod2 key14 label"),
        ("expmd1 key3 type", "expmod1 key3 type"),
        ("expmod1 ky60 type", "expmod1 key60 type"),
        ("https redirct http gett", "https redirect http get"),
    ):
        assert parameters.nearest(typed) == meant, typed


def test_nearest_is_silent_about_foreign_names():
    for name in ("sip line1 user name", "", "x", "tone set", "#!/bin/sh", "a" * 200):
        assert parameters.nearest(name) == "", name


def test_several_names_in_one_pass():
    assert nearest([], "57i") == []
    assert nearest(["http sever", "tone set", "prgkey1 tpye"], "53i") == ["http server", "", "prgkey1 type"]


def test_keys_that_the_model_lacks_are_not_offered():
    assert parameters.nearest("softkey21 tpye", "57i") == ""
    assert parameters.nearest("softkey1 tpye", "53i") == ""
    assert parameters.nearest("expmod1 key1 tpye", "53i") == ""
