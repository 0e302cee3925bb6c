"""Bounds: the incomplete beta against sums of the binomial, Clopper-Pearson against known values and its promise."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ocr.calibration.bound import effective, incomplete_beta, needed, upper_bound


def binomial_at_most(k: int, n: int, p: float) -> float:
    """P(X <= k) by adding up."""
    return math.fsum(math.comb(n, i) * p**i * (1 - p) ** (n - i) for i in range(k + 1))


@given(st.integers(1, 60), st.data(), st.floats(0.001, 0.999))
def test_the_incomplete_beta_is_a_sum_of_the_binomial(n: int, data: st.DataObject, p: float) -> None:
    k = data.draw(st.integers(0, n - 1))
    assert incomplete_beta(n - k, k + 1, 1 - p) == pytest.approx(binomial_at_most(k, n, p), rel=1e-9, abs=1e-12)


def test_known_values() -> None:
    assert incomplete_beta(2, 3, 0.4) == pytest.approx(0.5248, abs=1e-12)  # 6x2-8x3+3x4
    assert incomplete_beta(0.5, 0.5, 0.5) == pytest.approx(0.5)
    assert upper_bound(0, 10) == pytest.approx(1 - 0.05 ** (1 / 10))
    assert upper_bound(0, 100) == pytest.approx(0.029513, abs=1e-6)
    assert upper_bound(1, 100) == pytest.approx(0.046559, abs=1e-6)
    assert upper_bound(3, 3) == 1.0
    assert upper_bound(0, 0) == 1.0


def test_2139_fields_without_an_error_prove_a_share_under_014_percent() -> None:
    assert needed(0.0014) == 2139
    assert upper_bound(0, 2139) <= 0.0014 < upper_bound(0, 2138)


@pytest.mark.parametrize(("n", "share"), [(10_000, 0.60), (20_000, 0.92)])
def test_the_chance_to_pass_at_half_the_target(n: int, share: float) -> None:
    """At a true error of 0.07 % ten thousand pass 60 % of the time, twenty thousand 92 % (issue, item 5)."""
    most = max(k for k in range(60) if upper_bound(k, n) <= 0.0014)
    logs = [math.lgamma(n + 1) - math.lgamma(k + 1) - math.lgamma(n - k + 1) for k in range(most + 1)]
    passes = math.fsum(
        math.exp(log + k * math.log(0.0007) + (n - k) * math.log1p(-0.0007)) for k, log in enumerate(logs)
    )
    assert passes == pytest.approx(share, abs=0.03)


@given(st.integers(1, 400), st.data())
def test_the_bound_is_where_so_few_errors_become_a_surprise(n: int, data: st.DataObject) -> None:
    k = data.draw(st.integers(0, min(n - 1, 20)))
    bound = upper_bound(k, n)
    assert k / n < bound <= 1.0
    assert binomial_at_most(k, n, bound) == pytest.approx(0.05, rel=1e-6)
    assert upper_bound(k, n + 50) < bound < upper_bound(k + 1, n)


@settings(max_examples=10, deadline=None)
@given(st.floats(0.001, 0.2), st.integers(50, 200))
def test_the_true_share_is_under_the_bound_19_times_in_20(p: float, n: int) -> None:
    missed = math.fsum(
        math.comb(n, k) * p**k * (1 - p) ** (n - k) for k in range(n + 1) if k < n and upper_bound(k, n) < p
    )
    assert missed <= 0.05 + 1e-9


@given(st.lists(st.booleans(), min_size=1, max_size=200), st.floats(1.0, 50.0))
def test_equal_chances_give_the_plain_counts(wrong: list[bool], weight: float) -> None:
    assert effective(wrong, [weight] * len(wrong)) == (float(sum(wrong)), float(len(wrong)))


@given(st.lists(st.tuples(st.booleans(), st.sampled_from([1.0, 2.0, 20.0])), min_size=1, max_size=200))
def test_an_effective_sample_is_never_larger_than_kishs(rows: list[tuple[bool, float]]) -> None:
    wrong, weights = [w for w, _ in rows], np.array([w for _, w in rows])
    errors, n = effective(wrong, weights.tolist())
    assert n <= weights.sum() ** 2 / (weights**2).sum() + 1e-6
    assert n <= len(rows)
    share = float(weights @ np.array(wrong)) / weights.sum()
    assert errors / max(n, 1) >= share * n / max(n, 1) - 1e-9


def test_a_rare_draw_counts_for_all_it_stands_for() -> None:
    """1,000 fields keyed anyway and 50 drawn at 5 %: 50 + 50, not 1,050."""
    errors, n = effective([False] * 1000 + [True] + [False] * 49, [1.0] * 1000 + [20.0] * 50)
    assert (errors, n) == (1.0, 100.0)
