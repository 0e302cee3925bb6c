"""The map of the house names modules that are there."""

from __future__ import annotations

import re

import pytest

from tests.docs.pages import ROOT

TEXT = (ROOT / "docs/architecture.md").read_text(encoding="utf-8")
SECTIONS = dict(re.findall(r"^### (\w+)/\n(.*?)(?=^##)", TEXT + "\n##", re.DOTALL | re.MULTILINE))


def test_every_room_has_its_section():
    assert list(SECTIONS) == ["storage", "forms", "ocr", "validators", "approval", "intake", "api"]


@pytest.mark.parametrize("room", SECTIONS)
def test_modules_of_the_tables_exist(room):
    names = []
    for row in re.findall(r"^\| ([^|]+) \|", SECTIONS[room], re.MULTILINE):
        names += re.findall(r"(?<![\w/])[a-z_/]+(?:\.py|/(?![A-Z\w]))", row)
    there = {str(path.relative_to(ROOT / room)) for path in (ROOT / room).rglob("*.py")}
    folders = {f"{path.relative_to(ROOT / room)}/" for path in (ROOT / room).rglob("*") if path.is_dir()}
    inner = {path.rpartition("/")[2] for path in there}  # a table of a folder's modules names them alone
    assert [name for name in names if name not in there | folders | inner] == []


def test_places_named_in_running_text_exist():
    rooms = "|".join(SECTIONS)
    named = set(re.findall(rf"\b((?:{rooms})/[\w/]+\.py)", TEXT))
    assert named and [name for name in named if not (ROOT / name).exists()] == []
