"""What an employer writes above the persons: date, references, address, names."""

from __future__ import annotations

from datetime import date, timedelta

from api.synth.chance import Chance
from api.synth.offices import SynthOffice
from forms.values import wareki

Written = dict[str, str]  # field id -> text as a person would write it; truth is its normal form


def header(chance: Chance, office: SynthOffice, submitted: date) -> Written:
    """The header of a sheet of that office (domain.md 1.4)."""
    return {
        "header.submit_date": wareki.from_date(submitted),
        "header.office_ref": office.ref,
        "header.office_no": office.no if chance.happens(0.97) else "",
        "header.zip": office.address.zip,
        "header.addr": office.address.text,
        "header.name": office.name,
        "header.owner": office.owner,
        "header.tel": office.tel,
        "header.sr_name": office.attorney,
    }


def submission_day(chance: Chance, as_of: date) -> date:
    """The day written on the sheet: mostly in the last days before it arrives."""
    return as_of - timedelta(days=chance.pick(((0, 3), (1, 4), (2, 3), (3, 2), (chance.randint(4, 9), 1))))


def event_day(chance: Chance, submitted: date) -> date:
    """When it happened: mostly within the five days of the law (domain.md 5.7), often the first of a month."""
    day = submitted - timedelta(days=chance.pick(((chance.randint(0, 5), 8), (chance.randint(6, 40), 2))))
    first = day.replace(day=1)
    return first if chance.happens(0.4) and (day - first).days < 8 else day
