"""Names of time zones: spellings, and what is said of one that is none."""

from dialtone.config import parameters, zones
from dialtone.config.store import Store
from dialtone.config.values import canonical
from dialtone.errors import CallerError
from support import raises


def test_every_name_is_its_own_spelling_in_any_letter_case():
    for name, rule in zones.names():
        for text in (name, name.lower(), name.upper(), name.replace(" ", "_"), " %s " % name):
            assert canonical(parameters.find("time zone name"), text) == name, text
        assert name == "Custom" and not rule or -720 <= int(rule.strip("uean")) <= 720, name


def test_the_list_without_memory_is_the_list():
    wanted = [name for name, _ in zones.names()]
    found = zones.Names()
    assert len(found) == len(wanted) and list(found) == wanted
    assert [found.index(name) for name in wanted] == list(range(len(wanted)))
    assert "DE-Berlin" in found and "Mordor" not in found
    with raises(IndexError):
        found[len(wanted)]


def test_what_was_meant():
    for text, name in (
        ("DE-Berln", "DE-Berlin"),
        ("Berlin", "DE-Berlin"),
        ("Europe/Berlin", "DE-Berlin"),
        ("Asia/Hong_Kong", "HK-Hong Kong"),
        ("us_eastern", "US-Eastern"),
        ("UX-Central", "US-Central"),
        ("custum", "Custom"),
        ("Mordor", ""),
        ("CET", ""),
        ("-60e", ""),
        ("=,", ""),
        ("x" * 3000, ""),
    ):
        assert zones.meant(text) == name, text
        with raises(CallerError) as e:
            zones.zone(text)
        assert ("Did you mean %s?" % name if name else "Custom") in str(e.value), text


def test_a_file_with_a_wrong_one_is_told_by_line_and_name():
    store = Store("57i")
    draft = store.begin_server()
    draft.layer("aastra", "aastra.cfg", True)
    draft.feed(b"http port: 81\ntime zone name: GB-Lodnon\ntime zone minutes: -60\n")
    draft.commit()
    ((file, line, _, reason, _),) = store.diagnostics
    assert (file, line) == ("aastra.cfg", 2)
    assert reason == "time zone name is no time zone that this phone knows. Did you mean GB-London?"
    assert store.get("time zone name") == "UTC" and store.get("time zone minutes") == "-60"


def test_a_person_is_told_the_same():
    store = Store("57i")
    with raises(CallerError) as e:
        store.set_local("time zone name", "Rome", "lcd")
    assert str(e.value) == "Time Zone is no time zone that this phone knows. Did you mean IT-Rome?"
    store.set_local("time zone name", "it-rome", "lcd")
    assert store.get("time zone name") == "IT-Rome"
