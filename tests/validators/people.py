"""Invented persons and offices that the register tests share."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime

from forms.values import numbers
from storage.keys import Keyring
from storage.session import Database
from storage.work import Work
from validators.register.rows import OfficeRow, PersonRow

NOW = datetime(2026, 11, 21, 3, 0, tzinfo=UTC)


@contextmanager
def writing(database: Database, keys: Keyring) -> Iterator[Work]:
    """A unit of work that commits at the end of the block."""
    with database.writing() as session:
        yield Work(session, keys, NOW, "system:test")


@contextmanager
def reading(database: Database, keys: Keyring) -> Iterator[Work]:
    """A unit of work that cannot write."""
    with database.reading() as session:
        yield Work(session, keys, NOW, "system:test")


def my_number(base: int) -> str:
    """A number with a right check digit."""
    digits = f"{base:011d}"
    return digits + numbers.my_number_check_digit(digits)


def office(ref: str = "01-ケイト", number: str = "123") -> OfficeRow:
    return OfficeRow(ref, number, "健保サービス株式会社", "健保　良一", "1000001", "東京都千代田区千代田1-1")


TARO = PersonRow(
    "タカハシ　キョウイチロウ", "髙橋　京一郎", date(1980, 4, 1), "1", my_number(12345678901), "2101123456",
    "1000001", "東京都千代田区千代田1-2", date(2020, 4, 1),
)  # fmt: skip
HANAKO = PersonRow("サトウ　ハナコ", "佐藤　花子", date(1985, 12, 31), "2", my_number(23456789012))
JIRO = PersonRow("ヤマザキ　ジロウ", "山﨑　次郎", date(1991, 7, 5), "1", bpn="3101654321")
