"""The CTC sums against every path there is."""

import itertools
import math
from collections import defaultdict

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ocr.lattice import Lattice
from ocr.testing import lattice_of


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


@settings(max_examples=25, deadline=None)
@given(seed=st.integers(0, 2**32 - 1), texts=st.lists(st.text("abcx", max_size=5), min_size=1, max_size=6))
def test_many_texts_at_once_are_as_one_by_one(seed, texts):
    steps = np.random.default_rng(seed).dirichlet(np.full(4, 0.5), size=7)
    lattice = Lattice(("a", "b", "c"), np.log(np.maximum(steps, 1e-6)).astype(np.float32))
    alone = [Lattice(lattice.characters, lattice.log_probabilities).log_likelihood(text) for text in texts]
    assert lattice.log_likelihoods(texts) == pytest.approx(alone)


def test_two_lines_are_one_text_with_a_gap_between():
    first, second = lattice_of("ab", {1: {"c": 0.3}}), lattice_of("bd")
    both = first.joined(second)
    assert both.best()[0].value == "abbd", "the same character on either side of the break stays two"
    assert both.log_likelihood("abbd") == pytest.approx(
        first.log_likelihood("ab") + second.log_likelihood("bd"), abs=0.01
    )
    assert both.log_likelihood("acbd") > both.log_likelihood("adbd")


def test_a_long_line_does_not_underflow():
    text = "東京都千代田区丸の内" * 12
    (best, *_) = lattice_of(text, sure=0.6).best()
    assert best.value == text and best.probability >= 0.0


def test_two_views_of_a_line_are_one_lattice():
    sure, torn = lattice_of("堤"), lattice_of("鮎堤")
    both = torn.with_view(sure)
    assert set(both.characters) == {"鮎", "堤"}
    for text in ("堤", "鮎堤"):
        assert both.log_likelihood(text) == pytest.approx(
            (torn.log_likelihood(text) + sure.log_likelihood(text)) / 2, abs=0.1
        )
    assert {c.value for c in both.best(4)} >= {"堤", "鮎堤"}
    longer = both.joined(lattice_of("町"))
    assert longer.again is not None
    assert longer.log_likelihood("鮎堤町") == pytest.approx(both.log_likelihood("鮎堤"), abs=0.2)


def test_characters_of_one_shape_may_be_taken_together():
    lattice = Lattice(("八", "ハ"), np.log(np.array([[0.1, 0.6, 0.3]], dtype=np.float32)))
    for seen in (lattice, lattice.with_view(lattice)):
        folded = seen.renamed(lambda c: "ハ" if c == "八" else c)
        assert folded.characters == ("ハ",)
        assert math.exp(folded.log_likelihood("ハ")) == pytest.approx(0.9, abs=0.01)
