"""The geometry has the contracts' shape, and its boxes can be written into."""

from __future__ import annotations

from itertools import combinations, pairwise

import jsonschema
import pytest

from forms.catalogue import form
from forms.geometry import geometry
from forms.model import Box
from tests.forms.captured import CAPTURED

TYPES = [
    "wareki", "digits", "yen", "choice", "kana", "kanji", "address", "addr_kana", "text", "zip", "telephone",
    "office_ref",
]  # fmt: skip
KINDS = ("acquisition", "dependants")
BOX = {"type": "array", "items": {"type": "number", "minimum": 0}, "minItems": 4, "maxItems": 4}
BOTH = {
    "type": "object", "required": ["ja", "en"], "additionalProperties": False,
    "properties": {"ja": {"type": "string", "minLength": 1}, "en": {"type": "string", "minLength": 1}},
}  # fmt: skip


def _exactly(properties):
    return {
        "type": "object", "properties": properties, "required": list(properties), "additionalProperties": False,
    }  # fmt: skip


def _or_null(schema):
    return {"anyOf": [schema, {"type": "null"}]}


CHOICE = _exactly({"code": {"type": "string", "pattern": "^[0-9]+$"}, "label": {"type": "string"}, "box": BOX})
PART = _exactly(
    {
        "name": {"type": "string"},
        "control": {"enum": ["comb", "circle", "check", "free", "number", "stamp", "preprinted"]},
        "box": BOX,
        "align": {"enum": ["left", "right", None]},
        "cells": _or_null({"type": "array", "items": BOX, "minItems": 1}),
        "choices": _or_null({"type": "array", "items": CHOICE, "minItems": 1}),
    }
)
FIELD = _exactly(
    {
        "id": {"type": "string"},
        "label": BOTH,
        "type": {"enum": TYPES},
        "page": {"type": "integer"},
        "capture": {"type": "boolean"},
        "multiple": {"type": "boolean"},
        "box": BOX,
        "correction_box": _or_null(BOX),
        "preprinted": {"type": ["string", "null"]},
        "parts": {"type": "array", "items": PART, "minItems": 1},
    }
)
GEOMETRY = _exactly(
    {
        "schema": {"const": "todoke.geometry/1"},
        "kind": {"type": "string"},
        "version": {"const": "todoke-1"},
        "unit": {"const": "mm"},
        "origin": {"const": "top-left"},
        "pages": {"const": [{"page": 1, "size": [210, 297]}]},
        "fields": {"type": "array", "items": FIELD},
    }
)


@pytest.fixture(params=KINDS)
def data(request):
    return geometry(form(request.param))


def _parts(data):
    return [(field, part) for field in data["fields"] for part in field["parts"]]


def _writable(data):
    """Every area a person may mark: parts without choices, and the choices."""
    for field, part in _parts(data):
        if part["choices"]:
            yield from ((f"{field['id']}={c['code']}", Box(*c["box"])) for c in part["choices"])
        else:
            yield f"{field['id']}.{part['name']}", Box(*part["box"])


def test_shape(data):
    jsonschema.Draft202012Validator(GEOMETRY).validate(data)


def test_captured_ids_are_those_of_the_contracts(data):
    ids = [f["id"] for f in data["fields"] if f["capture"]]
    assert len(ids) == len(set(ids))
    assert set(ids) == CAPTURED[data["kind"]]


def test_nothing_overlaps_and_all_is_on_the_printable_page(data):
    page = Box(7, 7, 196, 283)
    areas = list(_writable(data))
    areas += [(f["id"] + "!", Box(*f["correction_box"])) for f in data["fields"] if f["correction_box"]]
    for name, box in areas:
        assert page.x <= box.x and page.y <= box.y and box.right <= page.right and box.bottom <= page.bottom, name
    for (one, box), (two, other) in combinations(areas, 2):
        assert not box.overlaps(other, 0.02), (one, two)


def test_cells_lie_in_their_part_from_left_to_right(data):
    for field, part in _parts(data):
        if part["control"] in {"comb", "number"}:
            box, cells = Box(*part["box"]), [Box(*c) for c in part["cells"]]
            assert all(a.right <= b.x + 0.001 for a, b in pairwise(cells)), field["id"]
            assert (cells[0].x, round(cells[-1].right, 3)) == (box.x, round(box.right, 3))
            assert part["align"] == ("right" if part["control"] == "number" else "left")
        else:
            assert part["cells"] is None


def test_cells_are_big_enough_to_write_in(data):
    least = (4.5, 5.2) if data["kind"] == "acquisition" else (4.3, 4.8)
    for field, part in _parts(data):
        for cell in part["cells"] or []:
            assert cell[2] >= least[0] and cell[3] >= least[1], field["id"]
        if part["control"] == "free":
            assert part["box"][3] >= 4.4, field["id"]
            assert part["box"][2] >= 20, field["id"]
        for choice in part["choices"] or []:
            assert choice["box"][2] >= 4.5 and choice["box"][3] >= 4.1, field["id"]


def test_corrections_have_room(data):
    for field in data["fields"]:
        if field["correction_box"]:
            assert field["correction_box"][3] >= 2.0, field["id"]
    combs = [f for f, p in _parts(data) if p["control"] in {"comb", "number"} and f["capture"]]
    without = {f["id"] for f in combs if not f["correction_box"]}
    assert without <= {"entries[0].insured.zip"}


def test_dates_have_an_era_and_six_cells(data):
    for field in data["fields"]:
        if field["type"] == "wareki":
            era, ymd = field["parts"]
            assert (era["name"], ymd["name"], len(ymd["cells"])) == ("era", "ymd", 6)
            assert (field["preprinted"] is None) == (era["control"] == "circle")


def test_combined_number_box_and_names(data):
    for field in data["fields"]:
        names = [p["name"] for p in field["parts"]]
        if field["id"].endswith("my_number"):
            assert len(field["parts"][0]["cells"]) == 12
        if field["id"].endswith(("name_kana", "name_kanji")):
            assert names == ["sei", "mei"]
        if field["type"] == "office_ref":
            assert names == ["district", "sign"]
            assert [len(p["cells"]) for p in field["parts"]] == [2, 4]


def test_only_remarks_take_several_codes(data):
    several = {f["id"].rsplit(".")[-1] for f in data["fields"] if f["multiple"]}
    assert several == ({"remarks"} if data["kind"] == "acquisition" else set())


def test_the_four_persons_are_one_person_moved():
    sheet = form("acquisition")
    pitch = sheet.field("entries[1].birth").box.y - sheet.field("entries[0].birth").box.y
    for n in range(1, 4):
        for field in (f for f in sheet.fields if f.block == "entries[0]"):
            other = sheet.field(field.id.replace("[0]", f"[{n}]"))
            assert other.box.as_list() == field.box.shifted(0, pitch * n).as_list()


CODES = {
    ("acquisition", "entries[0].kind"): "1 2 3 5 6 7",
    ("acquisition", "entries[0].acq_type"): "1 3 4",
    ("acquisition", "entries[0].dependants"): "0 1",
    ("acquisition", "entries[0].remarks"): "1 2 3 4 5",
    ("acquisition", "entries[0].addr_reason"): "1 2 3",
    ("dependants", "entries[0].insured.change_type"): "1 2 3",
    ("dependants", "entries[0].spouse.relation"): "1 2 3 4",
    ("dependants", "entries[0].spouse.start_reason"): "1 2 3 4 5",
    ("dependants", "entries[0].spouse.end_reason"): "1 2 3 4 5 6",
    ("dependants", "entries[0].others[1].relation"): "01 02 03 04 05 06 07 08 09 10",
    ("dependants", "entries[0].others[0].occupation"): "1 2 3 4 5 6",
    ("dependants", "header.employer_confirmed"): "0 1",
}


@pytest.mark.parametrize(("kind", "field"), CODES)
def test_codes(kind, field):
    assert [c.code for c in form(kind).field(field).choices] == CODES[kind, field].split()


def test_csv_items_of_a_record_are_used_once():
    for kind, entry in (("acquisition", "entries[0]"), ("dependants", "entries[0]")):
        items = [f.csv_item for f in form(kind).fields if f.csv_item and f.id.startswith(("header", entry + "."))]
        assert len(items) == len(set(items)), kind
