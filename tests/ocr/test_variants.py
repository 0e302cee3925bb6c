"""Old forms, small kana and 髙: the recogniser's leans are put right, and nothing else changes."""

from __future__ import annotations

import numpy as np
import pytest

from ocr.charsets import charset
from ocr.decode import Decoder
from ocr.variants import leans, leans_of

CLASSES = ["blank", "緑", "綠", "高", "髙", "劳", "労", "ケ", "ヶ", "山", "3", "了"]


def row(**shares: float) -> np.ndarray:
    """One step that gives so much to each class, the rest to the blank."""
    steps = np.zeros((3, len(CLASSES)), dtype=np.float32)
    steps[:, 0] = 1.0
    for name, share in shares.items():
        steps[1, CLASSES.index(name)] = share
    steps[1, 0] = 1.0 - sum(shares.values())
    return steps


@pytest.mark.parametrize(
    ("shares", "said"),
    [
        ({"綠": 0.9, "緑": 0.05}, "緑"), ({"綠": 0.9999, "緑": 0.0}, "綠"), ({"高": 0.97, "髙": 0.02}, "髙"),
        ({"高": 0.99, "髙": 1e-5}, "高"), ({"劳": 0.9}, "労"), ({"ケ": 0.2, "ヶ": 0.7}, "ケ"), ({"山": 0.9}, "山"),
        ({"3": 0.1, "了": 0.8}, "3"), ({"3": 0.001, "了": 0.99}, "了"),
    ],
)  # fmt: skip
def test_what_is_said_of_two_forms(shares: dict[str, float], said: str) -> None:
    assert Decoder(CLASSES).decode(row(**shares), "address", 1.0).text == said


def test_shares_move_between_the_two_forms_only() -> None:
    seen = np.random.default_rng(1).dirichlet(np.ones(len(CLASSES)), 5).astype(np.float32)
    before = seen.copy()
    leans_of(CLASSES).put_right(seen)
    for usual, other in (("緑", "綠"), ("高", "髙"), ("ケ", "ヶ"), ("3", "了")):
        pair = [CLASSES.index(usual), CLASSES.index(other)]
        assert np.allclose(seen[:, pair].sum(axis=1), before[:, pair].sum(axis=1), atol=1e-6)
    rest = [CLASSES.index(c) for c in ("blank", "労", "山")]
    assert np.array_equal(seen[:, rest], before[:, rest])


def test_every_pair_is_of_two_characters_that_a_field_may_hold() -> None:
    allowed = charset("address")
    pairs = leans()
    assert len(pairs) > 200
    assert all(a != b and a in allowed for a, b in pairs)
    assert not {b for _, b in pairs} & {a for a, _ in pairs} - {"ツ"}, "no form is the other of one and usual of two"
