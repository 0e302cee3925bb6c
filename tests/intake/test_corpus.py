"""Every file of the corpus gets its answer within its limits, and none takes the next one or this process down."""

from __future__ import annotations

import os
import time

import pytest

from intake.decode.errors import DecodeError
from intake.decode.file import decode_file
from intake.decode.limits import Limits
from intake.decode.page import DecodedPage, PageFailure
from tests.corpus import Case, build


@pytest.fixture(scope="module")
def corpus(tmp_path_factory: pytest.TempPathFactory) -> list[Case]:
    return build(tmp_path_factory.mktemp("corpus"))


def test_each_file_is_answered_as_it_deserves(corpus: list[Case]) -> None:
    wrong = []
    for case in corpus:
        begun, cpu = time.monotonic(), os.times().user
        answers = list(decode_file(case.path))
        seconds = time.monotonic() - begun
        problem = judge(case, answers)
        if seconds > 40 + 5 * max(0, len(answers) - 5):
            problem = f"{seconds:.0f} s"
        if os.times().user - cpu > 20:
            problem = "the parent worked instead of the child"
        if problem:
            wrong.append(f"{case.path.parent.name}/{case.name}: {problem}")
    assert wrong == []


def judge(case: Case, answers: list[DecodedPage | PageFailure]) -> str | None:
    """What is not as expected, None if all is."""
    wanted = case.expectation
    if not answers:
        return "no answer"
    if [a.number for a in answers] != list(range(1, len(answers) + 1)):
        return "pages out of order"
    failures = [a for a in answers if isinstance(a, PageFailure)]
    for failure in failures:
        assert isinstance(failure.error, DecodeError)
        told = failure.error.as_dict()
        if "{" in str(told["message"].values()):
            return f"unfilled message {told['message']}"
    for page in answers:
        if isinstance(page, DecodedPage) and page.pixels.shape[0] * page.pixels.shape[1] > Limits().max_pixels * 1.01:
            return "too many pixels"
    if wanted.outcome == "accept" and (failures or len(answers) != wanted.pages):
        return f"{len(answers)} pages, refused {[f.error.code for f in failures]}"
    if wanted.outcome == "reject" and not {f.error.code for f in failures} & wanted.codes:
        return f"{[f.error.code for f in failures] or 'accepted'}, expected {sorted(wanted.codes)}"
    return None
