"""Forms of nearly the same print are told apart where they differ, or not at all."""

from __future__ import annotations

from dataclasses import replace

import cv2
import numpy as np
import pytest

from ocr import identity
from ocr.find import find_sheets
from ocr.reference import PX, Reference, make_reference, reference
from ocr.register import Registered
from tests.ocr.drawing import Sheet, scanned


def registered() -> Registered:
    (one,) = find_sheets(scanned(Sheet().pixels, angle=0.7, noise=6.0))
    assert one.registered is not None
    return one.registered


@pytest.fixture(scope="module")
def sheet() -> Registered:
    return registered()


def alike(mine: Reference, words: str, version: str) -> Reference:
    """The same form with other words where its version is printed."""
    raster = mine.raster.copy()
    raster[195:224, 660:1700] = 255
    cv2.putText(raster, words, (800, 218), cv2.FONT_HERSHEY_SIMPLEX, 0.8, 0, 2)
    return make_reference(replace(mine.form, version=version), 1, raster)


def test_a_version_that_differs_by_one_printed_line_is_not_taken_for_the_other(sheet: Registered) -> None:
    mine = reference("acquisition", "todoke-1")
    other = alike(mine, "VERSION 99", "other")
    assert identity.judge(sheet, [mine, other])[0] == "this"
    verdict, said = identity.judge(replace(sheet, reference=other), [mine, other])
    assert (verdict, said.form.version) == ("other", "todoke-1")


def test_where_the_line_cannot_be_read_nobody_guesses(sheet: Registered) -> None:
    mine = reference("acquisition", "todoke-1")
    other = alike(mine, "VERSION 99", "other")
    hidden = sheet.grey.copy()
    hidden[185:235, 640:1720] = np.random.default_rng(1).integers(90, 250, (50, 1080), dtype=np.uint8)
    verdict, _ = identity.judge(replace(sheet, grey=hidden), [mine, other])
    assert verdict == "unclear"


def test_forms_that_differ_everywhere_need_no_telling_apart(sheet: Registered) -> None:
    other = reference("dependants", "todoke-1")
    assert other.raster.shape == (297 * PX, 210 * PX)
    assert identity.judge(sheet, [sheet.reference, other])[0] == "this"
