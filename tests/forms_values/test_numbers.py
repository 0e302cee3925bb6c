"""Check digits against the vectors of domain.md 5.1 and 5.2, and against the formula of the ordinance itself."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from forms.values import numbers

VALID = ["621498320257", "123456789018", "987654321093", "100000000005", "111111111118", "000000000000"]


def by_the_ordinance(base: str) -> str:
    """11 - (sum of Pn Qn mod 11), 0 if that remainder is 0 or 1; Pn from the lowest digit."""
    total = sum(int(p) * (n + 1 if n <= 6 else n - 5) for n, p in enumerate(reversed(base), 1))
    return str(0 if total % 11 <= 1 else 11 - total % 11)


@pytest.mark.parametrize("number", VALID)
def test_valid_my_numbers(number):
    assert numbers.is_my_number(number)
    assert not numbers.is_my_number(number[:-1] + str((int(number[-1]) + 1) % 10))


@given(st.from_regex("[0-9]{11}", fullmatch=True))
def test_the_check_digit_is_the_ordinances(base):
    assert numbers.my_number_check_digit(base) == by_the_ordinance(base)


def test_numbers_that_pass_and_are_nobodys():
    assert numbers.doubtful_my_number("000000000000")
    assert numbers.doubtful_my_number("000012345678")
    assert not numbers.doubtful_my_number("123456789018")


@pytest.mark.parametrize("number", ["5835678256246", "7700012010034", "8700110005901"])
def test_corporate_numbers(number):
    assert numbers.is_corporate_number(number)
    assert numbers.corporate_check_digit(number[1:]) == number[0]
    assert not numbers.is_corporate_number(str(int(number[0]) % 9 + 1) + number[1:])
    assert not numbers.is_corporate_number(number[:-1])


def test_the_combined_box():
    assert numbers.combined("") == "blank"
    assert numbers.combined("2112345678") == "bpn"
    assert numbers.combined("123456789018") == "my_number"
    assert numbers.combined("12345678901") == "other"
    assert numbers.combined("1234_6789018") == "other"


def test_basic_pension_numbers():
    assert numbers.is_bpn("2112345678")
    assert not numbers.is_bpn("0000345678")
    assert not numbers.is_bpn("2112000000")
    assert not numbers.is_bpn("211234567")
    assert numbers.split_bpn("2112345678") == ("2112", "345678")
