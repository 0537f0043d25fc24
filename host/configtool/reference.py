"""``dialtone config reference``: the parameter tables of docs/configuration.md, from the one parameter table."""

import sys

from host.places import ROOT, allow_firmware_imports

allow_firmware_imports()
import dialtone_shims  # noqa: E402, F401  importing it installs MicroPython's names
from dialtone.config import parameters  # noqa: E402

PAGE = ROOT / "docs/configuration.md"
BEGIN = "<!-- What follows, down to the end mark, is made by `make reference` from the parameter table. -->"
END = "<!-- end -->"
_EFFECTS = {"": "without effect", "live": "at once", "reconnect": "next connection", "restart": "restart"}
_FLAGS = {parameters.SECRET: "secret", parameters.TRUST: "trust", parameters.FILE_ONLY: "file only"}
_FLAGS[parameters.NO_XML] = "not by XML"
_BYTES = ("text", "secret", "path", "password")


def values(row):
    """What a value of `row` may be, in words."""
    kind = row.kind
    if kind == "bool":
        return "0 or 1"
    if kind == "int":
        return "%d to %d" % parameters.bounds(row)
    if kind in ("choice", "method"):
        choices = parameters.choices(row)
        return ", ".join("`%s`" % value + ("" if value == label else ": " + label) for value, label in choices)
    if kind in _BYTES:
        return "%s, up to %s bytes" % (kind if kind in ("text", "path") else "text", row.domain)
    if kind == "url":
        return "URL: " + ", ".join(row.domain.split())
    if kind == "list":
        hosts = "addresses, networks and host names, with commas between them"
        return hosts if row.domain == "host" else "words of: " + row.domain
    plain = {"host": "address or host name", "ip": "IPv4 address", "time": "time of day, hh:mm"}
    if kind == "zone":
        return "a zone's name as on the real phones (DE-Berlin, US-Eastern, GB-London ...), or Custom"
    return plain.get(kind) or {"pin": "64 digits or base64"}[kind]


def line(row):
    """The table line of one parameter."""
    flags = "".join(" *%s*" % _FLAGS[flag] for flag in row.flags)
    cells = (
        "`%s`%s" % (row.name, flags),
        row.help,
        values(row),
        "`%s`" % row.default if row.default else "",
        _EFFECTS[row.effect],
    )
    return "| %s |" % " | ".join(cell.replace("|", "\\|") for cell in cells)


def tables():
    """Yield the lines of all tables, one for each section."""
    titles = []
    for section, title, _ in parameters.sections():
        if title in titles:
            continue
        titles.append(title)
        yield "### " + title
        yield ""
        yield "| Parameter | Meaning | Values | Default | In force |"
        yield "|---|---|---|---|---|"
        for row in parameters.rows(section):
            yield line(row)
        yield ""


def page(text):
    """`text`, the present page, with fresh tables between its two marks."""
    before, begin, rest = text.partition(BEGIN)
    _, end, after = rest.partition(END)
    if not begin or not end:
        sys.exit("%s has lost its two marks: %s and %s" % (PAGE.name, BEGIN, END))
    return before + BEGIN + "\n\n" + "\n".join(tables()) + END + after


def write(check=False):
    """Write the page, or with ``check`` only look. The exit code is 1 when the page stays out of date."""
    old = PAGE.read_text(encoding="utf-8")
    new = page(old)
    if old == new:
        return 0
    if check:
        print("docs/configuration.md is out of date: run `make reference`", file=sys.stderr)
        return 1
    PAGE.write_text(new, encoding="utf-8")
    print("docs/configuration.md is up to date now")
    return 0
