"""Files of phones from a CSV: what is in its cells reaches a phone, or somebody is told."""

from host.configtool import files
from host.serve.folder import Folder


def _folder(tmp_path, text):
    (tmp_path / "files").mkdir(exist_ok=True)
    table = tmp_path / "phones.csv"
    table.write_text(text, encoding="utf-8")
    told = []
    return Folder(tmp_path / "files", table, told.append), told


def test_each_cell_is_read_back_as_it_stands_there(tmp_path):
    cells = ["Room # 4", "#7", 'the "big" one', '"quoted"', "a: b", "Grün", "x #y"]
    lines = ['00:08:5D:00:00:%02X,"%s"\n' % (n, cell.replace('"', '""')) for n, cell in enumerate(cells)]
    folder, told = _folder(tmp_path, "mac,softkey1 label\n" + "".join(lines))
    for number, cell in enumerate(cells):
        rows, problems = files.lines(folder.made("00085D0000%02X.cfg" % number))
        assert [(row.name, row.value) for row in rows] == [("softkey1 label", cell)] and not problems, cell
    assert told == []


def test_what_no_phone_would_take_is_told_once_with_its_nearest(tmp_path):
    text = "mac,hostnam,time zone name,softkey1 type,prgkey1 label,sip line1 user name\n"
    text += "".join("00085D00000%d,name,Berlin,xlm,Key,100\n" % n for n in range(3))
    _, told = _folder(tmp_path, text)
    told = [each.partition("00085D000000.cfg: ")[2] for each in told]
    assert sorted(told) == [
        'softkey1 type is not a value of this setting (did you mean "xml"?)',
        'time zone name is no time zone that this phone knows (did you mean "DE-Berlin"?)',
        'unknown parameter "hostnam" (did you mean "hostname"?)',
    ]
