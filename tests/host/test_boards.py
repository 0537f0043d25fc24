"""Board folders: what is accepted, and what is said about what is not."""

import re

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


def test_every_board_of_the_checkout_is_good():
    assert boards.names()
    for name in boards.names():
        assert boards.settings(name)["model"] in boards.COLUMNS


def test_the_example_is_good_when_its_marks_are_taken_off(load):
    text = (boards.ROOT / "boards/ESP32_GENERIC/board.toml").read_text()
    found = load(re.sub(r"(?m)^# (?=\[phone|[a-z]+\d? = |    \[|\])", "", text))
    assert found["display"]["sda"] == 21 and len(found["keypad"]["keys"]) == 4 and found["leds"]["lit"] == 1


def test_what_the_phone_reads(load):
    found = load(GOOD)
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
