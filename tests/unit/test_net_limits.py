from support import raises

from dialtone.net.limits import Limits


def test_keywords_replace_defaults_of_one_object_only():
    short = Limits(idle_ms=2000, per_peer=1)
    assert short.idle_ms == 2000 and short.per_peer == 1
    assert short.connections == Limits().connections and Limits().idle_ms != 2000


def test_a_misspelt_name_is_refused():
    with raises(TypeError) as caught:
        Limits(idle=3)
    assert "idle" in str(caught.value)


def test_defaults_are_bounds():
    limits = Limits()
    assert 0 < limits.per_peer < limits.connections
    for name in ("first_byte_ms", "handshake_ms", "request_ms", "write_ms", "idle_ms", "drain_ms", "backlog"):
        assert getattr(limits, name) > 0, name
