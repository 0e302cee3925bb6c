"""Thresholds: nothing is accepted that was not proved, and what was proved holds for writers nobody has seen."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ocr.calibration.bound import effective, upper_bound
from ocr.calibration.fit import SHARES, fit_class
from ocr.calibration.thresholds import FIRST, Proof, choose, grid
from ocr.calibration.writers import folds
from tests.ocr.calibration.worlds import World

TARGET = 0.0014


def proof(n: int, wrong: set[int], writers: int = 50, weights: float = 1.0) -> Proof:
    """`n` fields of descending confidence; those at `wrong` are wrong."""
    return Proof(
        np.linspace(1.0, 0.5, n), [i in wrong for i in range(n)], [weights] * n, [f"w{i % writers}" for i in range(n)]
    )


def test_the_grid_begins_at_the_strictest_threshold_that_accepts_4000() -> None:
    confidence = np.random.default_rng(1).permutation(np.linspace(0, 1, 10_000))
    lines = grid(confidence)
    assert lines[0][1] == FIRST == 4000
    assert lines[-1][1] == 10_000
    accepted = [n for _, n in lines]
    assert accepted == sorted(set(accepted))
    assert all(int((confidence >= least).sum()) == n for least, n in lines)


def test_a_set_of_fewer_than_4000_fields_accepts_nothing() -> None:
    assert grid(np.linspace(0, 1, 3999)) == ()
    assert choose((), proof(5000, set()), TARGET) == (None, ())


def test_equal_confidences_are_accepted_together() -> None:
    lines = grid(np.concatenate([np.full(6000, 0.9), np.linspace(0, 0.8, 2000)]))
    assert lines[0] == (0.9, 6000)


def test_2138_fields_without_an_error_are_too_few() -> None:
    everything = ((0.0, 4000),)
    assert choose(everything, proof(2138, set()), TARGET)[0] is None
    assert choose(everything, proof(2139, set()), TARGET)[0] == 0.0


def test_two_hands_prove_nothing_about_a_third() -> None:
    assert choose(((0.0, 4000),), proof(9000, set(), writers=2), TARGET)[0] is None


def test_it_stops_at_the_first_failure_even_if_a_wider_one_would_pass() -> None:
    """Errors at the top, none for a long time after: the wide threshold has a good bound and is not tried."""
    given_ = proof(40_000, set(range(12)))
    lines = ((float(given_.confidence[3999]), 4000), (0.0, 40_000))
    assert upper_bound(12, 40_000) < TARGET
    threshold, trials = choose(lines, given_, TARGET)
    assert threshold is None and len(trials) == 1 and not trials[0].passed


def test_drawn_samples_count_for_what_they_stand_for() -> None:
    """A few fields drawn at 5 % among many that were keyed anyway are not thousands of proofs."""
    n = 6000
    mixed = Proof(
        np.ones(n), [False] * n, [20.0 if i % 10 == 0 else 1.0 for i in range(n)], [f"w{i % 60}" for i in range(n)]
    )
    assert choose(((0.5, 4000),), mixed, TARGET)[0] is None
    assert choose(((0.5, 4000),), replace(mixed, weights=[1.0] * n), TARGET)[0] == 0.5


def test_what_inspection_cannot_see_makes_the_bound_wider() -> None:
    lines = ((0.0, 4000),)
    assert choose(lines, proof(2200, set()), TARGET)[0] == 0.0
    assert choose(lines, proof(2200, set()), TARGET, hidden=0.05)[0] is None


@settings(max_examples=40, deadline=None)
@given(
    st.integers(200, 6000), st.floats(0, 0.004), st.integers(0, 2**31), st.sampled_from([1.0, 20.0]),
    st.integers(1, 80),
)  # fmt: skip
def test_nothing_passes_whose_bound_is_over_the_target(
    n: int, share: float, seed: int, weight: float, writers: int
) -> None:
    chance = np.random.default_rng(seed)
    tried = Proof(
        np.sort(chance.random(n))[::-1].copy(), (chance.random(n) < share).tolist(),
        np.where(chance.random(n) < 0.1, weight, 1.0).tolist(), [f"w{i % writers}" for i in range(n)],
    )  # fmt: skip
    lines = tuple((float(tried.confidence[k - 1]), k) for k in (n // 3, n // 2, n) if k)
    threshold, trials = choose(lines, tried, TARGET)
    assert [t.passed for t in trials[:-1]] == [True] * (len(trials) - 1)
    passed = [t for t in trials if t.passed]
    assert threshold == (passed[-1].threshold if passed else None)
    for trial in passed:
        inside = tried.confidence >= trial.threshold
        errors, size = effective(np.array(tried.wrong)[inside].tolist(), np.array(tried.weights)[inside].tolist())
        assert upper_bound(errors, size) <= TARGET
        assert trial.writers >= 20


@pytest.mark.parametrize("world", [World(), World(base=9.5, writer=0.0), World(base=10.0, writer=2.0)], ids=str)
def test_what_is_accepted_of_fresh_writers_is_wrong_less_often_than_the_target(world: World) -> None:
    """A few fits of each world; 95 % of fits have to hold (docs/explanation/trust.md has hundreds)."""
    errors = []
    for seed in range(2):
        model = world.fitted(seed)
        assert model.calibration_error < 0.01
        if model.threshold is not None:
            error, share = world.realised(model, seed)
            errors.append(error)
            assert share > 0.3
    assert errors, "nothing was ever accepted"
    assert sum(error > TARGET for error in errors) == 0


def test_a_reader_just_over_the_target_is_hardly_ever_accepted() -> None:
    """No score tells its errors apart, and it is wrong in 0.16 % of fields: at most one fit in twenty may pass."""
    world = World(base=6.436, slope=0.0, writer=0.0)
    assert sum(world.fitted(seed).threshold is not None for seed in range(4)) <= 1


def test_few_labels_give_a_confidence_and_no_acceptance() -> None:
    labels, _ = World().draw(5, 60, 20)
    model = fit_class(labels, folds([label.writer for label in labels], SHARES), TARGET)
    assert model is not None and model.threshold is None and model.why == "too_few" and model.trials == ()
    assert fit_class(labels[:90], folds([label.writer for label in labels], SHARES), TARGET) is None
