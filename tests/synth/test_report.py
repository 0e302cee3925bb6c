"""The report's figures: intervals, what was confused, what is counted apart, and a page that shows it all."""

from __future__ import annotations

import re
from dataclasses import replace

import numpy as np
import pytest

from api.synth.produce import write_all
from benchmarks.report import confusions, figures, reach, worst
from benchmarks.report_page import page
from benchmarks.report_reading import Outcome, Read, SheetOutcome, crop, read_folder, truths
from benchmarks.report_readme import BEGIN, END, replaced, table
from benchmarks.report_statistics import ABSENT, by_writer, edits, quantile, wilson
from benchmarks.report_text import lines
from forms import catalogue
from ocr.calibration import fingerprint
from ocr.calibration.fit import fit
from ocr.calibration.judge import Judge
from ocr.calibration.labels import Labelled, Origin
from ocr.testing import DeterministicReader
from ocr.types import SheetReading
from tests.synth.conftest import order

ABOUT = {"said": "Two sheets <here>.", "threads": 2, "peak_mb": 512.0}


def outcome(number, truth, said, **more):
    one = Outcome(
        f"s/{number}", "hand", "office", "acquisition/todoke-1", f"test/hand/Klee.ttf/{number % 3:02d}",
        "entries[0].name_kanji", "kanji", "kanji", truth, said, said or "raw", truth == said, score=0.9,
    )  # fmt: skip
    return replace(one, **more)


@pytest.fixture
def read():
    fields = [outcome(n, "山田　太郎", "山田　太郎") for n in range(18)]
    fields.append(outcome(18, "山田　太郎", "山田　大郎", accepted=True, confidence=0.999, picture="AAAA"))
    fields.append(outcome(19, "桐渕　<b>", None, unseen=True))
    fields.append(outcome(20, "", "", group="blank"))
    fields.append(outcome(21, "4020001", "4020001", group="date", type="wareki", field="entries[0].birth"))
    sheets = [
        SheetOutcome(
            f"s/{n}", "hand", "office", "acquisition/todoke-1", "form", status, status == "form", True, 0.1, 1.0
        )
        for n, status in enumerate(["form"] * 9 + ["unregistered"])
    ]
    return Read(fields, sheets)


def test_wilson_is_the_textbook_interval():
    assert wilson(0, 0) == (0.0, 1.0)
    assert wilson(95, 100) == pytest.approx((0.8882, 0.9785), abs=1e-3)
    low, high = wilson(100, 100)
    assert high == 1.0 and 0.95 < low < 0.97


def test_the_interval_by_writers_is_wider_where_one_writer_fails():
    apart = [(f"w{n}", n >= 10) for n in range(200)]
    together = [("bad" if n < 10 else f"w{n % 19}", n >= 10) for n in range(200)]
    assert np.ptp(by_writer(together)) > np.ptp(by_writer(apart))
    assert by_writer(apart) == by_writer(apart)
    assert by_writer([]) == (0.0, 1.0)


def test_edits_name_what_was_confused():
    assert edits("増田", "增田") == [("増", "增")]
    assert edits("1丁目", "1丁月") == [("目", "月")]
    assert edits("12", "1") == [("2", ABSENT)]
    assert edits("1", "12") == [(ABSENT, "2")]
    assert edits("", "") == []


def test_quantiles_of_a_few():
    assert quantile([], 0.5) == 0.0
    assert quantile([3.0, 1.0, 2.0], 0.5) == 2.0
    assert quantile([3.0, 1.0, 2.0], 0.95) == 3.0


def test_figures_count_written_fields_and_report_the_rest_apart(read):
    found = figures(read, calibrated=True)
    (part,) = found["styles"]
    groups = {one["name"]: one for one in part["groups"]}
    assert groups["all"]["n"] == 21 and groups["all"]["right"] == 19
    assert groups["kanji"]["goal"] == 93.0 and groups["combs"]["n"] == 0
    apart = {one["name"]: one for one in part["apart"]}
    assert apart["blanks read as blank"]["n"] == 1
    assert apart["words in no list: kanji names"]["right"] == 0
    assert found["sheets"]["unregistered"] == 1 and found["sheets"]["forms"] == 10
    taken = {one["name"]: one for one in found["acceptance"][0]["classes"]}["kanji"]
    assert (taken["accepted"], taken["wrong"]) == (1, 1) and taken["upper"] == 1.0
    characters = groups["kanji"]
    assert characters["characters"] == 19 * 5 + 6
    assert 0.9 < characters["character_share"] < 1


def test_fields_of_lost_sheets_are_counted_apart(read):
    read.fields += [outcome(n, "山田　太郎", None, lost=True) for n in range(30, 35)]
    (part,) = figures(read)["styles"]
    assert part["groups"][0]["n"] == 21
    lost = {one["name"]: one for one in part["apart"]}["all, with lost sheets as wrong"]
    assert (lost["n"], lost["right"]) == (26, 19)
    assert all(not one.lost for one in worst(read.fields, 50))


def test_confusions_leave_out_struck_fields(read):
    assert {"truth": "太", "read": "大", "count": 1, "variant": False} in confusions(read.fields)
    struck = [replace(one, struck=True) for one in read.fields]
    assert confusions(struck) == []


def test_the_surest_wrong_field_is_shown_first(read):
    shown = worst(read.fields, 10)
    assert [one.sheet for one in shown] == ["s/18", "s/19"]
    assert worst(read.fields, 1) == shown[:1]


def test_the_text_says_every_line(read):
    text = "\n".join(lines(figures(read, calibrated=True), ABOUT))
    for word in (
        "kanji",
        "not registered 1",
        "not registered: s/9",
        "太→大 1",
        "accepted without a person",
        "93.0 missed",
        "512 MB",
    ):
        assert word in text


def test_the_page_needs_nothing_else_and_escapes_what_it_shows(read):
    found = figures(read, calibrated=True)
    html = page(found, ABOUT, worst(read.fields, 10))
    assert "<b>" not in re.sub(r"<b>[\d.,]+ ?(?:%|mm|s|MB)?</b>", "", html)
    assert "桐渕　&lt;b&gt;" in html and "&lt;here&gt;" in html
    assert not re.search(r"(?:src|href)=['\"]?https?:", html)
    assert "data:image/jpeg;base64,AAAA" in html
    assert html.count("<table>") == 2


def test_a_crop_is_the_field_upright():
    form = catalogue.form("acquisition")
    field = form.field("entries[0].name_kanji")
    sheet = np.full((2970, 2100, 3), 255, np.uint8)
    box = field.box
    sheet[round(box.y * 10) : round(box.bottom * 10), round(box.x * 10) : round(box.right * 10)] = 0
    turned = np.ascontiguousarray(sheet[::-1, ::-1])
    place = ((-10.0, 0.0, 2099.5), (0.0, -10.0, 2969.5), (0.0, 0.0, 1.0))
    import base64

    import cv2

    data = base64.b64decode(crop(turned, SheetReading(1, "form", transform=place), field))
    picture = cv2.imdecode(np.frombuffer(data, np.uint8), cv2.IMREAD_GRAYSCALE)
    assert picture.shape == (round((box.h + 3) * 7), round((box.w + 3) * 7))
    assert picture[picture.shape[0] // 2, picture.shape[1] // 2] < 30
    assert picture[2, 2] > 225
    assert crop(turned, SheetReading(1, "form"), field) == ""


def test_truths_are_pictures_with_a_truth_beside_them(tmp_path):
    (tmp_path / "a.png").write_bytes(b"")
    (tmp_path / "b.png").write_bytes(b"")
    (tmp_path / "a.json").write_text('{"pages": []}', encoding="utf-8")
    assert [path.name for path, _ in truths(tmp_path)] == ["a.png"]


def test_the_readme_takes_the_figures_between_its_marks(read):
    run = {**figures(read), "about": ABOUT}
    made = table([run])
    assert "| hand | kanji | 90.00 % |" in made and "| sheets | not registered | 10.00 % |" in made
    text = f"# A\n{BEGIN}\nold\n{END}\nrest\n"
    assert replaced(text, made) == f"# A\n{BEGIN}\n{made}\n{END}\nrest\n"
    with pytest.raises(ValueError, match="read_accuracy"):
        replaced("# A", made)


def test_folders_are_read_and_judged(tmp_path):
    """The twin reads every sheet alike, so nearly all is wrong; a calibration that trusts it shows what that costs."""
    write_all(order("acquisition", 2, "judged again", style="print", degrade="clean", split="test"), tmp_path)
    reader = DeterministicReader()
    ours = fingerprint.of_reader(reader)
    name = "acquisition/todoke-1"
    known = [
        Labelled("choice", {"score": 0.9 + n % 9 / 100}, True, f"w{n % 200}", engines=("twin 1",), form=name)
        for n in range(12_000)
    ]
    made = fit(known, Origin(ours, {name: fingerprint.of_form("acquisition", "todoke-1")}, synthetic=True), 0.0014)
    assert list(made.thresholds) == ["choice"]
    read = Read()
    read_folder(reader, tmp_path, read, Judge(made, ours))
    form = catalogue.form("acquisition")
    pages = sum(len(told["pages"]) for _, told in truths(tmp_path))
    assert len(read.sheets) == pages == 2
    assert len(read.fields) == pages * len(form.captured())
    assert {one.writer.split("/")[0] for one in read.fields} == {"test"}
    accepted = [one for one in read.fields if one.accepted]
    assert accepted and {one.type for one in accepted} == {"choice"}
    assert any(one.unseen for one in read.fields)
    wrong = [one for one in read.fields if not one.right]
    assert wrong and all(one.picture for one in wrong)
    told = {one["name"]: one for one in figures(read, calibrated=True)["acceptance"][0]["classes"]}
    assert told["all written"]["wrong"] == sum(not one.right for one in accepted if one.truth)


def test_how_far_the_surest_reach_is_told_without_parting_what_is_as_sure() -> None:
    four = np.array([0.9, 0.8, 0.7, 0.6])
    assert reach(four, np.array([1.0, 1.0, 1.0, 0.0]), 0.0) == 3
    assert reach(four, np.array([1.0, 0.0, 1.0, 1.0]), 0.0) == 1
    assert reach(four, np.array([1.0, 0.0, 1.0, 1.0]), 0.25) == 4  # further on the share is low again
    assert reach(np.array([0.9, 0.9, 0.6]), np.array([1.0, 0.0, 1.0]), 0.1) == 0  # the first two cannot be parted
    assert reach(np.zeros(0), np.zeros(0), 0.1) == 0
