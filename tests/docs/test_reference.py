"""The reference pages that are made from the code say what the code says."""

from __future__ import annotations

import pytest

from forms import catalogue
from scripts.reference import errors, settings, states
from scripts.reference.__main__ import FOLDER, PAGES, made, main
from storage.errors import TodokeError
from storage.settings import Settings


@pytest.mark.parametrize("name", PAGES)
def test_a_page_is_current(name):
    assert (FOLDER / name).read_text(encoding="utf-8") == made(name), "run `make docs`"


def test_an_old_page_is_found_and_made_new(tmp_path, monkeypatch, capsys):
    monkeypatch.setattr("scripts.reference.__main__.FOLDER", tmp_path)
    monkeypatch.setattr("scripts.reference.__main__.PAGES", {"roles.md": PAGES["roles.md"]})
    (tmp_path / "roles.md").write_text("# Roles\n", encoding="utf-8")
    assert main(["--check"]) == 1
    assert "roles.md is not current" in capsys.readouterr().err
    assert main([]) == 0
    assert main(["--check"]) == 0


def test_every_setting_has_its_words():
    assert [name for _, name, _ in settings.listed()] == list(Settings.model_fields)


def test_every_error_is_found_whole():
    found = errors.classes()
    assert {"not_signed_in", "filing_schema", "blind_task_open", "encrypted", "bad_settings"} <= {e.code for e in found}
    for kind in found:
        assert kind.code != TodokeError.code, f"{kind.__qualname__} has no code of its own"
        assert kind.ja != TodokeError.ja and kind.en != TodokeError.en, f"{kind.__qualname__} says nothing"


def test_every_captured_field_is_on_the_page():
    page = (FOLDER / "fields.md").read_text(encoding="utf-8")
    for kind in catalogue.kinds():
        form = catalogue.form(kind)
        ids = [
            field.id for field in form.captured() if not field.id.startswith(tuple(f"entries[{n}]" for n in (1, 2, 3)))
        ]
        assert [name for name in ids if f"`{name}`" not in page] == []


def test_states_are_those_of_the_schema():
    assert states.allowed("batch", "state") == ["open", "closed", "held", "released"]
    with pytest.raises(LookupError):
        states.allowed("batch", "number")
