from dialtone.scripts.variables import expand, quote

_VALUES = {"LOCALIP": "10.0.0.5", "DISPLAYNAME": "J\u00f6rg & Co", "X1": "1"}


def _expand(text):
    return expand(text, _VALUES.get)


def test_values_are_percent_encoded():
    assert _expand("http://h/?ip=$$LOCALIP$$&n=$$DISPLAYNAME$$") == "http://h/?ip=10.0.0.5&n=J%C3%B6rg%20%26%20Co"
    assert _expand("$$X1$$$$X1$$") == "11"


def test_what_has_no_value_is_empty():
    assert _expand("http://h/?n=$$REMOTENUMBER$$&x") == "http://h/?n=&x"


def test_other_dollars_stay():
    for text in ("", "a", "$", "$$", "$$$$", "a$$b", "$$lower$$", "$$A B$$", "$$LOCALIP", "LOCALIP$$", "$LOCALIP$"):
        assert _expand(text) == text
    assert _expand("$$x$$LOCALIP$$") == "$$x10.0.0.5"


def test_a_value_is_not_expanded_again():
    assert expand("$$A$$", {"A": "$$A$$"}.get) == "%24%24A%24%24"


def test_quote_leaves_only_unreserved_characters():
    assert quote("aZ09-._~") == "aZ09-._~"
    assert quote("\r\n /?#%\x00\u20ac") == "%0D%0A%20%2F%3F%23%25%00%E2%82%AC"
