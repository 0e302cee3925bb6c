"""The persons of an entry in the register: who they are, what would be added, and what stands against it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

from sqlalchemy import select

from approval.posting.plan import Ask, Change, Done, EntryPlan, Line, plain, said
from forms.model import Text
from forms.values import address, numbers
from storage.tables import EntrySubject, NumberLink, Person
from storage.work import Work
from validators.register import store, views
from validators.register.rows import PersonRow
from validators.register.sealing import columns

_NUMBERS = {"my_number": Text("個人番号", "My Number"), "bpn": Text("基礎年金番号", "Basic pension number")}


def plan_person(work: Work, ask: Ask, plan: EntryPlan, role: str, sex: str, since: date | None) -> EntrySubject | None:
    """Plan who the subject of `role` is: linked, or new. Its `person_id` is set once the steps have run.

    `since` is the day from which a written address holds. None (with a conflict) if nobody decided who it is.
    """
    subject = ask.subjects.get(role)
    if subject is None or subject.link == "open":
        plan.against("not_linked", "人が特定されていません", "it is not decided who this is")
        return None
    row = _row(ask, plan, role, sex, since)
    if row is None:
        return None
    if subject.link == "new":
        _plan_new(work, plan, subject, row)
    else:
        _plan_known(work, plan, subject, row)
    return subject


def name_of(work: Work, person_id: str) -> str:
    """The kanji name of a person of the register, for people to read."""
    person = work.session.get_one(Person, person_id)
    return columns(work).unseal("person.name_kanji", person.name_kanji)


def birth_of(work: Work, person_id: str) -> date:
    """The birth date of a person of the register."""
    person = work.session.get_one(Person, person_id)
    return date.fromisoformat(columns(work).unseal("person.birth", person.birth))


def masked(number: str) -> str:
    """The last four digits of a number; the whole is never shown here."""
    return "*" * (len(number) - 4) + number[-4:]


def _row(ask: Ask, plan: EntryPlan, role: str, sex: str, since: date | None) -> PersonRow | None:
    birth = ask.day(role, "birth")
    number = ask.get(role, "my_number")
    kind = numbers.combined(number) if number else None
    if birth is None:
        plan.against("no_birth", "生年月日がありません", "there is no date of birth")
    if number and kind not in _NUMBERS:
        plan.against("bad_number", "個人番号(基礎年金番号)の桁数が合いません", "the number has a wrong count of digits")
    if birth is None or (number and kind not in _NUMBERS):
        return None
    lives = ask.get(role, "addr")
    return PersonRow(
        name_kana=ask.get(role, "name_kana"), name_kanji=ask.get(role, "name_kanji"), birth=birth, sex=sex,
        my_number=number if kind == "my_number" else "", bpn=number if kind == "bpn" else "",
        zip=ask.get(role, "zip") if lives else "", address=lives, address_from=since,
    )  # fmt: skip


def _plan_new(work: Work, plan: EntryPlan, subject: EntrySubject, row: PersonRow) -> None:
    for kind, number in _numbers(row):
        if _holder(work, kind, number) is not None:
            _taken(plan, kind)
    lines = [
        Line(Text("氏名", "Name"), plain(""), plain(row.name_kanji or row.name_kana)),
        Line(Text("生年月日", "Birth"), plain(""), said(row.birth)),
    ]
    lines += [Line(_NUMBERS[kind], plain(""), plain(masked(number))) for kind, number in _numbers(row)]
    lines += [Line(Text("住所", "Address"), plain(""), plain(row.address))] if row.address else []

    def add(work: Work, posting_id: str) -> list[Done]:
        subject.person_id = store.add_person(work, row, posting_id)
        work.session.flush()
        return [{"table": "person", "id": subject.person_id, "what": "added"}]

    change = Change("person", Text("新しい人として登録", "Enter as a new person"), row.name_kanji, tuple(lines))
    plan.do(change, add)


def _plan_known(work: Work, plan: EntryPlan, subject: EntrySubject, row: PersonRow) -> None:
    person_id = subject.person_id or ""
    who = name_of(work, person_id)
    for kind, number in _numbers(row):
        _plan_number(work, plan, person_id, who, kind, number)
    since = row.address_from or work.today
    known = views.addresses(work, person_id)
    if row.address and not _lives_there(known, row, since):

        def move_in(work: Work, posting_id: str) -> list[Done]:
            store.add_address(work, person_id, row.zip, row.address, since, posting_id)
            return [{"table": "address", "id": person_id, "what": "added"}]

        lines = (
            Line(Text("住所", "Address"), plain(known[0].address if known else ""), plain(row.address)),
            Line(Text("適用日", "From"), plain(""), said(since)),
        )
        plan.do(Change("address", Text("住所を追加", "Add an address"), who, lines), move_in)


def _lives_there(known: Sequence[views.AddressView], row: PersonRow, since: date) -> bool:
    """True if the register has this address already: as the newest, or as the one in force on that day."""
    then = next((lives for lives in known if lives.valid_from <= since), None)
    wanted = address.normalise(row.address)
    return any(
        address.normalise(lives.address) == wanted and (not row.zip or lives.zip in {"", row.zip})
        for lives in (*known[:1], *([then] if then else []))
    )


def _plan_number(work: Work, plan: EntryPlan, person_id: str, who: str, kind: str, number: str) -> None:
    holder = _holder(work, kind, number)
    if holder == person_id:
        return
    if holder is not None:
        _taken(plan, kind)
        return
    held = work.session.scalar(select(NumberLink.id).where(NumberLink.person_id == person_id, NumberLink.kind == kind))
    if held is not None and kind == "my_number":  # a My Number changes only by 番号法 7条2項; a person has to say so
        plan.against(
            "number_differs", "台帳の個人番号と届書の個人番号が異なります",
            "the register has another My Number for this person", overridable=True,
        )  # fmt: skip

    def link(work: Work, posting_id: str) -> list[Done]:
        store.link_number(work, person_id, kind, number, posting_id)
        return [{"table": "number_link", "id": person_id, "what": f"{kind} linked"}]

    line = Line(_NUMBERS[kind], plain(""), plain(masked(number)))
    plan.do(Change("number_link", Text("番号を結び付け", "Link a number"), who, (line,)), link)


def _numbers(row: PersonRow) -> list[tuple[str, str]]:
    return [(kind, number) for kind, number in (("my_number", row.my_number), ("bpn", row.bpn)) if number]


def registered(work: Work, values: Mapping[str, str | None]) -> Text | None:
    """The number in a person's block (short keys) that somebody in the register has already, by name; None if free."""
    number = values.get("my_number") or ""
    kind = numbers.combined(number) if number else None
    return _NUMBERS[kind] if kind in _NUMBERS and _holder(work, kind, number) is not None else None


def _holder(work: Work, kind: str, number: str) -> str | None:
    token = work.keys.token(work.session, kind, number)
    return work.session.scalar(select(NumberLink.person_id).where(NumberLink.kind == kind, NumberLink.token == token))


def _taken(plan: EntryPlan, kind: str) -> None:
    label = _NUMBERS[kind]
    plan.against("number_taken", f"この{label.ja}は台帳の別の人のものです", f"the {label.en} belongs to another person")
