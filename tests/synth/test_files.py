"""Files with their truth: complete, normal, repeatable, and what the contract says."""

from __future__ import annotations

import hashlib
import json
import subprocess
import sys

import pytest
from PIL import Image, ImageSequence

from api.cli.synth import run
from api.synth.errors import CannotFill
from api.synth.fonts import faces
from api.synth.produce import Order, produce, truth_of, write_all
from api.synth.world import World
from forms import catalogue
from forms.values import normalise
from tests.synth.conftest import AS_OF, KINDS, order


@pytest.mark.parametrize("kind", KINDS)
def test_truth_has_every_captured_field_in_normal_form(kind, mixed):
    form = catalogue.form(kind)
    wanted = [each.id for each in form.captured()]
    for made in mixed[kind]:
        truth = truth_of(order(kind, 4), form, made)
        assert truth["schema"] == "todoke.truth/1"
        assert set(truth) == {"schema", "style", "degrade", "pages", "breaks"}
        for page in truth["pages"]:
            assert list(page) == ["page", "sheet", "status", "turned", "kind", "version", "fields", "struck"]
            assert list(page["fields"]) == wanted
            assert set(page["struck"]) <= set(wanted)
            assert page["turned"] in {0, 90, 180, 270}
            for key, value in page["fields"].items():
                assert value is not None and normalise(form.field(key).type, value) == value
            assert any(page["fields"].values())


@pytest.mark.parametrize("kind", KINDS)
def test_count_counts_sheets(kind, mixed):
    assert sum(len(page.sheets) for made in mixed[kind] for page in made.pages) == 4


@pytest.mark.parametrize(("kind", "degrade"), [("acquisition", "mix"), ("dependants", "fax")])
def test_the_same_order_gives_the_same_bytes(kind, degrade, tmp_path):
    for name in ("a", "b"):
        write_all(order(kind, 3, "same", degrade=degrade), tmp_path / name)
    names = sorted(path.name for path in (tmp_path / "a").iterdir())
    assert names == sorted(path.name for path in (tmp_path / "b").iterdir())
    for name in names:
        assert (tmp_path / "a" / name).read_bytes() == (tmp_path / "b" / name).read_bytes(), name


def test_another_seed_gives_other_sheets(tmp_path):
    first, second = (next(produce(order("acquisition", 1, seed))) for seed in ("one", "two"))
    assert first.pages[0].sheets[0].truth.fields != second.pages[0].sheets[0].truth.fields


def test_manifest_names_seed_fonts_and_version(tmp_path):
    manifest = write_all(order("dependants", 2, "m", style="hand", degrade="clean"), tmp_path)
    assert manifest == json.loads((tmp_path / "manifest.json").read_text("utf-8"))
    assert manifest["seed"] == "m" and manifest["generator"]
    known = {face.name: face.path for style in ("print", "hand") for face in faces(style)}
    assert manifest["fonts"]
    for font in manifest["fonts"]:
        assert font["sha256"] == hashlib.sha256(known[font["file"]].read_bytes()).hexdigest()
    assert sorted(manifest["files"]) == sorted(p.name for p in tmp_path.iterdir() if p.suffix != ".json")
    for name in manifest["files"]:
        assert (tmp_path / name).with_suffix(".json").exists()


def test_struck_fields_are_struck_on_paper_and_corrected(tmp_path):
    """Among many sheets some values are struck out; the truth is the correction, or nothing."""
    struck = []
    for kind in KINDS:
        for made in produce(order(kind, 10, "strikes", style="hand", degrade="clean")):
            for page in made.pages:
                for sheet in page.sheets:
                    struck += [(kind, key, sheet.truth.fields[key]) for key in sheet.truth.struck]
    assert struck
    for kind, key, value in struck:
        if value:
            assert catalogue.form(kind).field(key).correction_box is not None


def test_tiff_pages_are_the_pages_of_the_truth(tmp_path):
    write_all(order("acquisition", 6, "tiff", degrade="fax"), tmp_path)
    seen = 0
    for path in tmp_path.glob("*.tif"):
        truth = json.loads(path.with_suffix(".json").read_text("utf-8"))
        with Image.open(path) as image:
            assert sum(1 for _ in ImageSequence.Iterator(image)) == len(truth["pages"])
            assert image.info["compression"] == "group4"
        seen += 1
    assert seen


def test_breaks_are_listed_with_their_place():
    form = catalogue.form("acquisition")
    asked = Order("acquisition", 5, "breaks", World("breaks", 600, 10, AS_OF), AS_OF, degrade="clean", breaks=1.0)
    listed = [one for made in produce(asked) for one in truth_of(asked, form, made)["breaks"]]
    assert len(listed) == 5
    for one in listed:
        assert set(one) == {"rule", "page", "sheet", "entry", "field"}
        form.field(one["field"])


def test_an_unknown_kind_is_refused_with_a_code():
    with pytest.raises(CannotFill) as refused:
        next(produce(order("bonus", 1)))
    assert refused.value.code == "synth_kind"
    assert "acquisition" in refused.value.remedy["en"]


def test_the_command_prints_json_alone(tmp_path, capsys):
    arguments = [
        "acquisition",
        "--count",
        "1",
        "--seed",
        "9",
        "--style",
        "print",
        "--degrade",
        "clean",
        "--entries",
        "2",
    ]
    assert run([*arguments, "--breaks", "0.05", "--as-of", "2026-11-21", "--out", str(tmp_path)]) == 0
    printed = json.loads(capsys.readouterr().out)
    assert printed["files"] and (tmp_path / printed["files"][0]).exists()


def test_the_command_refuses_a_share_beyond_one(tmp_path):
    arguments = ["acquisition", "--breaks", "1.5", "--out", str(tmp_path)]
    done = subprocess.run(
        [sys.executable, "-c", "import sys; from api.cli.main import main; sys.exit(main())", "synth", *arguments],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 2
    assert "between 0 and 1" in done.stderr


def test_all_pages_of_a_fax_have_the_resolution_that_its_file_says():
    for seed in range(2):
        for made in produce(order("acquisition", 4, f"fax {seed}", degrade="fax", style="print", entries=1)):
            resolutions = {page.scan.dpi for page in made.pages}
            assert len(resolutions) == 1
            lines = resolutions.pop()[1]
            assert all(page.scan.pixels.shape[0] / lines == pytest.approx(297 / 25.4, abs=0.1) for page in made.pages)
