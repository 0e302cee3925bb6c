"""Forms are found by kind, version, code and day."""

from __future__ import annotations

from datetime import date

import pytest

from forms import catalogue
from forms.errors import UnknownForm
from tests.forms.demo import DEMO, write


@pytest.fixture
def two_versions(tmp_path, monkeypatch):
    write(tmp_path, DEMO.replace("from: 2025-01-01", "from: 2025-01-01, to: 2026-03-31"))
    later = DEMO.replace("version: v-1", "version: v-2").replace("from: 2025-01-01", "from: 2026-04-01")
    write(tmp_path, later, "v-2")
    monkeypatch.setattr(catalogue, "KINDS", tmp_path)


def test_kinds_in_order_of_their_code():
    assert catalogue.kinds() == ("acquisition", "dependants")


@pytest.mark.parametrize(("kind", "code", "entries"), [("acquisition", "2200", 4), ("dependants", "2202", 1)])
def test_both_kinds(kind, code, entries):
    form = catalogue.form(kind)
    assert (form.code, form.csv_code, form.entries) == (code, code + "700", entries)
    assert form.version == "todoke-1"
    assert catalogue.by_code(code) is form
    assert catalogue.by_code(code, "todoke-1") is form
    assert form.pages == ((210, 297),)
    assert (form.priority, form.retention, form.route) == (10, "qualification-150", ("review", "approve"))
    assert (form.service.efiling, form.service.media, form.service.paper) == (1, 2, 4)


@pytest.mark.parametrize(
    ("day", "version"),
    [(date(2025, 1, 1), "v-1"), (date(2026, 3, 31), "v-1"), (date(2026, 4, 1), "v-2"), (date(2030, 1, 1), "v-2")],
)
def test_the_day_chooses_the_version(two_versions, day, version):
    assert catalogue.form("demo", on=day).version == version


@pytest.mark.usefixtures("two_versions")
def test_newest_without_a_day_and_any_by_name():
    assert catalogue.versions("demo") == ("v-2", "v-1")
    assert catalogue.form("demo").version == "v-2"
    assert catalogue.form("demo", "v-1").version == "v-1"


@pytest.mark.usefixtures("two_versions")
@pytest.mark.parametrize(
    ("kind", "version", "on"),
    [
        ("nope", None, None),
        ("demo", "v-9", None),
        ("demo", None, date(2024, 12, 31)),
        ("demo", "v-1", date(2026, 4, 1)),
    ],
)
def test_unknown_forms_are_named(kind, version, on):
    with pytest.raises(UnknownForm) as caught:
        catalogue.form(kind, version, on)
    assert kind in caught.value.message["en"]


def test_unknown_code():
    with pytest.raises(UnknownForm):
        catalogue.by_code("0000")
