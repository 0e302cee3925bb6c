"""The logistic fit, the isotonic curve and the reliability figures on their own."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ocr.calibration import isotonic, logistic, reliability
from ocr.calibration.writers import design_effect, folds, upper_by_writer


def test_the_logistic_fit_finds_the_coefficients_it_was_made_with() -> None:
    chance = np.random.default_rng(1)
    x = chance.normal(size=(40_000, 3))
    p = logistic.sigmoid(1.0 + x @ np.array([0.8, -1.5, 0.0]))
    beta = logistic.fit(x, (chance.random(40_000) < p).astype(float), np.ones(40_000))
    assert beta == pytest.approx([1.0, 0.8, -1.5, 0.0], abs=0.06)


def test_a_weight_is_worth_so_many_rows() -> None:
    chance = np.random.default_rng(2)
    x, right = chance.normal(size=(300, 2)), (chance.random(300) < 0.7).astype(float)
    twice = logistic.fit(np.vstack([x, x[:100]]), np.concatenate([right, right[:100]]), np.ones(400))
    weights = np.ones(300)
    weights[:100] = 2.0
    assert logistic.fit(x, right, weights) == pytest.approx(twice, abs=1e-5)


def test_separable_labels_do_not_run_away() -> None:
    x = np.linspace(-1, 1, 50)[:, None]
    beta = logistic.fit(x, (x[:, 0] > 0).astype(float), np.ones(50))
    assert np.isfinite(beta).all() and abs(beta[1]) < 30


@given(st.lists(st.tuples(st.floats(-20, 20), st.booleans(), st.sampled_from([1.0, 3.0])), min_size=1, max_size=120))
def test_the_curve_never_falls_and_never_says_certain(rows: list[tuple[float, bool, float]]) -> None:
    z, right, weights = (np.array(column, dtype=float) for column in zip(*rows, strict=True))
    curve = isotonic.fit(z, right, weights)
    assert list(curve.shares) == sorted(curve.shares)
    assert list(curve.centres) == sorted(curve.centres)
    grid = np.linspace(-25, 25, 200)
    said = curve.at(grid)
    assert (np.diff(said) > 0).all()
    assert (said > 0).all() and (said < 1).all()


@given(st.lists(st.tuples(st.floats(0, 1), st.floats(0.1, 5)), min_size=1, max_size=40))
def test_pooling_gives_the_nearest_non_decreasing_values(rows: list[tuple[float, float]]) -> None:
    values, weights = [v for v, _ in rows], [w for _, w in rows]
    blocks = isotonic.pool(values, weights)
    means = [np.average(values[a:b], weights=weights[a:b]) for a, b in blocks]
    assert means == sorted(means)
    assert [a for a, _ in blocks] == [0, *(b for _, b in blocks[:-1])] and blocks[-1][1] == len(values)
    for a, b in blocks:  # within a block every beginning lies at or above its mean: else it would be split
        for end in range(a + 1, b):
            assert (
                np.average(values[a:end], weights=weights[a:end])
                >= np.average(values[a:b], weights=weights[a:b]) - 1e-9
            )


def test_honest_confidence_has_no_error_and_a_boast_has_its_size() -> None:
    chance = np.random.default_rng(3)
    said = chance.uniform(0.5, 1.0, 60_000)
    right = (chance.random(60_000) < said).astype(float)
    ones = np.ones(60_000)
    assert reliability.expected_error(said, right, ones) < 0.01
    assert reliability.expected_error(np.minimum(said + 0.1, 1.0), right, ones) == pytest.approx(0.09, abs=0.015)


def test_bins_are_of_equal_mass_and_hold_every_field() -> None:
    said = np.linspace(0, 1, 1500)
    found = reliability.bins(said, (said > 0.5).astype(float), np.ones(1500))
    assert len(found) == 15 and {b.n for b in found} == {100}
    assert all(b.low <= b.right <= b.high for b in found)
    same = reliability.bins(np.full(40, 0.9), np.ones(40), np.ones(40))
    assert len(same) == 1 and same[0].n == 40


@given(st.lists(st.sampled_from([f"w{i}" for i in range(30)]), min_size=30, max_size=300))
def test_no_writer_is_in_two_folds(writers: list[str]) -> None:
    found = folds(writers, {"model": 0.3, "curve": 0.2, "proof": 0.5})
    assert found.keys() == set(writers)
    assert found == folds(list(reversed(writers)), {"model": 0.3, "curve": 0.2, "proof": 0.5})


def test_folds_hold_about_their_share() -> None:
    writers = [f"w{i % 97}" for i in range(5000)]
    found = folds(writers, {"model": 0.3, "proof": 0.7})
    share = sum(found[w] == "model" for w in writers) / 5000
    assert share == pytest.approx(0.3, abs=0.02)


def test_one_bad_hand_widens_the_interval() -> None:
    spread = [i % 10 == 0 for i in range(1000)]
    writers = [f"w{i // 20}" for i in range(1000)]
    bunched = [i < 100 for i in range(1000)]
    ones = [1.0] * 1000
    assert upper_by_writer(bunched, ones, writers) > upper_by_writer(spread, ones, writers) + 0.05
    assert upper_by_writer([False] * 1000, ones, writers) == 0.0
    assert upper_by_writer([], [], []) == 1.0
    assert design_effect(bunched, ones, writers) > 10  # five hands that are wrong all over
    assert design_effect(spread, ones, writers) == 1.0
    assert design_effect([False] * 1000, ones, writers) == design_effect([], [], []) == 1.0
