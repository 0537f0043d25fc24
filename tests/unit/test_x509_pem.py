import net_identity as ids
from support import raises

from dialtone.errors import CallerError
from dialtone.x509 import pem


def test_blocks_come_out_as_they_went_in():
    text = b"a line of text\n" + ids.pem(ids.CA) + b"# comment\r\n" + ids.pem(ids.KEY, "PRIVATE KEY") + b"tail"
    assert list(pem.blocks(text)) == [("CERTIFICATE", ids.CA), ("PRIVATE KEY", ids.KEY)]
    assert list(pem.blocks(text.decode())) == list(pem.blocks(text))
    assert list(pem.blocks(text.replace(b"\n", b"\r\n"))) == list(pem.blocks(text))


def test_files_without_blocks_have_none():
    for text in (b"", "", b"hello", b"-----END CERTIFICATE-----", b"-----BEGIN"):
        assert list(pem.blocks(text)) == []


def test_torn_and_damaged_blocks_are_refused():
    good = ids.pem(ids.CA)
    for text in (
        good[:-10],
        good[:40],
        b"-----BEGIN CERTIFICATE",
        b"-----BEGIN CERTIFICATE-----\n-----END CERTIFICATE-----\n",
        b"-----BEGIN CERTIFICATE-----\n!!!!\n-----END CERTIFICATE-----\n",
        b"-----BEGIN CERTIFICATE-----\nAAA\n-----END CERTIFICATE-----\n",
        b"-----BEGIN \xff-----\nAAAA\n-----END \xff-----\n",
        b"-----BEGIN CERTIFICATE-----\nAAAA\n-----END PRIVATE KEY-----\n",
    ):
        with raises(CallerError):
            list(pem.blocks(text))


def test_the_fingerprint_is_sha256_as_people_write_it():
    assert pem.fingerprint(b"") == (
        "E3:B0:C4:42:98:FC:1C:14:9A:FB:F4:C8:99:6F:B9:24:27:AE:41:E4:64:9B:93:4C:A4:95:99:1B:78:52:B8:55"
    )
    assert len(pem.fingerprint(ids.LEAF)) == 95
