"""Language. Columns: ``config.parameters``."""

ROWS = (
    "language|int||0..4|live||Language|lang|"
    "Screen Language|Kept: this firmware speaks English. 0: English, 1 to 4: the language pack.",
    "web language|int||0..4|live||Web language|"
    "webLanguage|Web Page Language|Kept: this firmware speaks English.",
    "input language|text||32|live||Input lang.|inputLanguage|"
    "Input Language|Kept: letters are those of the English keypad.",
    "language 1|text||64|live||Lang. pack 1|lang1|Language 1|Kept: language packs are not read.",
    "language 2|text||64|live||Lang. pack 2|lang2|Language 2|Kept: language packs are not read.",
    "language 3|text||64|live||Lang. pack 3|lang3|Language 3|Kept: language packs are not read.",
    "language 4|text||64|live||Lang. pack 4|lang4|Language 4|Kept: language packs are not read.",
)
