"""A file for the real phones (tests/host/aastra.cfg): each line is used, kept, not for this firmware, or wrong."""

from pathlib import Path

from dialtone.config import parameters
from host.configtool import files, lint

PATH = str(Path(__file__).with_name("aastra.cfg"))
# What a phone without telephony cannot use: the beginnings of such names
FOREIGN = ("sip ", "directory ", "emergency dial plan", "call waiting tone", "ring tone", "tone set", "bl on time")
FOREIGN += ("suppress dtmf playback", "dnd key mode", "log module ", "time format", "date format", "$telnet")
WRONG = {
    "http pord: 81": 'unknown parameter "http pord"',
    "auto resync time: 25:00": "must be a time of day",
    "softkey6 type: teleporter": "is not a value of this setting",
    "no colon here": "no colon behind the name",
}


def accounts():
    """(text, what became of it) of each line that says anything: "used", "kept", "foreign", "elsewhere" or "wrong"."""
    text = files.data(PATH).decode().splitlines()
    found = {each.line: each for each in lint.lint([PATH]) if each.level != lint.WARNING}
    store = files.read_store([PATH], "57i")
    for number, line in enumerate(text, 1):
        if not line or line.startswith("#"):
            continue
        told = found.get(number)
        if told is None or "does not act on it" in told.reason:
            for each in files.lines((line + "\n").encode())[0]:
                row = parameters.find(each.name, "57i")
                inside = store.layers[0].row(row.name)
                assert inside and inside[1] == str(number), line
            yield line, "kept" if told else "used"
        elif told.level == lint.ERROR:
            yield line, "wrong"
        else:
            yield line, "foreign" if "not used by this firmware" in told.reason else "elsewhere"


def test_every_line_is_accounted_for():
    told = list(accounts())
    by = {}
    for line, what in told:
        by.setdefault(what, []).append(line)
    assert len(told) >= 150
    assert sorted(by["wrong"]) == sorted(WRONG)
    for line in by["foreign"]:
        assert line.lower().startswith(FOREIGN), "a setting of the management plane: " + line
    for line in by["elsewhere"]:
        assert line.startswith("prgkey"), line
    assert len(by["used"]) >= 90 and len(by["kept"]) > 25


def test_what_is_wrong_is_said_with_its_reason():
    text = files.data(PATH).decode().splitlines()
    errors = {text[each.line - 1]: each for each in lint.lint([PATH]) if each.level == lint.ERROR}
    for line, reason in WRONG.items():
        assert reason in errors[line].reason, line
    assert errors["http pord: 81"].known == "http port"


def test_a_phone_says_the_same_of_it():
    store = files.read_store([PATH], "57i")
    reasons = {line: reason for _, line, _, reason, _ in store.diagnostics}
    foreign = [reason for reason in reasons.values() if "not used by this firmware" in reason]
    assert len(foreign) > 40 and 'unknown parameter "http pord"' in reasons.values()
    assert store.get("https client method") == "TLS" and store.get("dst end relative date") == "1"
    assert store.get("http digest password") == "p@ss#1" and store.get("http server") == "192.168.5.3"
    assert store.locked("admin password") and store.get("topsoftkey2 label") == "Menu #1"
