"""Reading a row of cells under a check digit."""

from __future__ import annotations

from itertools import islice, pairwise, product

from hypothesis import given
from hypothesis import strategies as st

from forms.values.numbers import is_my_number, my_number_check_digit
from ocr.candidates import Candidate
from ocr.checked import decoded, rows

NUMBER = "12345678901" + my_number_check_digit("12345678901")


def sure(digit: str, other: str = "", share: float = 0.0) -> tuple[Candidate, ...]:
    return (Candidate(digit, 0.999 - share), *((Candidate(other, share),) if other else ()))


@given(st.lists(st.lists(st.floats(0.01, 1), min_size=1, max_size=3), min_size=1, max_size=4))
def test_rows_come_in_order_and_all(probabilities: list[list[float]]) -> None:
    cells = [[Candidate("abc"[i], p) for i, p in enumerate(options)] for options in probabilities]
    found = list(rows(cells))
    assert len({c.value for c in found}) == len(found) == len(list(product(*cells)))
    assert all(a.probability >= b.probability - 1e-12 for a, b in pairwise(found))


def test_the_second_choice_of_a_doubtful_cell_is_found() -> None:
    cells = [sure(c) for c in NUMBER]
    wrong = "7" if NUMBER[4] != "7" else "1"
    cells[4] = (Candidate(wrong, 0.6), Candidate(NUMBER[4], 0.39))
    best = decoded(cells, is_my_number)[0]
    assert best.value == NUMBER and best.probability > 0.95


def test_what_was_miswritten_stays_possible() -> None:
    broken = NUMBER[:-1] + str((int(NUMBER[-1]) + 1) % 10)
    cells = [(Candidate(c, 0.99999), Candidate(str((int(c) + 3) % 10), 1e-6)) for c in broken]
    assert decoded(cells, is_my_number)[0].value == broken


def test_a_cell_without_options_gives_nothing() -> None:
    assert decoded([sure("1"), ()], is_my_number) == ()
    assert list(islice(rows([]), 2)) == [Candidate("", 1.0)]
