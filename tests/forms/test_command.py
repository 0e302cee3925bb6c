"""`todoke forms` prints JSON to standard output alone and writes sheets."""

from __future__ import annotations

import json

import pypdfium2
import pytest

from api.cli.main import main
from forms.catalogue import form
from forms.geometry import geometry


def _pages(path):
    document = pypdfium2.PdfDocument(path.read_bytes())
    try:
        return len(document)
    finally:
        document.close()


def test_list(capsys):
    assert main(["forms", "list"]) == 0
    out = capsys.readouterr().out
    assert "2200  acquisition" in out and "2202  dependants" in out
    assert main(["forms", "list", "--json"]) == 0
    assert [f["code"] for f in json.loads(capsys.readouterr().out)] == ["2200", "2202"]


def test_show(capsys):
    assert main(["forms", "show", "dependants"]) == 0
    assert "entries[0].others[1].relation" in capsys.readouterr().out
    assert main(["forms", "show", "acquisition", "--json"]) == 0
    shown = json.loads(capsys.readouterr().out)
    assert shown["service_days"] == {"efiling": 1, "media": 2, "paper": 4}
    assert {f["id"]: f["codes"] for f in shown["form_fields"]}["entries[0].dependants"] == {"0": "無", "1": "有"}


@pytest.mark.parametrize("version", [[], ["--version", "todoke-1"], ["--on", "2026-01-01"]])
def test_geometry_is_the_form(capsys, version):
    assert main(["forms", "geometry", "acquisition", "--json", *version]) == 0
    answer = capsys.readouterr()
    assert json.loads(answer.out) == geometry(form("acquisition"))
    assert answer.err == ""


def test_blank_with_prefill(tmp_path, capsys):
    values, plain, filled = tmp_path / "v.json", tmp_path / "a.pdf", tmp_path / "b.pdf"
    values.write_text('{"entries[0].insured.birth": "7010203"}', encoding="utf-8")
    assert main(["forms", "blank", "dependants", "--out", str(plain), "--count", "2"]) == 0
    assert main(["forms", "blank", "dependants", "--out", str(filled), "--prefill", str(values)]) == 0
    assert (_pages(plain), _pages(filled)) == (2, 1)
    assert capsys.readouterr().out == ""


def test_separator(tmp_path):
    out = tmp_path / "s.pdf"
    assert main(["forms", "separator", "--kind", "acquisition", "--office", "2101", "--out", str(out)]) == 0
    assert _pages(out) == 1


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (["show", "nope"], "unknown_form"),
        (["geometry", "acquisition", "--json", "--version", "x"], "unknown_form"),
        (["geometry", "acquisition", "--json", "--on", "1999-01-01"], "unknown_form"),
        (["separator", "--office", "東京", "--out", "{}/s.pdf"], "filing_schema"),
        (["blank", "acquisition", "--out", "{}/no/such/folder.pdf"], "filing_schema"),
        (["blank", "acquisition", "--out", "{}/a.pdf", "--prefill", "{}/none.json"], "filing_schema"),
    ],
)
def test_errors_name_their_code(arguments, code, tmp_path, capsys):
    assert main(["forms", *(a.format(tmp_path) for a in arguments)]) == 2
    answer = capsys.readouterr()
    assert f"[{code}]" in answer.err
    assert answer.out == ""


@pytest.mark.parametrize("text", ["[]", "{", '{"entries[0].birth": 5}'])
def test_prefill_must_be_texts(text, tmp_path, capsys):
    values = tmp_path / "v.json"
    values.write_text(text, encoding="utf-8")
    command = ["forms", "blank", "acquisition", "--out", str(tmp_path / "a.pdf"), "--prefill", str(values)]
    assert main(command) == 2
    assert "[filing_schema]" in capsys.readouterr().err
