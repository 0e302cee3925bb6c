from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from ocr.reader import FormReader
from ocr.testing import FixedEngine
from ocr.types import PageImage
from tests.ocr.drawing import scanned, values

# No text engine here: circles and blanks show that the sheet lies where it should.
READER = FormReader(FixedEngine())

WAYS: dict[str, dict[str, Any]] = {
    "plain": {},
    "skewed": {"angle": 9.0},
    "skewed the other way": {"angle": -6.0, "dpi": 150},
    "upside down": {"turned": 180},
    "on its side": {"turned": 90},
    "on its other side": {"turned": 270, "angle": 1.5},
    "small": {"scale": 0.91},
    "400 dpi": {"dpi": 400, "angle": 0.7},
    "100 dpi": {"dpi": 100},
    "fax of 100 dpi": {"dpi": 100, "bilevel": True},
    "fax": {"bilevel": True, "angle": -1.0},
    "photo at an angle": {"tilt": 0.07},
    "photo at a steep angle": {"tilt": 0.12, "dpi": 220},
}


@pytest.mark.parametrize("way", WAYS)
def test_a_sheet_is_registered_however_it_lies(way: str, written: tuple[np.ndarray, dict[str, str]]) -> None:
    pixels, told = written
    (sheet,) = READER.read(PageImage(scanned(pixels, **WAYS[way])))
    assert (sheet.status, sheet.kind, sheet.version) == ("form", "acquisition", "todoke-1")
    assert sheet.residual_mm is not None and sheet.residual_mm < 0.2
    assert len(sheet.blocks) == 5 and all(block.residual_mm < 0.3 for block in sheet.blocks)
    assert sheet.turned == WAYS[way].get("turned", 0)
    found = values(sheet)
    circles = {key: value for key, value in told.items() if key.endswith(("kind", "acq_type", "dependants", "remarks"))}
    assert {key: found[key] for key in circles} == circles
    blanks = [field for field in sheet.fields if field.id.startswith(("entries[1]", "entries[2]", "entries[3]"))]
    assert all(field.blank for field in blanks)


def test_the_transform_maps_form_millimetres_to_pixels(written: tuple[np.ndarray, dict[str, str]]) -> None:
    (sheet,) = READER.read(PageImage(scanned(written[0], dpi=254)))
    at = np.array(sheet.transform) @ np.array([10.0, 287.0, 1.0])
    assert np.allclose(at[:2] / at[2], [100, 2870], atol=3)


def test_a_sheet_whose_code_is_gone_is_found_by_its_print(written: tuple[np.ndarray, dict[str, str]]) -> None:
    pixels = written[0].copy()
    box = READER.read(PageImage(pixels))[0]
    assert box.status == "form"
    pixels[60:330, 1700:1980] = 255
    for way in ({"angle": 3.0}, {"turned": 180}, {"turned": 90, "bilevel": True}):
        (sheet,) = READER.read(PageImage(scanned(pixels, **way)))
        assert (sheet.status, sheet.kind) == ("form", "acquisition"), way
        assert sheet.turned == way.get("turned", 0)
        assert values(sheet)["entries[0].kind"] == "2"


def test_a_form_with_half_its_print_gone_is_not_read(written: tuple[np.ndarray, dict[str, str]]) -> None:
    pixels = written[0].copy()
    pixels[900:] = 255
    pixels[900:2700:90, 100:2000] = 60  # ruled by somebody else
    (sheet,) = READER.read(PageImage(scanned(pixels)))
    assert sheet.status == "unregistered" and sheet.fields == ()
    assert sheet.error is not None and sheet.error.code == "not_registered"
    assert sheet.error.message["ja"] and sheet.error.remedy["en"]


def test_a_person_names_kind_and_corners(written: tuple[np.ndarray, dict[str, str]]) -> None:
    pixels = written[0].copy()
    pixels[60:330, 1700:1980] = 255
    page = PageImage(scanned(pixels, dpi=200, angle=0.0))
    height, width = page.pixels.shape[:2]
    corners = ((6.0, 5.0), (width - 7.0, 4.0), (width - 4.0, height - 6.0), (5.0, height - 4.0))  # by hand: 1 mm off
    sheet = READER.read_placed(page, "acquisition", "todoke-1", corners)
    assert sheet.status == "form" and values(sheet)["entries[0].kind"] == "2"
