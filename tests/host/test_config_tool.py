"""``dialtone config``: what a person at a PC learns of configuration files before a phone reads them."""

import json

import pytest
from host import cli
from host.configtool import explain, files, lint


@pytest.fixture
def folder(tmp_path):
    def write(**contents):
        for name, text in contents.items():
            path = tmp_path / (name.lstrip("_") + ".cfg")
            path.write_bytes(text if isinstance(text, bytes) else text.encode())
        return tmp_path

    return write


def found(path, **more):
    return [(each.line, each.level, each.reason, each.known) for each in lint.lint([str(path)], **more)]


def test_all_problems_at_once_with_line_column_reason_and_nearest_name(folder):
    text = 'http pord: 80\n\n  http port: 99999\nno colon\nsoftkey1 label: "a\nhttp path: a\x01b\n'
    told = lint.lint([str(folder(aastra=text))])
    assert [(each.line, each.column, each.level) for each in told] == [
        (1, 1, "error"), (3, 3, "error"), (4, 1, "error"), (5, 17, "error"), (6, 1, "error")
    ]  # fmt: skip
    assert told[0].known == "http port" and "1 to 65535" in told[1].reason and "no colon" in told[2].reason
    assert "control character" in told[4].reason


def test_a_zone_that_the_phone_does_not_know_is_an_error_with_the_nearest_name(folder):
    told = found(folder(aastra="time zone name: Europe/Berlin\n", _57i="time zone name: XX-Mordor\n"))
    assert told[0] == (1, "error", "time zone name is no time zone that this phone knows", "DE-Berlin")
    assert told[1][1] == "error" and told[1][2].endswith("For others: Custom, and time zone minutes")
    assert not found(folder(aastra="time zone name: us-eastern\n", _57i="time zone name: Custom\n"))


def test_settings_of_the_real_phones_are_no_errors(folder):
    here = folder(aastra="sip line1 user name: 100\ndialplan: x\nsoftkey99 type: xml\nftp server: 10.0.0.1\n")
    told = found(here)
    assert [level for _, level, _, _ in told] == ["note"] * 4
    assert "not used by this firmware" in told[0][2] and "no such key" in told[2][2] and "does not act" in told[3][2]


def test_what_works_but_is_unwise_is_a_warning(folder):
    text = "https client method: SSLv3\nhttps validate certificates: 0\nadmin password: 22222\n"
    text += "http port: 1\nhttp port: 2\n"
    told = found(folder(aastra=text))
    assert [(line, level) for line, level, _, _ in told] == [(n, "warning") for n in (1, 2, 3, 5)]
    assert "line 4" in told[3][2]
    assert found(folder(aastra="https client method: TLSv1\n"))[0][2].startswith("TLSv1 means TLS 1.0 exactly")


def test_rows_that_do_nothing_beside_others_are_warnings_of_the_phone_that_reads_both(folder):
    here = folder(
        aastra="softkey1 type: xml\nsoftkey2 label: Two\ntime zone minutes: -60\n",
        _00085D000001="time zone name: Custom\nsoftkey1 value: http://a/\nsoftkey2 type: xml\nsoftkey2 value: http://b/\n",
    )
    assert found(here) == []
    folder(_00085D000002="softkey1 value: http://a/\n")
    assert [(line, level, reason) for line, level, reason, _ in found(here)] == [
        (2, "warning", "softkey2 label does not show: softkey2 type is none"),
        (3, "warning", "time zone minutes does nothing: time zone name is UTC, not Custom"),
    ]


def test_a_folder_for_several_models_is_looked_at_with_each(folder):
    here = folder(
        aastra="softkey1 label: One\nprgkey1 type: xml\nprgkey1 value: http://a/\ntopsoftkey11 type: xml\n",
        _53i="prgkey2 type: xml\nprgkey2 value: http://b/\nsoftkey2 type: xml\n",
        _57i="softkey1 type: xml\nsoftkey1 value: http://c/\nprgkey1 type: none\n",
        _00085D000001="prgkey2 label: Two\nsoftkey7 label: Seven\n",
    )
    assert [each[:3] for each in found(here)] == [
        (4, "note", "topsoftkey11 type: the 53i or 57i has no such key"),
        (3, "note", "softkey2 type: the 53i has no such key"),
        (3, "note", "prgkey1 type: the 57i has no such key"),
        (2, "warning", "softkey7 label does not show: softkey7 type is none"),
    ]
    assert [each[2] for each in found(here, model="53i")][:2] == [
        "softkey1 label: the 53i has no such key",
        "topsoftkey11 type: the 53i has no such key",
    ]


def test_a_second_line_counts_only_if_it_is_good(folder):
    told = found(folder(aastra="http port: 81\nhttp port: 99999\nhttp port: 82\n"))
    assert [(line, level) for line, level, _, _ in told] == [(2, "error"), (3, "warning")] and "line 1" in told[1][2]


def test_a_file_in_another_coding_is_told(folder):
    assert found(folder(aastra="softkey1 label: Grün\nsoftkey1 type: empty\n")) == []
    told = found(folder(aastra="# x\nsoftkey1 label: Grün\nsoftkey1 type: empty\n".encode("latin-1")))
    assert len(told) == 1 and told[0][:2] == (2, "note") and "ISO-8859-1" in told[0][2]
    for coding in ("utf-16", "utf-16-le", "utf-16-be"):
        told = found(folder(aastra="http port: 80\nhttps port: 81\n".encode(coding)))
        assert told and {each[1:3] for each in told} == {("error", "NUL bytes: save the file as UTF-8")}, coding


def test_a_choice_that_is_none_has_its_nearest_and_an_event_that_is_none_is_told(folder):
    told = found(folder(aastra="softkey1 type: xlm\nsoftkey2 type: teleporter\naction uri foo: http://a/\n"))
    assert told[0][1:] == ("error", "softkey1 type is not a value of this setting", "xml") and told[1][3] == ""
    assert told[2][1:3] == ("warning", "action uri foo: there is no such event")


def test_models_and_addresses_that_are_none_are_refused(folder, capsys):
    here = str(folder(aastra="http port: 81\n"))
    for words, text in (
        (["lint", "--model", "99i", here], "'99i' is no model that is known: 53i, 55i, 57i"),
        (["explain", "http port", here, "--mac", "0008"], "'0008' is no MAC address"),
    ):
        with pytest.raises(SystemExit) as end:
            cli.main(["config", *words])
        assert end.value.code == 2 and text in capsys.readouterr().err
    assert cli.main(["config", "explain", "http port", here, "--mac", "00-08-5d-00-00-01", "--model", "57I"]) == 0
    assert "81" in capsys.readouterr().out
    assert cli.main(["config", "explain", "http", "port", here]) == 2
    assert 'Quote a name with blanks: "http port"' in capsys.readouterr().err


def test_exit_status_and_json_for_programs(folder, capsys):
    good = str(folder(aastra="http port: 8000\n"))
    assert cli.main(["config", "lint", good]) == 0
    assert "1 file: 0 errors, 0 warnings, 0 notes" in capsys.readouterr().out
    folder(_00085D123456="http pord: 1\n")
    assert cli.main(["config", "lint", "--json", good]) == 1
    (each,) = json.loads(capsys.readouterr().out)
    assert each["file"].endswith("00085D123456.cfg") and each["nearest"] == "http port" and each["line"] == 1
    assert cli.main(["config", "lint", good + "/none"]) == 2
    assert "No such file" in capsys.readouterr().err


def test_any_bytes_are_diagnostics_never_an_exception(folder):
    import os
    import random

    chance = random.Random(int(os.environ["DIALTONE_SEED"]))
    words = [
        b"http port",
        b"softkey1 label",
        b":",
        b" ",
        b'"',
        b"!",
        b"^",
        b"[",
        b"|",
        b"]",
        b"#",
        b"\r",
        b"\n",
        b"\xff",
    ]
    for _ in range(200):
        content = b"".join(chance.choice(words) for _ in range(chance.randrange(60))) + chance.randbytes(20)
        lint.report(lint.lint([str(folder(aastra=content) / "aastra.cfg")]), 1, True)


def test_explain_shows_winner_losers_and_locks(folder, capsys):
    here = folder(
        aastra="http port: 1\n!http path: a\n",
        _57i="http port: 2\n",
        _00085D123456="http port: 3\n",
        local="http path: b\n",
    )
    told = explain.explain("http port", [str(here)])
    assert [(value, wins) for _, value, _, _, wins in told] == [("80", False), ("1", False), ("2", False), ("3", True)]
    assert cli.main(["config", "explain", "http path", str(here)]) == 0
    shown = capsys.readouterr().out
    assert "-> aastra.cfg line 2  a  [locked]" in shown and "   set here           b" in shown
    assert cli.main(["config", "explain", "http pord", str(here)]) == 2
    assert 'did you mean "http port"' in capsys.readouterr().err


def test_explain_for_programs_and_of_what_no_firmware_row_reads(folder, capsys):
    here = str(
        folder(
            aastra="!https server: a\n!http server: c\nsip line1 auth name: bob\nsip line1 password: hush\n",
            _00085D123456="https server: b\n",
            local="https server: mine\nhttp server: mine\n",
        )
    )
    assert cli.main(["config", "explain", " HTTPS  Server", here, "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert [(each["value"], each["locked"], each["wins"]) for each in told] == [
        ("", False, False), ("a", True, False), ("b", False, False), ("mine", False, True),
    ]  # fmt: skip
    assert cli.main(["config", "explain", "https server", here]) == 0
    assert "a  [a later file lifts its lock]" in capsys.readouterr().out, "facts page, 3.4"
    assert cli.main(["config", "explain", "http server", here]) == 0
    assert "-> aastra.cfg line 2  c  [locked]" in capsys.readouterr().out
    assert cli.main(["config", "explain", "SIP line1 auth  name", here]) == 0
    shown = capsys.readouterr().out
    assert "aastra.cfg line 3  bob" in shown and "not used by this firmware" in shown and "->" not in shown
    assert cli.main(["config", "explain", "sip line1 password", here]) == 0
    assert "hush" not in capsys.readouterr().out
    assert cli.main(["config", "explain", "sip line2 password", here]) == 2


def test_a_folder_of_many_phones_asks_which_one(folder):
    here = [str(folder(_00085D123456="http port: 1\n", _00085D000001="http port: 2\n", _53i="http port: 5\n"))]
    with pytest.raises(files.FileProblem, match="--mac"):
        explain.explain("http port", here)
    assert explain.explain("http port", here, mac="00085D000001")[-1][1] == "2"
    told = explain.explain("http port", here, model="57i", mac="00085D999999")
    assert [value for _, value, _, _, _ in told] == ["80"], "neither its files nor another model's"


def test_diff_tells_old_new_origin_and_restart(folder, tmp_path, capsys):
    old = tmp_path / "old.cfg"
    new = tmp_path / "aastra.cfg"
    old.write_text("https server: a\nsoftkey1 label: L\nadmin password: secret1\n")
    new.write_text("https server: b\nsoftkey1 label: L\nadmin password: secret2\n")
    names = [(each.name, each.old, each.new, each.effect) for each in explain.diff([str(old)], [str(new)])]
    assert names == [("admin password", "********", "********", "live"), ("https server", "a", "b", "restart")]
    assert cli.main(["config", "diff", str(old), str(new)]) == 0
    shown = capsys.readouterr().out
    assert "secret" not in shown and "2 changes, the phone restarts for: https server" in shown
    assert cli.main(["config", "diff", str(old), str(old)]) == 0
    assert "No value changes" in capsys.readouterr().out


def test_help_explains_itself(capsys):
    for words in (["config"], ["config", "lint"], ["config", "diff"]):
        with pytest.raises(SystemExit):
            cli.main([*words, "--help"])
        assert "usage: dialtone config" in capsys.readouterr().out
