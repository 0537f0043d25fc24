"""Language. Columns: ``config.parameters``."""

ROWS = (
    "language|int||0..4|||Language|lang|"
    "Screen Language|Has no effect: this firmware speaks English.",
    "web language|int||0..4|||Web language|"
    "webLanguage|Web Page Language|Has no effect: this firmware speaks English.",
    "input language|text||32|||Input lang.|inputLanguage|"
    "Input Language|Has no effect: letters are those of the English keypad.",
    "language 1|text||64|||Lang. pack 1|lang1|Language 1|Has no effect: language packs are not read.",
    "language 2|text||64|||Lang. pack 2|lang2|Language 2|Has no effect: language packs are not read.",
    "language 3|text||64|||Lang. pack 3|lang3|Language 3|Has no effect: language packs are not read.",
    "language 4|text||64|||Lang. pack 4|lang4|Language 4|Has no effect: language packs are not read.",
)
