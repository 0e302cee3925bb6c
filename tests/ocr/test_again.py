"""Lines that are looked at again, and what becomes of two views."""

import numpy as np

from ocr.again import doubtful, together, view
from ocr.ask import Ask
from ocr.engine import LineReading
from ocr.heard import hear
from ocr.lattice import Lattice
from ocr.testing import lattice_of


def reading(text, least, lattice=None):
    chars = tuple((c, least if n == 0 else 0.99, (n + 0.5) / len(text)) for n, c in enumerate(text))
    return LineReading(text, 0.9, text, chars, lattice or lattice_of(text))


def ask(charset="kana"):
    return Ask(np.full((50, 200), 250, dtype=np.uint8), charset)


def leaning(a, b, share):
    """A lattice of one step that says a with the share, else b."""
    return Lattice((a, b), np.log(np.array([[1e-6, share, 1 - share - 1e-6]], dtype=np.float32)))


def test_only_a_doubtful_line_is_looked_at_again():
    assert doubtful(ask(), reading("ワタ", 0.4))
    assert not doubtful(ask(), reading("ワタ", 0.9))
    assert not doubtful(ask("digits"), reading("1", 0.4))  # a cell: the classifier has read it too


def test_the_other_view_has_the_same_places():
    seen = view(ask())
    assert seen.crop.shape[1] == 200
    assert seen.crop.shape[0] > 55


def test_the_surer_view_prevails_and_is_not_believed_alone():
    first = reading("ワ", 0.5, leaning("ワ", "ク", 0.55))
    second = reading("ク", 0.9, leaning("ク", "ワ", 0.95))
    both = together(first, second)
    assert both.text == "ク"
    assert both.lattice.best(1)[0].probability < 0.95


def test_a_reader_gets_one_answer_a_line_and_it_is_kept():
    def reader():
        answers = yield [ask(), ask("digits")]
        return [answer.text for answer in answers]

    lines, asked = [], []
    running = hear(reader(), lines, asked)
    assert len(next(running)) == 2
    again = running.send([reading("ワ", 0.5, leaning("ワ", "ク", 0.55)), reading("1", 0.5)])
    assert len(again) == 1  # the cell is not looked at again
    try:
        running.send([reading("ク", 0.9, leaning("ク", "ワ", 0.95))])
    except StopIteration as done:
        assert done.value == ["ク", "1"]
    assert [line.text for line in lines] == ["ク", "1"]
    assert len(asked) == 2
