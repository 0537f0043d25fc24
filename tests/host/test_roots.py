"""The built-in trust anchors: what the PC writes is what the phone finds."""

import hashlib

from cryptography import x509
from host import roots


class Platform:
    def __init__(self, path):
        self.roots = path


def test_each_root_is_found_by_its_name_and_is_whole():
    from dialtone.net import anchors
    from dialtone.x509.certificate import CERTIFICATE_SIGN, parse

    platform = Platform(roots.ensure())
    wanted = roots.chosen()
    assert len({root.subject.public_bytes() for root in wanted}) == len(wanted) == len(roots.CHOSEN)
    for root in wanted:
        mark = hashlib.sha256(root.subject.public_bytes()).digest()[: anchors.MARK]
        place = anchors.builtin(platform, (b"nobody's", mark))
        der = anchors.at(platform, place)
        assert x509.load_der_x509_certificate(der) == root
        one = parse(der)  # the phone's own reader takes it, too, as an authority that speaks for itself
        assert one.ca and one.issuer == one.subject and one.key_usage & CERTIFICATE_SIGN
    assert anchors.builtin(platform, (b"nobody's",)) is None


def test_the_set_is_small_and_in_force():
    import datetime

    now = datetime.datetime.now(datetime.timezone.utc)
    size = sum(len(roots.record(root)) for root in roots.chosen())
    assert size < 20_000, size  # of a flash that holds everything else, too
    assert all(root.not_valid_before_utc < now < root.not_valid_after_utc for root in roots.chosen())


def test_without_a_set_or_with_half_of_one_nothing_is_found(tmp_path):
    from dialtone.net import anchors

    data = b"".join(roots.record(root) for root in roots.chosen()[:2])
    (tmp_path / "half").write_bytes(data[:1500])
    marks = (hashlib.sha256(roots.chosen()[1].subject.public_bytes()).digest()[: anchors.MARK],)
    assert anchors.builtin(Platform(""), marks) is None
    assert anchors.builtin(Platform(str(tmp_path / "none")), marks) is None
    assert (
        len(anchors.at(Platform(str(tmp_path / "half")), anchors.builtin(Platform(str(tmp_path / "half")), marks)))
        < 100
    )
