"""The port to knowledge: all fields of a sheet in, with what the engine heard; the fields with re-ranked values out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Protocol

from forms.model import Form
from ocr.engine import LineReading
from ocr.types import FieldReading

Fields = tuple[FieldReading, ...]
Heard = Mapping[str, Sequence[LineReading]]  # field id -> the lines read in it, in order


class Knowledge(Protocol):
    """Pure: the same fields and lines give the same answer. It never drops a field and never touches its readings."""

    @property
    def version(self) -> str:
        """What it knows, with versions: another one voids a calibration."""
        ...

    def judge(self, form: Form, fields: Fields, heard: Heard) -> Fields:
        """The fields of one sheet, in the same order; each use of knowledge is in `uses`."""
        ...


class Together:
    """Pieces of knowledge one after another."""

    def __init__(self, pieces: Sequence[Knowledge]) -> None:
        self._pieces = tuple(pieces)

    @property
    def version(self) -> str:
        return "; ".join(piece.version for piece in self._pieces)

    def judge(self, form: Form, fields: Fields, heard: Heard) -> Fields:
        for piece in self._pieces:
            fields = piece.judge(form, fields, heard)
        return fields
