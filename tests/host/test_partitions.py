"""Partition tables: both forms, what does not add up, and where MicroPython looks for its files."""

import pytest
from host.firmtool import partitions
from host.firmtool.partitions import Partition, TableError

GOOD = """\
# Name, Type, SubType, Offset, Size
nvs,      data, nvs,     0x9000,   0x6000
phy_init, data, phy,           ,   4K,
factory,  app,  factory,       ,   1M   # behind what is there, to the next 64 KB
romfs_a,  data, 0x8f,    0x110000, 448K
romfs_b,  data, 0x8f,          ,   448K
vfs,      data, fat,     0x200000, 2M
"""


@pytest.fixture
def read(tmp_path):
    def read(text):
        path = tmp_path / "table.csv"
        path.write_text(text)
        rows = partitions.read_csv(path)
        partitions.check(rows, 4 << 20)
        return rows

    return read


def test_a_table_is_read_and_comes_back_from_flash(read):
    rows = read(GOOD)
    assert [row.offset for row in rows] == [0x9000, 0xF000, 0x10000, 0x110000, 0x180000, 0x200000]
    assert rows[3] == Partition("romfs_a", "data", 0x8F, 0x110000, 0x70000)
    data = partitions.to_binary(rows)
    assert len(data) == 0xC00 and partitions.from_binary(data) == rows
    assert partitions.file_system(rows, 4 << 20) == (0x200000, 0x200000)
    assert partitions.application(rows).name == "factory"
    damaged = bytearray(data)
    damaged[4] ^= 1
    for bad in (bytes(damaged), b"\xff" * 0xC00, b""):
        with pytest.raises(TableError):
            partitions.from_binary(bad)


def test_the_form_in_flash_is_espressifs():
    """An entry and the checksum behind it as the programming guide has them."""
    data = partitions.to_binary([Partition("nvs", "data", 2, 0x9000, 0x6000)])
    assert data[:32] == bytes.fromhex("aa500102 00900000 00600000") + b"nvs".ljust(16, b"\0") + bytes(4)
    assert data[32:48] == b"\xeb\xeb" + b"\xff" * 14 and set(data[64:]) == {0xFF}


def test_a_table_without_vfs_leaves_the_rest_of_the_flash(read):
    rows = read(GOOD)[:-1]
    assert partitions.file_system(rows, 4 << 20) == (0x1F0000, 0x210000)
    assert partitions.file_system(rows, 16 << 20) == (0x1F0000, (16 << 20) - 0x1F0000)
    with pytest.raises(TableError, match="no room"):
        partitions.file_system(rows, 0x1F0000)


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("0x200000, 2M", "0x200000, 3M", "behind the flash"),
        ("0x200000, 2M", "0x1E0000, 2M", "inside romfs_b"),
        ("0x9000,  ", "0x8000,  ", "inside the table itself"),
        ("0x110000", "0x110800", "no multiple of 0x1000"),
        ("448K\nvfs", "444K\nvfs", "of one size"),
        ("romfs_b", "romfs_c", "must both be there"),
        ("romfs_b", "romfs_a", "romfs_a is there twice"),
        ("phy_init", "a_name_too_long_", "1 to 15 bytes"),
        ("app,  factory", "app,  ota_0", "ota_0 and ota_1"),
        ("app,  factory", "ap,  factory", "line 4 is no entry"),
        ("1M", "lots", "line 4"),
        ("1M", "1000", "no multiple of 0x1000"),
        ("factory,       ", "factory, 0x18000", "no multiple of 0x10000"),
    ],
)
def test_what_does_not_add_up(read, old, new, said):
    assert old in GOOD
    with pytest.raises(TableError) as e:
        read(GOOD.replace(old, new, 1))
    assert said in str(e.value)
