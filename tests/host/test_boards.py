"""Board folders: what is accepted, and what is said about what is not."""

import re
import shutil

import board_folder
import boards
import pytest

GOOD = """
[board]
chip = "esp32"

[phone]
model = "57i"
keys = "both"

[phone.display]
driver = "ssd1306"
sda = 21
scl = 22

[phone.keypad]
rows = [13, 14]
columns = [25, 33, 32]
keys = [["1", "2", "up"], ["*", "", "goodbye"]]

[phone.leds]
softkey1 = 17
lit = 0
"""


@pytest.fixture
def load(tmp_path):
    def load(text):
        (tmp_path / "MINE").mkdir(exist_ok=True)
        (tmp_path / "MINE/board.toml").write_text(text)
        return boards.settings("MINE", tmp_path)

    return load


def test_every_board_of_the_checkout_is_good(capsys):
    assert {"ESP32_GENERIC", "ESP32_S3", "WT32_ETH01"} <= set(boards.names())
    for name in boards.names():
        assert boards.settings(name)["model"] in boards.COLUMNS
        assert boards.hardware(name).flash_bytes >= 4 << 20
    assert boards.variants("ESP32_GENERIC") == ["ROMFS"]
    assert board_folder.main([]) == 0, capsys.readouterr().out


@pytest.mark.parametrize("name", boards.names())
def test_the_example_is_good_when_its_marks_are_taken_off(load, name):
    text = (boards.ROOT / "boards" / name / "board.toml").read_text()
    found = load(re.sub(r"(?m)^# (?=\[phone|[a-z]+\d? = |    \[|\])", "", text))
    assert found["display"]["sda"] and found["keypad"]["keys"] and found["leds"]["softkey1"]
    if name == "ESP32_GENERIC":
        assert found["display"]["sda"] == 21 and len(found["keypad"]["keys"]) == 4 and found["leds"]["lit"] == 1


def test_what_the_phone_reads(load):
    found = load(GOOD)
    assert found["board"] == "MINE"
    assert found["display"] == {"driver": "ssd1306", "sda": 21, "scl": 22, "columns": 24}
    assert load(GOOD.replace("57i", "53i"))["display"]["columns"] == 16


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ('"57i"', '"58i"', "model must be one of 57i, 53i, not '58i'"),
        ('keys = "both"', 'keys = "voice"', "keys must be one of console, keypad, both"),
        ('"ssd1306"', '"ili9341"', "driver must be one of ssd1306, not 'ili9341'"),
        ("sda = 21", "sad = 21", "has no field sad. Fields are: driver, sda"),
        ("sda = 21", "", "[phone.display] sda must be the number of a pin, not None"),
        ("sda = 21", 'sda = "D2"', "sda must be the number of a pin, not 'D2'"),
        ("sda = 21", "sda = 6", "sda: this chip has no pin 6 for that (6 to 11 lead to its flash)"),
        ("sda = 21", "sda = 1", "pin 1 is the serial console"),
        ('keys = "both"', 'keys = "both"\nbutton = 21', "[phone] button: pin 21 is taken by [phone.display] sda"),
        ('keys = "both"', 'keys = "both"\nbutton = 34', "button: pin 34 cannot be used, pins 34 to 39 have no pull-up"),
        ("scl = 22", "scl = 21", "scl: pin 21 is taken by [phone.display] sda"),
        ("scl = 22", "scl = 22\naddress = 200", "address must be 0x3C or 0x3D, not 200"),
        ("rows = [13, 14]", "rows = [13, 34]", "rows: pin 34 cannot be used, pins 34 to 39 drive nothing"),
        ("columns = [25, 33, 32]", "columns = [25, 33, 35]", "pins 34 to 39 have no pull-up"),
        ("rows = [13, 14]", "rows = 13", "rows must be a list of pins"),
        ("rows = [13, 14]", "rows = [13]", "keys must be 1 lists of 3 names"),
        ('"up"', '"fire"', "there is no key 'fire'. Keys are: options up"),
        ('"up"', '"1"', "1 is there twice"),
        ("softkey1 = 17", "softkey1 = 13", "pin 13 is taken by [phone.keypad] rows"),
        ("softkey1 = 17", "softkey99 = 17", "there is no key softkey99"),
        ('keys = "both"', "buton = 0", "[phone] has no field buton. Fields are: model, keys, button, watchdog_s"),
        ('keys = "both"', "watchdog_s = 5", "watchdog_s must be 0 for none, or 30 to 3600, not 5"),
        ("lit = 0", "lit = 2", "lit must be 0 or 1"),
        ("[phone.leds]", "[phone.leds", "line"),
    ],
)
def test_what_is_wrong_is_said(load, old, new, said):
    assert old in GOOD
    with pytest.raises(boards.BoardError) as e:
        load(GOOD.replace(old, new, 1))
    assert str(e.value).startswith("boards/MINE/board.toml: ") and said in str(e.value)


def test_an_unknown_board_and_a_keypad_that_is_not_there(load):
    with pytest.raises(boards.BoardError, match="no board NONE. Boards are: ESP32_GENERIC"):
        boards.settings("NONE")
    with pytest.raises(boards.BoardError, match="needs the table"):
        load('[phone]\nmodel = "57i"\nkeys = "keypad"\n')
    with pytest.raises(boards.BoardError, match="the table .phone. is missing"):
        load('[board]\nchip = "esp32"\n')


WIRED = """
[phone.ethernet]
phy = "LAN8720"
address = 1
mdc = 23
mdio = 18
power = 16
ref_clk = 0
"""


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("mdc = 23", "mdc = 13", "pin 13 is taken by [phone.ethernet] mdc"),
        ("mdc = 23", "mdc = 25", "pin 25 is taken by [phone.ethernet] RMII"),
        ("mdc = 23", "", "mdc must be the number of a pin"),
        ("LAN8720", "W5500", "phy must be one of LAN8720"),
        ("address = 1", "address = 32", "address must be 0 to 31"),
        ("power = 16", "speed = 100", "has no field speed"),
    ],
)
def test_a_network_chip_takes_its_pins(load, old, new, said):
    good = re.sub(r"(?s)\[phone.display\].*?\n\n", "", GOOD).replace("[25, 33, 32]", "[4, 33, 32]")
    assert load(good + WIRED)["ethernet"]["mdc"] == 23
    with pytest.raises(boards.BoardError) as e:
        load(good + WIRED.replace(old, new))
    assert said in str(e.value)
    with pytest.raises(boards.BoardError, match="this chip has no Ethernet unit"):
        load('[board]\nchip = "esp32s3"\n[phone]\nmodel = "57i"\n' + WIRED)


@pytest.fixture
def folder(tmp_path):
    """A copy of a board's folder, with the firmware beside it."""
    shutil.copytree(boards.ROOT / "boards", tmp_path / "boards")
    shutil.copytree(boards.ROOT / "firmware", tmp_path / "firmware", ignore=shutil.ignore_patterns("__pycache__"))
    assert board_folder.problems("ESP32_GENERIC", tmp_path) == []
    return tmp_path / "boards/ESP32_GENERIC"


@pytest.mark.parametrize(
    ("file", "old", "new", "said"),
    [
        ("board.json", '"mcu": "esp32"', '"mcu": "esp32s3"', "mcu esp32s3, board.toml chip esp32"),
        ("board.json", '"docs": "",', "", "board.json lacks docs"),
        ("board.json", "0x1000", "0x0", "flash_offset"),
        ("board.json", "ROMFS", "OTHER", "the same variants"),
        ("board.json", "{", "", "is not JSON"),
        ("board.toml", "vfs_bytes = 2097152", "vfs_bytes = 2097153", "leaves 2097152 for files"),
        ("board.toml", 'chip = "esp32"', 'chip = "esp8266"', "chip must be one of esp32, esp32s3"),
        ("board.toml", "flash_bytes = 4194304", 'flash_bytes = "4M"', "flash_bytes must be a number"),
        ("board.toml", '"partitions-4MiB.csv"', '"none.csv"', "must be a CSV file in this folder"),
        ("partitions-4MiB.csv", "0x10000,  0x1F0000", "0x10000,  0x200000", "inside factory"),
        ("partitions-4MiB.csv", "0x200000, 0x200000", "0x200000, 0x210000", "behind the flash"),
        ("mpconfigboard.cmake", "partitions-4MiB.csv", "partitions-4MiB-romfs.csv", "must set DIALTONE_PARTITIONS"),
        ("mpconfigboard.cmake", "sdkconfig.board", "sdkconfig.mine", "names sdkconfig.mine, which is not there"),
        ("mpconfigboard.cmake", "IDF_TARGET esp32", "IDF_TARGET esp32c3", "must set IDF_TARGET esp32"),
        ("mpconfigboard.h", "BLUETOOTH (0)", "BLUETOOTH (1)", "unless mpconfigboard.h leaves Bluetooth out"),
        ("sdkconfig.board", "4MB", "8MB", "must set the flash size of board.toml, 4 MB"),
        ("pins.csv", "SDA,GPIO21", "SDA,GPIO22", "GPIO22 is there twice"),
        ("pins.csv", "SDA,GPIO21", "SCL,GPIO21", "SCL is there twice"),
        ("pins.csv", "SDA,GPIO21", "SDA,GPIO6", "has no GPIO6"),
        ("pins.csv", "SDA,GPIO21", "SDA,21", "is no NAME,GPIOn"),
        ("manifest.py", 'include("../../firmware/manifest.py")\n', "", "does not name firmware/dialtone/phone.py"),
        ("../../firmware/manifest.py", '"phone.py",', '"phone.py", "fone.py",', "names fone.py, which is not there"),
        ("../../firmware/manifest.py", '"phone.py",', '"phone.py", "phone.py",', "names a file twice"),
        ("../../firmware/manifest.py", '        "phone.py",\n', "", "does not name firmware/dialtone/phone.py"),
        ("mpconfigvariant_ROMFS.cmake", "include(${MICROPY_BOARD_DIR}/../flashmap.cmake)", "", "flashmap.cmake when"),
        ("mpconfigvariant_ROMFS.cmake", "flashmap.cmake", "flashmop.cmake", "flashmop.cmake, which is not there"),
        ("../flashmap.cmake", "../flashmap.c", "../flashmap.cpp", "flashmap.cmake names ../flashmap.cpp"),
        ("manifest-romfs.py", 'module("main.py"', 'module("maine.py"', "names maine.py, which is not there"),
    ],
)
def test_what_does_not_fit_together_in_a_folder(folder, file, old, new, said):
    text = (folder / file).read_text()
    assert old in text
    (folder / file).write_text(text.replace(old, new, 1))
    assert said in "\n".join(board_folder.problems("ESP32_GENERIC", folder.parents[1]))


def test_files_that_are_missing_or_named_nowhere(folder):
    root = folder.parents[1]
    (folder / "old.csv").write_text("")
    assert board_folder.problems("ESP32_GENERIC", root) == ["old.csv is named nowhere"]
    (folder / "old.csv").unlink()
    (folder / "mpconfigvariant_ROMFS.cmake").unlink()
    assert "mpconfigvariant_ROMFS.cmake is missing" in board_folder.problems("ESP32_GENERIC", root)
    (folder / "pins.csv").unlink()
    assert board_folder.problems("ESP32_GENERIC", root) == ["pins.csv is missing"]
    with pytest.raises(boards.BoardError, match="no variant FAST. Variants are: ROMFS"):
        boards.hardware("ESP32_GENERIC", "FAST")
