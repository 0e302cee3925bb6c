"""The second layout is YAML alone: no marks, no code, found through TODOKE_FORMS_DIR, filled by the same generator."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from api.synth.produce import produce, truth_of
from api.synth.raster import blank_canvas
from forms import catalogue
from forms.errors import BadDefinition, UnknownForm
from ocr.codes import find_codes
from tests.synth.conftest import AS_OF, order

FOLDER = Path(__file__).parents[2] / "benchmarks" / "forms"


@pytest.fixture
def further(monkeypatch):
    monkeypatch.setenv("TODOKE_FORMS_DIR", str(FOLDER))
    return catalogue.form("acquisition", "plain-1")


def test_it_is_no_form_of_the_catalogue(monkeypatch):
    monkeypatch.delenv("TODOKE_FORMS_DIR", raising=False)
    with pytest.raises(UnknownForm):
        catalogue.form("acquisition", "plain-1")


def test_a_further_folder_adds_versions_and_replaces_none(further):
    assert set(catalogue.versions("acquisition")) == {"todoke-1", "plain-1"}
    assert catalogue.form("acquisition").version == catalogue.form("acquisition", on=AS_OF).version == "todoke-1"
    assert catalogue.kinds() == ("acquisition", "dependants")
    assert catalogue.by_code("2200", "plain-1") == further


def test_a_version_that_is_there_twice_is_refused(tmp_path, monkeypatch):
    target = tmp_path / "acquisition"
    target.mkdir()
    known = catalogue.KINDS / "acquisition" / "todoke-1.yaml"
    (target / known.name).write_text(known.read_text("utf-8"), encoding="utf-8")
    monkeypatch.setenv("TODOKE_FORMS_DIR", str(tmp_path))
    with pytest.raises(BadDefinition):
        catalogue.kinds()


def test_it_has_neither_marks_nor_code_and_asks_the_same(further):
    assert not further.marks and not further.code_box.w
    blank = np.ascontiguousarray(blank_canvas(further, 200).pixels[..., 0])
    assert find_codes(blank) == []
    first = catalogue.form("acquisition", "todoke-1")
    wanted = {each.id for each in first.captured() if not each.id.startswith("entries[3]")}
    assert {each.id for each in further.captured()} == wanted
    for each in further.captured():
        same = first.field(each.id)
        assert (each.type, each.digits, each.csv_item) == (same.type, same.digits, same.csv_item)
        assert {choice.code for choice in each.choices} == {choice.code for choice in same.choices}


def test_it_is_laid_out_differently(further):
    first = catalogue.form("acquisition", "todoke-1")
    far = [abs(each.box.y - first.field(each.id).box.y) > 3 for each in further.captured()]
    assert sum(far) > 0.8 * len(far)


def test_it_is_filled_like_any_form(further):
    asked = order("acquisition", 2, "second", degrade="clean", style="print", version="plain-1", entries=4)
    for made in produce(asked):
        for page in truth_of(asked, further, made)["pages"]:
            assert page["version"] == "plain-1"
            assert all(page["fields"][f"entries[{n}].name_kana"] for n in range(3))
