"""`todoke rules`: exits and output of the command on real files."""

from __future__ import annotations

import json

import pytest

from api.cli.rules import run
from forms.errors import BadPayload
from validators.rules import rules, samples


def payload(**changes: str) -> dict[str, object]:
    header = {key.removeprefix("header."): value for key, value in samples.HEADER.items()}
    return {
        "kind": "acquisition",
        "received_on": "2026-11-21",
        "header": header,
        "entries": [samples.ACQUISITION | changes],
    }


@pytest.fixture
def filing(tmp_path):
    def write(value: object):
        path = tmp_path / "filing.json"
        path.write_text(value if isinstance(value, str) else json.dumps(value), "utf-8")
        return str(path)

    return write


def test_a_good_filing_exits_0(filing, capsys):
    assert run(["run", filing(payload()), "--json"]) == 0
    said = json.loads(capsys.readouterr().out)
    assert said["schema"] == "todoke.rules.run/1"
    assert [f for f in said["findings"] if f["outcome"] == "fired"] == []


def test_an_error_exits_1_and_names_the_field(filing, capsys):
    assert run(["run", filing(payload(wage_total="310,000円")), "--json"]) == 1
    fired = [f for f in json.loads(capsys.readouterr().out)["findings"] if f["outcome"] == "fired"]
    assert [(f["rule"], f["severity"], f["entry"]) for f in fired] == [("A3", "E", 0)]
    assert "entries[0].wage_total" in fired[0]["fields"]
    assert "G10" in fired[0]["also"]


def test_the_check_date_is_the_receipt_date(filing, capsys):
    path = filing(payload(acq_date="9081120"))
    assert run(["run", path]) == 0
    assert run(["run", path, "--as-of", "2026-11-19"]) == 1
    assert "受付日" in capsys.readouterr().out


def test_nested_kinds(filing, capsys):
    values = {
        "kind": "dependants",
        "received_on": "2026-11-21",
        "header": {},
        "entries": [{"insured": {"change_type": "1"}, "others": [{}, {"name_kana": "ヤマダ　ハナ"}]}],
    }
    assert run(["run", filing(values), "--json"]) == 1
    said = json.loads(capsys.readouterr().out)["findings"]
    assert {"D10", "2202-106", "2202-9", "G4"} <= {f["rule"] for f in said}


@pytest.mark.parametrize("content", ["{", "[]", '{"kind":"acquisition"}', '{"kind":"nothing","entries":[]}'])
def test_what_is_no_filing_is_refused_with_a_code(filing, content):
    with pytest.raises(BadPayload):
        run(["run", filing(content)])


def test_an_unknown_field_is_refused(filing):
    with pytest.raises(BadPayload):
        run(["run", filing(payload(nonsense="1"))])


def test_list_and_explain(capsys):
    assert run(["list", "--json"]) == 0
    assert len(json.loads(capsys.readouterr().out)["rules"]) == len(rules())
    assert run(["list", "--kind", "dependants"]) == 0
    assert "2202-139" in capsys.readouterr().out
    assert run(["explain", "2200-15"]) == 0
    assert "75" in capsys.readouterr().out
    assert run(["explain", "D3", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["valid_from"] == "2026-04-01"
