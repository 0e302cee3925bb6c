from __future__ import annotations

import cv2
import numpy as np
import pytest

from forms import catalogue
from forms.sheet import separator_pdf
from ocr.errors import CornersUnusable, UnknownFormVersion
from ocr.page import is_blank
from ocr.reader import FormReader
from ocr.testing import FixedEngine
from ocr.types import PageImage
from tests.ocr.drawing import PX, Sheet, render, scanned, values

READER = FormReader(FixedEngine())


def empty(height: int = 2339, width: int = 1654) -> np.ndarray:
    return np.full((height, width), 247, np.uint8)


def test_blank_pages_are_known_by_noise_specks_folds_and_streaks() -> None:
    dice = np.random.default_rng(3)
    noisy = np.clip(empty() + dice.normal(0, 7, (2339, 1654)), 0, 255).astype(np.uint8)
    fax = np.where(dice.random((2339, 1654)) < 0.002, 0, 255).astype(np.uint8)
    folded = noisy.copy()
    folded[1165:1170] -= 45
    streak = noisy.copy()
    streak[:, 700:702] //= 2
    shaded = (noisy * np.linspace(0.7, 1.0, 1654)[None, :]).astype(np.uint8)
    edge = noisy.copy()
    edge[:, -25:] = 20
    for name, page in locals().items():
        if isinstance(page, np.ndarray):
            assert is_blank(page), name
            assert READER.read(PageImage(page))[0].status == "blank", name


def test_one_written_line_is_no_blank_page() -> None:
    page = empty()
    cv2.putText(page, "see overleaf", (300, 900), cv2.FONT_HERSHEY_SIMPLEX, 1.2, 60, 3)
    assert not is_blank(page)
    assert not is_blank(np.zeros((500, 400), np.uint8))


def test_pages_without_a_form_are_attachments() -> None:
    dice = np.random.default_rng(5)
    letter = empty()
    for row in range(200, 2100, 60):
        cv2.putText(letter, "Lorem ipsum dolor sit amet consectetur", (150, row), cv2.FONT_HERSHEY_SIMPLEX, 1.3, 40, 2)
    table = empty()
    table[150:2200:70, 100:1550] = 30
    table[150:2200, 100:1550:130] = 30
    clouds = cv2.GaussianBlur(dice.normal(0, 1, (1200, 1600, 3)), (0, 0), 20)
    photo = np.clip(128 + 60 * clouds / clouds.std(), 0, 255).astype(np.uint8)
    static = dice.integers(0, 255, (1500, 1100), dtype=np.uint8)
    for name, page in {"letter": letter, "table": table, "photo": photo, "static": static}.items():
        (sheet,) = READER.read(PageImage(page))
        assert sheet.status in {"attachment", "unregistered"}, name
        assert sheet.fields == (), name


def test_a_separator_is_known_by_its_code() -> None:
    page = scanned(render(separator_pdf("epi", catalogue.form("acquisition"), "2101")), angle=2, turned=180)
    (sheet,) = READER.read(PageImage(page))
    assert (sheet.status, sheet.separator, sheet.fields) == ("separator", "SEP/EPI/2200/2101", ())


def test_a_form_of_an_unknown_version_is_an_error_and_no_misreading() -> None:
    import zxingcpp

    sheet = Sheet()
    code = zxingcpp.create_barcode("2200/TODOKE-99/1", zxingcpp.BarcodeFormat.QRCode)
    symbol = np.array(zxingcpp.write_barcode_to_image(code, scale=7, add_quiet_zones=True))
    page = sheet.pixels
    box = sheet.form.code_box
    x, y = round(box.x * PX), round(box.y * PX)
    page[y : y + round(box.h * PX), x : x + round(box.w * PX)] = 255
    page[y : y + symbol.shape[0], x : x + symbol.shape[1]] = symbol[..., None] if symbol.ndim == 2 else symbol
    (found,) = READER.read(PageImage(scanned(page)))
    assert (found.status, found.kind, found.fields) == ("unregistered", None, ())
    assert found.error is not None and found.error.code == "unknown_form_version"


@pytest.fixture(scope="module")
def pair() -> tuple[np.ndarray, np.ndarray]:
    first, second = Sheet(), Sheet("dependants")
    first.ring("entries[0].kind", "1")
    second.ring("entries[0].insured.sex", "2")
    return first.pixels, second.pixels


def test_two_forms_side_by_side_are_two_sheets_in_reading_order(pair: tuple[np.ndarray, np.ndarray]) -> None:
    page = scanned(np.hstack(pair), dpi=150)
    left, right = READER.read(PageImage(page))
    assert (left.number, left.kind, right.number, right.kind) == (1, "acquisition", 2, "dependants")
    assert values(left)["entries[0].kind"] == "1" and values(right)["entries[0].insured.sex"] == "2"


def test_two_forms_reduced_on_one_page_even_if_one_code_is_lost(pair: tuple[np.ndarray, np.ndarray]) -> None:
    upper, lower = pair[0].copy(), pair[0].copy()
    lower[60:330, 1700:1980] = 255
    page = scanned(np.vstack([upper, lower]), dpi=200, scale=1.0)
    sheets = READER.read(PageImage(page))
    assert [(s.number, s.kind, s.status) for s in sheets] == [(1, "acquisition", "form"), (2, "acquisition", "form")]


def test_placing_refuses_what_makes_no_sheet() -> None:
    page = PageImage(empty())
    with pytest.raises(CornersUnusable):
        READER.read_placed(page, "acquisition", "todoke-1", ((0, 0), (100, 100), (100, 0), (0, 100)))
    with pytest.raises(UnknownFormVersion):
        READER.read_placed(page, "acquisition", "no-such", ((0, 0), (900, 0), (900, 1200), (0, 1200)))
    square = ((0.0, 0.0), (1600.0, 0.0), (1600.0, 2300.0), (0.0, 2300.0))
    assert READER.read_placed(page, "acquisition", "todoke-1", square).status == "unregistered"
