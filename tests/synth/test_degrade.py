"""What machines do to sheets is bounded, and the same for the same seed."""

from __future__ import annotations

import math

import cv2
import numpy as np
import pytest

from api.synth import fax, photo, scan
from api.synth.chance import Chance
from api.synth.device import draw_device, stored_order
from tests.corpus.sheets import pixels

DOTS = ((60, 60), (1540, 60), (1540, 2260), (60, 2260))


@pytest.fixture(scope="module")
def dotted():
    """A page with four discs at known places (200 dpi)."""
    page = np.full((2339, 1654), 255, np.uint8)
    for x, y in DOTS:
        cv2.circle(page, (x, y), 22, 0, -1)
    return page


def discs(page):
    count, _, stats, centres = cv2.connectedComponentsWithStats((page < 60).astype(np.uint8))
    big = [centres[n] for n in range(1, count) if 900 < stats[n, cv2.CC_STAT_AREA] < 2600]
    assert len(big) == 4
    middle = np.mean(big, axis=0)
    return sorted(big, key=lambda spot: math.atan2(spot[1] - middle[1], spot[0] - middle[0]))


def test_skew_scale_and_shift_are_bounded(dotted):
    skews = []
    for number in range(16):
        page = scan.placed(dotted, 1.0, Chance("placed", number), 200)
        a, b, c, d = discs(page)
        skew = math.degrees(math.atan2(b[1] - a[1], b[0] - a[0]))
        across, down = np.linalg.norm(b - a) / 1480, np.linalg.norm(d - a) / 2200
        middle = np.mean([a, b, c, d], axis=0) - np.mean(DOTS, axis=0)
        assert abs(skew) <= scan.MAX_SKEW + 0.1
        assert abs(across - 1) <= scan.MAX_SCALE + 0.003 and abs(down - 1) <= scan.MAX_SCALE + 0.003
        assert np.abs(middle).max() <= (scan.MAX_SHIFT + 1) * 200 / 25.4
        skews.append(skew)
    assert np.std(skews) > 0.3  # and it does happen


def test_office_scans_keep_the_size_and_the_tone_they_say():
    for number in range(6):
        device = draw_device(Chance("device", number), "office")
        made = (
            device.take([pixels(dpi=200)[: 200 * 4].copy()], Chance("office", number)) if device.drawn == 200 else None
        )
        assert device.dpi in {150, 200, 240, 300}
        if made:
            assert made.dpi == (device.dpi, device.dpi)
            assert 60 <= made.quality <= 90
            assert (made.tone == "colour") == (made.pixels.ndim == 3)
            assert made.tone != "bilevel" or set(np.unique(made.pixels)) <= {0, 255}


def test_a_fax_has_two_tones_and_the_resolutions_of_t4():
    seen = set()
    for number in range(5):
        page = fax.fax(pixels(dpi=200).copy(), 200, Chance("fax", number))
        assert set(np.unique(page.pixels)) == {0, 255}
        assert page.dpi in {(204.0, 196.0), (204.0, 98.0)}
        height = page.pixels.shape[0] / page.dpi[1] * 25.4
        width = page.pixels.shape[1] / page.dpi[0] * 25.4
        assert height == pytest.approx(297, abs=2) and width == pytest.approx(210, abs=2)
        seen.add(page.dpi)
    assert len(seen) == 2


def test_a_photographed_sheet_is_wholly_in_the_picture():
    for number in range(200):
        spots = photo.corners(Chance("corners", number), 210 / 297, 2550, 3400)
        assert (spots >= 0).all()
        assert (spots[:, 0] <= 2550).all() and (spots[:, 1] <= 3400).all()
        light = photo.light(Chance("light", number))
        assert light.min() > 0.4 and light.max() == pytest.approx(1.0)


@pytest.mark.parametrize("turned", [90, 180, 270])
def test_turned_says_how_many_degrees_clockwise_bring_it_upright(turned):
    page = np.arange(24, dtype=np.uint8).reshape(4, 6)
    stored, said = scan.turn(page, turned)
    clockwise = {90: cv2.ROTATE_90_CLOCKWISE, 180: cv2.ROTATE_180, 270: cv2.ROTATE_90_COUNTERCLOCKWISE}
    assert said == turned
    assert (cv2.rotate(stored, clockwise[turned]) == page).all()


@pytest.mark.parametrize("turned", [0, 90, 180, 270])
def test_two_sheets_are_listed_as_they_stand_on_the_stored_page(turned):
    page = np.zeros((30, 40), np.uint8)
    page[:, :20], page[:, 20:] = 1, 2  # first sheet left, second right
    stored, _ = scan.turn(page, turned)
    first = int(stored[0, 0])
    assert stored_order(turned)[0] + 1 == first


def test_the_same_stream_gives_the_same_picture():
    first = scan.office(pixels(dpi=200).copy(), 200, 200, "grey", Chance("same"))
    again = scan.office(pixels(dpi=200).copy(), 200, 200, "grey", Chance("same"))
    other = scan.office(pixels(dpi=200).copy(), 200, 200, "grey", Chance("another"))
    assert (first.pixels == again.pixels).all()
    assert first.pixels.shape != other.pixels.shape or (first.pixels != other.pixels).any()
