"""However a sheet comes, its cells are found where they are: distortions whose truth is known to the pixel."""

from __future__ import annotations

import numpy as np
import pytest

from benchmarks.distortion import WAYS, Way, distort
from benchmarks.registration import places, without_marks
from forms import catalogue
from ocr.find import find_sheets
from ocr.register import Registered
from tests.ocr.drawing import Sheet

FORM = catalogue.form("acquisition")
CLOSE = 0.10  # mm
WITH_MARKS = ["skewed 10 degrees", "400 dpi, upside down", "cropped 9 mm", "folded and shadowed", "fax of 204 x 98",
              "stretched 1 %", "wavy"]  # fmt: skip
WITHOUT = ["skewed back, 150 dpi", "on its side", "photo", "fax", "fax of 204 x 98", "cropped at the foot"]


def found(sheet: np.ndarray, way: Way) -> tuple[Registered, float]:
    """The one sheet found, and the worst error of a cell's middle in mm."""
    made = distort(sheet, FORM.pages[0], way)
    (one,) = find_sheets(made.page)
    assert one.registered is not None
    at = places(FORM)
    off = np.linalg.norm(one.registered.warp.points(at) - made.points(at), axis=1) / one.registered.scale
    return one.registered, float(off.max())


@pytest.mark.parametrize("name", WITH_MARKS)
def test_every_cell_lies_where_the_registration_says(name: str, written: tuple[np.ndarray, dict[str, str]]) -> None:
    sheet, worst = found(written[0], WAYS[name])
    assert worst < CLOSE
    assert sheet.residual_mm < 0.1 and max(block.residual_mm for block in sheet.blocks) < 0.1
    assert sheet.turned == WAYS[name].turned


@pytest.mark.parametrize("name", WITHOUT)
def test_a_copy_without_marks_and_code_is_laid_as_exactly(
    name: str, written: tuple[np.ndarray, dict[str, str]]
) -> None:
    sheet, worst = found(without_marks(written[0], FORM), WAYS[name])
    assert worst < CLOSE
    assert (sheet.reference.form.kind, sheet.turned) == ("acquisition", WAYS[name].turned)


def test_where_the_paper_slipped_one_block_is_off_and_says_so(written: tuple[np.ndarray, dict[str, str]]) -> None:
    sheet, worst = found(written[0], Way(slip=1.0))
    residuals = {block.id: block.residual_mm for block in sheet.blocks}
    assert worst < 0.7  # within 12 mm of the slip; a cell is 4.8 mm wide
    assert max(residuals, key=residuals.__getitem__) == "entries[1]"  # the slip is in it
    assert residuals["entries[3]"] < 0.05 and residuals["header"] < 0.05


def test_a_sheet_that_lost_a_block_is_not_read_as_empty(written: tuple[np.ndarray, dict[str, str]]) -> None:
    sheet = written[0].copy()
    block = next(b.box for b in FORM.blocks if b.id == "entries[2]")
    sheet[round(block.y * 10) : round(block.bottom * 10)] = 255
    (one,) = find_sheets(distort(sheet, FORM.pages[0], Way()).page)
    assert one.registered is None and one.error is not None and one.error.code == "not_registered"


@pytest.mark.parametrize("share", [0.5, 0.6])
@pytest.mark.parametrize("lower", [False, True])
def test_half_a_sheet_is_never_read(share: float, lower: bool) -> None:
    sheet = Sheet().pixels
    cut = round(share * len(sheet))
    page = distort(sheet[-cut:] if lower else sheet[:cut], (210.0, 297.0 * share), Way()).page
    assert all(one.registered is None for one in find_sheets(page))
