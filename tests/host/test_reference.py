"""The parameter reference in docs/configuration.md is what the parameter table says."""

from host.configtool import reference
from dialtone.config import parameters


def test_the_committed_page_is_up_to_date():
    text = reference.PAGE.read_text(encoding="utf-8")
    assert reference.page(text) == text, "run `make reference`"


def test_every_parameter_has_one_line_with_its_default():
    lines = list(reference.tables())
    for row in parameters.rows():
        mine = [line for line in lines if line.startswith("| `%s`" % row.name)]
        assert len(mine) == 1, row.name
        cells = mine[0].split(" | ")
        assert len(cells) == 5 and cells[3] == ("`%s`" % row.default if row.default else "")


def test_trust_and_secret_are_marked():
    lines = {line.split("`")[1]: line for line in reference.tables() if line.startswith("| `")}
    assert "*trust*" in lines["https client method"]
    assert "*secret*" in lines["admin password"]
    assert "*file only*" in lines["web interface enabled"]


def test_what_is_around_the_tables_stays():
    old = "Before\n%s\nold\n%s\nAfter\n" % (reference.BEGIN, reference.END)
    new = reference.page(old)
    assert new.startswith("Before\n") and new.endswith(reference.END + "\nAfter\n") and "\nold\n" not in new
