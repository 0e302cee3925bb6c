"""The colours of the pages: every pair that carries words has the contrast of WCAG 2.2 AA, in light and dark."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

STYLES = Path(__file__).parents[2] / "api" / "static"
GROUNDS = ("paper", "sheet", "wash")
PAIRS = [
    *((ink, ground) for ink in ("ink", "soft", "act", "block", "need", "done") for ground in GROUNDS),
    ("on-act", "act"), ("ink", "act-wash"), ("act", "act-wash"), ("ink", "block-wash"), ("block", "block-wash"),
    ("ink", "need-wash"), ("need", "need-wash"), ("soft", "act-wash"), ("soft", "need-wash"), ("done", "done-wash"),
]  # fmt: skip
AA = 4.5


def tokens(theme: str) -> dict[str, str]:
    """The colours of a theme; the dark one changes what it names."""
    css = (STYLES / "todoke.css").read_text(encoding="utf-8")
    light, _, dark = css.partition("prefers-color-scheme: dark")
    found = dict(re.findall(r"--([\w-]+): (#[0-9a-f]{3,6})", light))
    if theme == "dark":
        found |= dict(re.findall(r"--([\w-]+): (#[0-9a-f]{3,6})", dark.partition("}")[0]))
    return found


def luminance(colour: str) -> float:
    """Relative luminance (WCAG 2.2)."""
    digits = colour[1:] if len(colour) == 7 else "".join(digit * 2 for digit in colour[1:])
    parts = [int(digits[at : at + 2], 16) / 255 for at in (0, 2, 4)]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    """1 to 21."""
    high, low = sorted((luminance(one), luminance(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize(("ink", "ground"), PAIRS)
def test_words_stand_out_from_their_ground(theme: str, ink: str, ground: str) -> None:
    known = tokens(theme)
    assert contrast(known[ink], known[ground]) >= AA, f"{ink} on {ground}"


def test_contrast_is_measured_as_wcag_does() -> None:
    assert contrast("#000", "#ffffff") == pytest.approx(21)
    assert contrast("#777777", "#fff") == pytest.approx(4.48, abs=0.01)  # the classic that just fails


def test_four_sizes_of_type_and_no_more() -> None:
    css = "".join(path.read_text(encoding="utf-8") for path in STYLES.rglob("*.css"))
    assert set(re.findall(r"font(?:-size)?: (\d+)px", css)) <= {"12", "13", "15", "20"}
    assert not re.findall(r"border-radius: (?:[5-9]|\d\d)px", css)
