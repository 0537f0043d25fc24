"""Letters by pressing a digit again: what the editor of settings and the input screens of scripts share."""

from micropython import const

LOWER, UPPER, DIGITS = 0, 1, 2
MODES = ("abc", "ABC", "123")
MARKS = ".:/-_@,;*#"  # the star key, in every mode
LETTERS = ("0 +", "1@?=&%~!", "abc2", "def3", "ghi4", "jkl5", "mno6", "pqrs7", "tuv8", "wxyz9")
_LONGEST = const(255)  # characters: the longest value of the parameter table


class Keypad:
    """``mode`` is one of ``MODES`` by index; ``key`` the one whose characters its next press goes through, or ""."""

    def __init__(self, mode):
        self.mode = mode
        self.key = ""
        self._turn = 0

    def switch(self):
        """The next mode."""
        self.key = ""
        self.mode = (self.mode + 1) % 3

    def press(self, text, key, characters=None):
        """``text`` after a press of ``key``, which stands for ``characters``: by default those of a digit."""
        if characters is None:
            characters = key if self.mode == DIGITS else LETTERS[int(key)]
        if key and key == self.key:
            self._turn = (self._turn + 1) % len(characters)
            text = text[:-1]
        else:
            self._turn = 0
        # A digit is complete at once; where there is more to choose from, the same key goes on choosing.
        self.key = key if len(characters) > 1 else ""
        char = characters[self._turn]
        return text + (char.upper() if self.mode == UPPER else char) if len(text) < _LONGEST else text
