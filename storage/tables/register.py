"""The register: persons, offices, and dated rows of what holds of them; personal columns are sealed."""

from __future__ import annotations

from datetime import date

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from storage.tables.base import Base, Code, Id, Ref, Sealed, When, Words, one_of


def _posted() -> ForeignKey:
    """The posting that wrote the row. Checked at the commit: a posting is one row, written once, when all is done."""
    return ForeignKey("posting.id", deferrable=True, initially="DEFERRED")


class Office(Base):
    """事業所."""

    __tablename__ = "office"
    id: Mapped[Id]
    ref: Mapped[Code] = mapped_column(unique=True)  # normalised 整理記号, e.g. 01-ケイト
    number: Mapped[Code]
    pref_code: Mapped[Code] = mapped_column(default="")
    name: Mapped[Words]
    owner: Mapped[Words]
    zip: Mapped[Code]
    address: Mapped[Words]
    tel: Mapped[Code] = mapped_column(default="")
    n: Mapped[int] = mapped_column(default=1)


class Person(Base):
    """A person of the register; names are the newest reading, older ones stand in person_name."""

    __tablename__ = "person"
    id: Mapped[Id]
    name_kana: Mapped[Sealed]
    name_kanji: Mapped[Sealed]
    birth: Mapped[Sealed]  # ISO date
    sex: Mapped[Sealed]  # "1" or "2"
    n: Mapped[int] = mapped_column(default=1)
    created_at: Mapped[When]


class PersonName(Base):
    """An earlier or other lawful name, with dates."""

    __tablename__ = "person_name"
    id: Mapped[Id]
    person_id: Mapped[Ref] = mapped_column(ForeignKey("person.id"), index=True)
    name_kana: Mapped[Sealed]
    name_kanji: Mapped[Sealed]
    valid_from: Mapped[date | None]
    valid_to: Mapped[date | None]


class NumberLink(Base):
    """A My Number or basic pension number that belongs to a person."""

    __tablename__ = "number_link"
    id: Mapped[Id]
    person_id: Mapped[Ref] = mapped_column(ForeignKey("person.id"), index=True)
    kind: Mapped[Code]
    number: Mapped[Sealed]
    token: Mapped[Words]  # HMAC under the index key
    posting_id: Mapped[Ref | None] = mapped_column(_posted())
    __table_args__ = (
        CheckConstraint(one_of("kind", "my_number", "bpn"), name="kind"),
        UniqueConstraint("kind", "token"),
        Index("ix_number_link_token", "token"),
    )


class AddressRow(Base):
    """Where a person lives, dated."""

    __tablename__ = "address"
    id: Mapped[Id]
    person_id: Mapped[Ref] = mapped_column(ForeignKey("person.id"), index=True)
    zip: Mapped[Sealed]
    address: Mapped[Sealed]
    valid_from: Mapped[date]
    posting_id: Mapped[Ref | None] = mapped_column(_posted())


_OPEN_PERIOD = text("lost_on IS NULL")
_NOT_ENDED = text("ended_on IS NULL")


class InsurancePeriod(Base):
    """被保険者期間: a person insured at an office under an insured number."""

    __tablename__ = "insurance_period"
    id: Mapped[Id]
    person_id: Mapped[Ref] = mapped_column(ForeignKey("person.id"), index=True)
    office_id: Mapped[Ref] = mapped_column(ForeignKey("office.id"))
    insured_no: Mapped[int]
    acquired_on: Mapped[date]
    lost_on: Mapped[date | None]
    over70_only: Mapped[bool] = mapped_column(default=False)
    short_time: Mapped[bool] = mapped_column(default=False)
    posting_id: Mapped[Ref | None] = mapped_column(_posted())
    __table_args__ = (
        UniqueConstraint("office_id", "insured_no"),
        Index("uq_period_open", "person_id", "office_id", unique=True,
              sqlite_where=_OPEN_PERIOD, postgresql_where=_OPEN_PERIOD),
        CheckConstraint("insured_no BETWEEN 1 AND 999999", name="insured_no"),
    )  # fmt: skip


class Remuneration(Base):
    """報酬月額 and 標準報酬月額 from a date on."""

    __tablename__ = "remuneration"
    id: Mapped[Id]
    period_id: Mapped[Ref] = mapped_column(ForeignKey("insurance_period.id"), index=True)
    valid_from: Mapped[date]
    monthly: Mapped[Sealed]  # yen
    standard_health: Mapped[Sealed]  # yen
    standard_pension: Mapped[Sealed]  # yen, empty where not insured
    posting_id: Mapped[Ref | None] = mapped_column(_posted())


class DependantPeriod(Base):
    """被扶養者期間: a person who is a dependant of an insured person. A change writes a new dated row."""

    __tablename__ = "dependant_period"
    id: Mapped[Id]
    person_id: Mapped[Ref] = mapped_column(ForeignKey("person.id"), index=True)
    insured_id: Mapped[Ref] = mapped_column(ForeignKey("person.id"), index=True)
    office_id: Mapped[Ref | None] = mapped_column(ForeignKey("office.id"))
    relation: Mapped[Code]  # spouse:1..4 or other:01..10
    began_on: Mapped[date]
    ended_on: Mapped[date | None]
    end_reason: Mapped[Code | None]  # the form's code, or `changed` where a later row supersedes
    supersedes: Mapped[Ref | None] = mapped_column(ForeignKey("dependant_period.id"))
    details: Mapped[Sealed | None]
    posting_id: Mapped[Ref | None] = mapped_column(_posted())
    end_posting_id: Mapped[Ref | None] = mapped_column(_posted())
    __table_args__ = (
        # a person is the dependant of one insured person at a time (健康保険法 3条7項: 主として生計を維持)
        Index("uq_dependant_open", "person_id", unique=True,
              sqlite_where=_NOT_ENDED, postgresql_where=_NOT_ENDED),
    )  # fmt: skip


class ThirdCategoryPeriod(Base):
    """第3号被保険者期間 of a dependent spouse of 20 to 59."""

    __tablename__ = "third_category_period"
    id: Mapped[Id]
    person_id: Mapped[Ref] = mapped_column(ForeignKey("person.id"), index=True)
    spouse_id: Mapped[Ref] = mapped_column(ForeignKey("person.id"))
    began_on: Mapped[date]
    ended_on: Mapped[date | None]
    posting_id: Mapped[Ref | None] = mapped_column(_posted())
    end_posting_id: Mapped[Ref | None] = mapped_column(_posted())
    __table_args__ = (
        Index("uq_third_open", "person_id", unique=True, sqlite_where=_NOT_ENDED, postgresql_where=_NOT_ENDED),
    )
