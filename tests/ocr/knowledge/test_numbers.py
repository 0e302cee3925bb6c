"""Check digits, dates that exist, sums: a nudge among the reader's candidates, never a new value."""

from __future__ import annotations

from forms.model import Form
from forms.values.numbers import my_number_check_digit
from ocr.knowledge.numbers import Numbers
from ocr.types import FieldReading
from tests.ocr.knowledge.conftest import field_of

NUMBER, BIRTH = "entries[0].my_number", "entries[0].birth"
CASH, KIND, TOTAL = (f"entries[0].wage_{name}" for name in ("cash", "kind", "total"))
RIGHT = "12345678901" + my_number_check_digit("12345678901")
WRONG = RIGHT[:5] + "0" + RIGHT[6:]


def judged(form: Form, *fields: FieldReading) -> dict[str, FieldReading]:
    return {reading.id: reading for reading in Numbers().judge(form, fields, {})}


def test_a_right_check_digit_chooses(form: Form) -> None:
    found = judged(form, field_of(NUMBER, WRONG, {WRONG: 0.6, RIGHT: 0.1}))[NUMBER]
    assert found.value == RIGHT and found.facts["check"] == 1.0
    assert (found.uses[0].constraint, found.uses[0].read) == ("check digit", WRONG)


def test_a_number_read_clearly_stays_wrong(form: Form) -> None:
    """Filers write wrong numbers; that is for the rules to say."""
    found = judged(form, field_of(NUMBER, WRONG, {WRONG: 0.995, RIGHT: 0.0005}))[NUMBER]
    assert found.value == WRONG and found.facts["check"] == 0.0


def test_a_date_that_exists_is_likelier(form: Form) -> None:
    found = judged(form, field_of(BIRTH, "5210231", {"5210231": 0.5, "5210221": 0.3}))[BIRTH]
    assert found.value == "5210221" and found.facts["check"] == 1.0


def test_a_day_after_the_sheet_was_written_is_unlikelier(form: Form) -> None:
    said = field_of("header.submit_date", "9080401")
    found = judged(form, said, field_of(BIRTH, "9090101", {"9090101": 0.5, "9070101": 0.2}))[BIRTH]
    assert found.value == "9070101"


def test_a_sum_that_holds_chooses_all_three(form: Form) -> None:
    found = judged(
        form,
        field_of(CASH, "271000", {"271000": 0.6, "277000": 0.35}),
        field_of(KIND, "5000", {"5000": 0.99}),
        field_of(TOTAL, "282000", {"282000": 0.98}),
    )
    assert [found[name].value for name in (CASH, KIND, TOTAL)] == ["277000", "5000", "282000"]
    assert all(found[name].facts["check"] == 1.0 for name in found)


def test_a_sum_that_the_readers_do_not_allow_is_not_made(form: Form) -> None:
    fields = [field_of(CASH, "271000", {"271000": 0.999}), field_of(KIND, "0", {"0": 0.99})]
    found = judged(form, *fields, field_of(TOTAL, "272000", {"272000": 0.999}))
    assert [found[name].value for name in (CASH, KIND, TOTAL)] == ["271000", "0", "272000"]
    assert found[TOTAL].facts["check"] == 0.0


def test_unreadable_fields_stay_unreadable(form: Form) -> None:
    found = judged(form, field_of(NUMBER, None, {RIGHT: 0.2}))[NUMBER]
    assert found.value is None and not found.uses
