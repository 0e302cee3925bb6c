"""`todoke read` on real files: contracts.md, todoke.read/1."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from PIL import Image

from api.cli import read as command
from forms import catalogue
from ocr import testing
from ocr.reader import FormReader
from tests.ocr.drawing import Sheet, person, scanned

pytestmark = pytest.mark.engine


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """A three-page TIFF (form, empty, form upside down) and two files that are none."""
    folder = tmp_path_factory.mktemp("files")
    sheet = Sheet()
    person(sheet)
    pages = [Image.fromarray(scanned(sheet.pixels, grey=True)), Image.new("L", (1654, 2339), 250)]
    pages.append(Image.fromarray(scanned(Sheet("dependants").pixels, turned=180, grey=True)))
    pages[0].save(folder / "three.tif", save_all=True, append_images=pages[1:], dpi=(200, 200))
    (folder / "mislabelled.pdf").write_bytes((folder / "three.tif").read_bytes())
    (folder / "words.png").write_text("no picture", encoding="utf-8")
    return {path.stem: path for path in folder.iterdir()}


def test_every_file_is_answered_and_one_json_is_printed(
    files: dict[str, Path], capsys: pytest.CaptureFixture[str]
) -> None:
    status = command.run([str(files["three"]), str(files["words"]), str(files["mislabelled"]), "--json"])
    told = json.loads(capsys.readouterr().out)
    assert status == 3 and told["schema"] == "todoke.read/1"
    pages = [page for page in told["pages"] if page["file"] == str(files["three"])]
    assert [(p["page"], p["sheet"], p["status"]) for p in pages] == [(1, 1, "form"), (2, 1, "blank"), (3, 1, "form")]
    assert pages[2]["registration"]["turned"] == 180 and pages[2]["kind"] == "dependants"
    form = catalogue.form("acquisition")
    assert [f["id"] for f in pages[0]["fields"]] == [f.id for f in form.captured()]
    field = next(f for f in pages[0]["fields"] if f["id"] == "entries[0].my_number")
    assert field["value"] == "123456789018" and field["confidence"] is None
    assert set(field) == {"id", "value", "raw", "confidence", "blank", "struck", "box_mm", "basis", "readings"}
    assert set(field["readings"][0]) == {"engine", "version", "value", "score"}
    words = [page for page in told["pages"] if page["file"] == str(files["words"])]
    assert [(p["page"], p["status"], p["fields"]) for p in words] == [(1, "refused", [])]
    assert set(words[0]["error"]) == {"code", "message", "remedy"} and words[0]["error"]["message"]["ja"]
    named = [page for page in told["pages"] if page["file"] == str(files["mislabelled"])]
    assert len(named) in {1, 3}, "read for what it is, or refused; never silent"


def test_pages_are_chosen_by_number(files: dict[str, Path], capsys: pytest.CaptureFixture[str]) -> None:
    assert command.run([str(files["three"]), "--json", "--pages", "2-2"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert [(page["page"], page["status"]) for page in told["pages"]] == [(2, "blank")]


def test_a_broken_engine_costs_its_page_and_no_other(files: dict[str, Path]) -> None:
    records = list(command.read_file(FormReader(testing.FailingEngine()), str(files["three"])))
    assert [record["status"] for record in records] == ["refused", "blank", "form"]
    assert records[0]["error"]["code"] == "engine_failed"


def test_the_deterministic_reader_says_the_same_of_the_same_page() -> None:
    from ocr.types import PageImage

    page = PageImage(scanned(Sheet().pixels, grey=True))
    one, two = testing.DeterministicReader().read(page), testing.DeterministicReader().read(page)
    assert one == two and one[0].status == "form"
    other = testing.DeterministicReader().read(PageImage(page.pixels[::-1].copy()))
    assert other[0].fields != one[0].fields
