"""The CTC sums against every path there is."""

import itertools
import math
from collections import defaultdict

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ocr.lattice import Lattice


def every_text(steps):
    """The probability of each text, summed over all paths."""
    sums = defaultdict(float)
    for path in itertools.product(range(steps.shape[1]), repeat=len(steps)):
        text = "".join("abc"[label - 1] for label, _ in itertools.groupby(path) if label)
        sums[text] += math.prod(steps[t, label] for t, label in enumerate(path))
    return sums


@settings(max_examples=25, deadline=None)
@given(seed=st.integers(0, 2**32 - 1), length=st.integers(1, 5))
def test_each_text_has_the_sum_of_its_paths(seed, length):
    steps = np.random.default_rng(seed).dirichlet(np.full(4, 0.5), size=length)
    lattice = Lattice(("a", "b", "c"), np.log(np.maximum(steps, 1e-12)).astype(np.float32))
    sums = every_text(steps)
    for text, expected in sums.items():
        assert math.exp(lattice.log_likelihood(text)) == pytest.approx(expected, abs=1e-4)
    found = lattice.best(3, beam=200)
    likeliest = sorted(sums.values(), reverse=True)[: len(found)]
    assert [c.probability for c in found] == pytest.approx(likeliest, abs=2e-2)


def test_a_character_outside_the_lattice_is_unlikely_but_not_impossible():
    lattice = Lattice(("a", "b"), np.log(np.array([[0.1, 0.8, 0.1], [0.9, 0.05, 0.05]], dtype=np.float32)))
    assert -20 < lattice.log_likelihood("x") < lattice.log_likelihood("b") < lattice.log_likelihood("a")
    assert lattice.log_likelihood("aba") == -math.inf
