"""A definition that is wrong anywhere is refused with the file and the line."""

from __future__ import annotations

import pytest

from forms.errors import BadDefinition
from forms.loader import load
from tests.forms.demo import DEMO, demo, line_of, write

NAME_PART = "- {free: [16, 3, 70, 6]}"
KIND_PART = '- {circle: {"1": 男, "2": 女}, at: [2, 6], size: [14, 6]}'
YMD = "- {comb: 2-2-2, name: ymd, at: [30, 8]}"

# (what stands in the demo, what stands instead, where the complaint points, what it says)
WRONG = {
    "unknown key at the top": ('kind: demo\n', "kind: demo\ncolour: red\n", "colour: red", "unknown key 'colour'"),
    "unknown key of a field": ("type: text\n", "type: text\n        tpye: text\n", "tpye", "unknown key 'tpye'"),
    "unknown key of a part": (NAME_PART, "- {free: [16, 3, 70, 6], ruled: 1}", "ruled", "unknown key 'ruled'"),
    "unknown key of a page": ("size: [210, 297]", "size: [210, 297], dpi: 3", "dpi", "unknown key 'dpi'"),
    "key twice": ("type: text\n", "type: text\n        type: yen\n", "type: yen", "stands twice"),
    "missing label": ("label: {ja: 名称, en: Name}\n        ", "", "type: text", "missing key 'label'"),
    "label in one language": (", en: Name}", "}", "label: {ja: 名称", "missing key 'en'"),
    "empty label": ("ja: 名称", 'ja: ""', 'ja: ""', "not empty"),
    "missing part of the head": ('code: "9999"\n', "", "kind: demo", "missing key 'code'"),
    "code without a title": ('"2": 女}, at', '"2": }, at', '"2": }', "code '2' has no title"),
    "code twice": ('"2": 女}, at', '"1": 女}, at', '"1": 女', "stands twice"),
    "no codes": ('{"1": 男, "2": 女}, at', "{}, at", "circle: {}, at", "no codes"),
    "choices overlap": ("size: [14, 6]}\n", "size: [14, 6], gap: [-3, 0]}\n", "gap: [-3", "overlap"),
    "choice print too wide": ('"2": 女}', '"2": 女女女女女女女}', "女女女", "does not fit"),
    "cells overlap": (YMD, "- {comb: 2-2-2, name: ymd, at: [30, 8], gap: -2}", "gap: -2", "overlap"),
    "parts overlap": (YMD, YMD.replace("[30, 8]", "[20, 8]"), "at: [20, 8]", "overlaps"),
    "parts of two fields overlap": ("box: [80, 0, 60, 20]", "box: [60, 0, 60, 20]", "box: [60, 0", "overlaps"),
    "part outside its field": (NAME_PART, "- {free: [16, 3, 80, 6]}", "16, 3, 80", "out of the field's box"),
    "field outside its block": ("box: [0, 0, 90, 10]", "box: [0, 0, 191, 10]", "191", "out of its block"),
    "cells outside the page": (
        "box: [10, 70, 190, 40]", "box: [10, 250, 190, 40]", "          - {circle", "outside the printable",
    ),
    "print through a cell": ("caption: {left: 14}", "caption: {left: 20}", NAME_PART, "print crosses"),
    "correction over a cell": (
        "caption: {left: 14}", "caption: {left: 14}\n        correction: [16, 1, 40, 6]", "correction:", "overlaps",
    ),
    "correction outside": (
        "caption: {left: 14}", "caption: {left: 14}\n        correction: [16, 1, 90, 1]", "correction:", "reaches out",
    ),
    "mark at the edge": ("box: [7.5, 7.5, 5, 5]", "box: [3, 7.5, 5, 5]", "a: {shape", "nearer than 7 mm"),
    "mark on a field": ("box: [7.5, 7.5, 5, 5]", "box: [20, 44, 5, 5]", "a: {shape", "overlaps 'header.name'"),
    "code on a field": ("code_box: [174, 8,", "code_box: [20, 42,", "code_box", "overlaps 'header.name'"),
    "code at the edge": ("code_box: [174, 8,", "code_box: [190, 8,", "code_box", "outside the printable page"),
    "block id twice": ('id: "entries[{n}]"', "id: entries[0]", "id: entries[0]", "two blocks"),
    "field id twice": ("      kind:\n", "      birth:\n", "      birth:\n        label: {ja: 種別", "stands twice"),
    "part name twice": (YMD, YMD.replace("ymd", "era"), "name: era, at: [30", "two parts are named 'era'"),
    "two controls": (NAME_PART, "- {free: [16, 3, 70, 6], comb: 2-2}", "comb: 2-2}", "exactly one control"),
    "no control": (NAME_PART, "- {at: [16, 3]}", "- {at:", "exactly one control"),
    "no parts": (f"parts:\n          {NAME_PART}", "parts: []", "parts: []", "at least one part"),
    "unknown type": ("type: text", "type: words", "type: words", "must be one of"),
    "unknown shape": ("shape: ring", "shape: star", "shape: star", "must be one of"),
    "choice without codes": ("type: text", "type: choice", "type: choice", "has a part with codes"),
    "several codes of a text": ("type: text", "type: text\n        multiple: true", "multiple", "only a choice"),
    "text with eras": ("type: text", 'type: text\n        eras: ["9"]', "eras:", "only a wareki"),
    "date without eras": ('eras: ["5", "7"]\n        ', "", "label: {ja: 生年", "'eras' names"),
    "era that is none": ('eras: ["5", "7"]', 'eras: ["5", "8"]', "eras:", "'eras' names"),
    "era printed, not allowed": ('eras: ["5", "7"]', 'eras: ["5"]', "eras:", "does not allow"),
    "date of five cells": ("comb: 2-2-2", "comb: 2-2-1", "parts:\n          - {circle", "six cells"),
    "bad comb": ("comb: 2-2-2", "comb: two", "comb: two", "cells of each group"),
    "units miscounted": (YMD, YMD.replace("}", ", units: [年, 月]}"), "units", "each of the 3 groups"),
    "box of three": (NAME_PART, "- {free: [16, 3, 70]}", "16, 3, 70]", "list of 4 numbers"),
    "box of words": (NAME_PART, "- {free: [16, 3, x, 6]}", "x, 6", "must be a number"),
    "box without height": (NAME_PART, "- {free: [16, 3, 70, 0]}", "70, 0", "width and a height"),
    "true is no number": ("priority: 100", "priority: true", "priority", "whole number"),
    "two captions": ("caption: {left: 14}", "caption: {left: 14, top: 3}", "caption: {left: 14", "one way"),
    "no caption": ("caption: {left: 14}\n        ", "", "label: {ja: 名称", "missing key 'caption'"),
    "csv item missing": ("csv_item: [7, 8]", "csv_item: [7]", "csv_item", "repetition 2"),
    "no repetition": ("count: 2", "count: 0", "count: 0", "at least 1"),
    "valid to before from": ("from: 2025-01-01", "from: 2025-01-01, to: 2024-01-01", "valid:", "valid from a date"),
    "valid from is no date": ("from: 2025-01-01", "from: soon", "from: soon", "must be a date"),
    "no route": ("route: [review, approve]", "route: []", "route", "at least one step"),
    "retention without years": ("retention: qualification-150", "retention: long", "retention", "class and its years"),
    "wrong version for the file": ("version: v-1", "version: v-2", "version", "must be demo/v-2.yaml"),
    "not YAML": ("priority: 100", "priority: [1", "service_days", "expected"),
}  # fmt: skip


@pytest.mark.parametrize("name", WRONG)
def test_is_refused_with_its_line(name, tmp_path):
    old, new, where, why = WRONG[name]
    assert DEMO.count(old) >= 1
    text = DEMO.replace(old, new, 1)
    with pytest.raises(BadDefinition) as caught:
        load(write(tmp_path, text))
    assert why in caught.value.why
    assert caught.value.file.endswith("demo/v-1.yaml")
    assert caught.value.line == line_of(text, where), caught.value
    assert str(caught.value.line) in caught.value.message["ja"]


def test_empty_file_is_refused(tmp_path):
    with pytest.raises(BadDefinition, match="a form definition is a mapping"):
        load(write(tmp_path, "# nothing\n"))


def test_repeated_block_is_written_once(tmp_path):
    form = demo(tmp_path)
    first, second = form.field("entries[0].birth"), form.field("entries[1].birth")
    assert form.entries == 2
    assert [b.id for b in form.blocks] == ["header", "entries[0]", "entries[1]"]
    assert form.block("entries[1]").label.en == "Person 2"
    assert second.box == first.box.shifted(0, 40)
    assert second.part("ymd").cells[5] == first.part("ymd").cells[5].shifted(0, 40)
    assert (form.field("entries[0].kind").csv_item, form.field("entries[1].kind").csv_item) == (7, 8)


def test_correction_strip_is_the_clear_paper_above_the_cells(tmp_path):
    field = demo(tmp_path).field("entries[0].birth")
    strip, cells = field.correction_box, field.part("ymd").box
    assert strip is not None
    assert (strip.x, strip.right) == (cells.x, cells.right)
    assert field.box.y < strip.y < strip.bottom < cells.y


def test_correction_can_be_switched_off(tmp_path):
    text = DEMO.replace("caption: {left: 14}", "caption: {left: 14}\n        correction: false")
    assert load(write(tmp_path, text)).field("header.name").correction_box is None
