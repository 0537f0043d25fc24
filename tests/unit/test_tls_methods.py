from support import raises

from dialtone.errors import DeviceError, PeerError
from dialtone.tls import methods


def test_each_method_has_its_versions():
    assert methods.versions("TLS") == (0x0303, 0x0304)
    assert methods.versions("TLSv1.2") == (0x0303, 0x0303)
    assert methods.versions("TLSv1.3") == (0x0304, 0x0304)
    assert methods.versions("TLSv1") == (0x0301, 0x0301)
    assert methods.versions("SSLv3") == (0x0300, 0x0300)


def test_methods_of_another_engine_and_unknown_ones_are_device_errors():
    for method in ("SSLv3", "TLSv1"):
        with raises(DeviceError) as caught:
            methods.suites(method)
        assert method in caught.value.text and caught.value.advice
    for method in ("", "TLSv1.1"):
        with raises(DeviceError) as caught:
            methods.versions(method)
        assert caught.value.advice


def test_a_single_version_offers_only_its_own_suites():
    assert methods.suites("TLS") is None
    assert all([name.startswith("TLS1-3-") for name in methods.suites("TLSv1.3")])
    assert not any([name.startswith("TLS1-3-") for name in methods.suites("TLSv1.2")])
    for name in methods.suites("TLSv1.2"):
        for weak in ("NULL", "RC4", "DES", "PSK", "ANON", "EXPORT", "MD5"):
            assert weak not in name.upper(), name


def test_what_was_negotiated_must_be_what_was_asked_for():
    for method, version in (("TLS", "TLSv1.2"), ("TLS", "TLSv1.3"), ("TLSv1.2", "TLSv1.2"), ("TLSv1.3", "TLSv1.3")):
        methods.check_negotiated(method, version)
    for method, version in (
        ("TLSv1.3", "TLSv1.2"),
        ("TLSv1.2", "TLSv1.3"),
        ("TLS", "TLSv1.1"),
        ("TLS", "TLSv1"),
        ("TLS", "SSLv3"),
        ("TLSv1", "SSLv3"),
        ("SSLv3", "TLSv1"),
        ("TLS", ""),
        ("TLS", None),
    ):
        with raises(PeerError) as caught:
            methods.check_negotiated(method, version)
        assert str(version) in caught.value.text and method in caught.value.text


def test_every_listed_method_has_its_versions():
    for method in methods.METHODS:
        lowest, highest = methods.versions(method)
        assert 0x0300 <= lowest <= highest <= 0x0304
        assert (method in methods.OLD) == (lowest < 0x0302)
