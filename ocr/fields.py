"""Reads a field: each part by the reader of its control, then the parts put together as the field's type."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from forms.model import Choice, Field, Part
from forms.values import normalise, wareki
from ocr import cell_model, facts, homoglyphs
from ocr.ask import Asking
from ocr.candidates import Candidate, ranked
from ocr.cells import read_cells
from ocr.correction import divided, read_correction
from ocr.engine import TextEngine
from ocr.ink import Ink
from ocr.lines import Text, read_text
from ocr.marks import options_of, read_marks
from ocr.parts import LINE, MOST, OWN, WRITTEN, PartRead, charset_of, from_cells, from_text, nothing, put_together
from ocr.stray import astray
from ocr.strike import Strike, struck_in
from ocr.types import Basis, EngineReading, FieldReading

# Below this the engine itself doubts what it said: the field is unreadable, which is better than wrong.
LEAST_SCORE = 0.30
CELLS = cell_model.shared()
MARKS = ("marks", "1", "marks")  # engine, version, family of readings of circles and ticks
_BETWEEN = {"kana": "\u3000", "kanji": "\u3000", "office_ref": "-", "telephone": "-"}
_NAMES = {"kana", "kanji"}
_LETTERS = {"kanji", "address", "text"}  # types in which kana, kanji and dashes meet
_SURE_LINE, _ASTRAY = 0.9, 0.5  # a line so sure is believed over the cells it runs across; its score then
_AFTER_STRUCK = 0.7  # the score of a mark beside another that was struck out
_AMBIGUOUS = 0.42  # a mark of a lower score lies between two choices


@dataclass(frozen=True, slots=True)
class FieldRead:
    """A field before it is signed by its engines; `facts` are those of its ink."""

    value: str | None
    raw: str
    score: float
    struck: bool = False
    parts: tuple[PartRead, ...] = field(default=())
    facts: dict[str, float] = field(default_factory=dict)


def read_field(ink: Ink, item: Field, engine: TextEngine, rivals: Sequence[Choice] = ()) -> Asking[FieldReading]:
    """Read one field from the writing of its sheet; `rivals` are the choices of the other fields."""
    parts = [part for part in item.parts if part.control not in {"preprinted", "stamp"}]
    written = [part for part in parts if part.control in WRITTEN]
    seen = {part.name: struck_in(ink, part, charset_of(item, part) != "office_ref") for part in written}
    strikes = {name: strike for name, strike in seen.items() if strike is not None}
    read: list[PartRead] = []
    if strikes:
        corrected = yield from read_correction(ink, item, strikes)
        read = [_believed(part, strikes.get(part.part.name)) for part in corrected]
    given = {part.part.name for part in read}
    for part in parts:
        if part.name not in given:
            read.append((yield from _read_part(ink, item, part, rivals)))
    read.sort(key=lambda one: parts.index(one.part))
    found = replace(compose(item, read), struck=bool(strikes), facts=facts.of_ink(ink, parts))
    return _signed(item, found, engine)


def _believed(corrected: PartRead, strike: Strike | None) -> PartRead:
    """What stands after a strike-out. Over one character and with nothing written instead it may be the character's own
    bars (皿, 井): a person is to look."""
    if strike is not None and strike.single and corrected.blank:
        return replace(corrected, text=None, score=0.0, options=())
    return corrected


def _read_part(ink: Ink, item: Field, part: Part, rivals: Sequence[Choice]) -> Asking[PartRead]:
    if part.control in {"circle", "check"}:
        return marked(ink, item, part, rivals)
    if part.cells:
        cells = yield from read_cells(ink, part.cells, charset_of(item, part))
        found = from_cells(part, cells)
        if charset_of(item, part) == "office_ref" or not astray(ink, part):
            return found
        return (yield from _across(ink, item, part, found))
    if item.type in _NAMES and part.name == "value":
        return (yield from _whole_name(ink, item, part))
    return from_text(part, (yield from read_text(ink, part.box, charset_of(item, part), part.lines)))


def _across(ink: Ink, item: Field, part: Part, in_cells: PartRead) -> Asking[PartRead]:
    """Writing that does not keep to its cells is read as a line too: what both say, a sure line, or nothing."""
    charset = "wareki" if item.type == "wareki" else charset_of(item, part)
    line = from_text(part, (yield from read_text(ink, part.box, charset)))
    digits = "".join(c for c in line.text or "" if c.isdigit())
    if digits and digits == "".join(in_cells.cells):
        return replace(in_cells, agree=True)
    if item.type == "wareki" or line.score < _SURE_LINE or len(digits) < len("".join(in_cells.cells)):
        return replace(in_cells, text=None, score=min(in_cells.score, _ASTRAY), agree=False)
    return replace(line, score=min(line.score, _ASTRAY), agree=False)


def _whole_name(ink: Ink, item: Field, part: Part) -> Asking[PartRead]:
    """氏 and 名 written in one box: the widest gap divides them, which the text engine does not report."""
    read: list[Text] = []
    for box in divided(ink, part.box, 2):
        read.append((yield from read_text(ink, box, charset_of(item, part))))
    given = [text for text in read if not text.blank]
    if not given:
        return nothing(part)
    pieces = [from_text(part, text) for text in given]
    words = "\u3000".join(piece.text or "" for piece in pieces).strip("\u3000")
    score, free = min(piece.score for piece in pieces), " ".join(piece.free for piece in pieces)
    options = put_together([piece.options for piece in pieces], "\u3000")
    return PartRead(part, words or None, score, (), free, options, min(piece.least for piece in pieces))


def marked(ink: Ink, item: Field, part: Part, rivals: Sequence[Choice] = ()) -> PartRead:
    """The codes marked in a part of circles or ticks; None if two stand where one is allowed."""
    marks = read_marks(ink, part.choices, rivals)
    if len(marks) > 1 and not item.multiple and sum(not mark.struck for mark in marks) == 1:
        marks = [replace(mark, score=min(mark.score, _AFTER_STRUCK)) for mark in marks if not mark.struck]
    codes = [part.choices[mark.choice].code for mark in marks]
    score = min((mark.score for mark in marks), default=1.0)
    conflicting = (len(codes) > 1 and not item.multiple) or score < _AMBIGUOUS
    text, options = ",".join(codes), options_of(part.choices, marks, item.multiple)
    return PartRead(part, None if conflicting else text, score, (), text, options, score)


def compose(item: Field, parts: Sequence[PartRead]) -> FieldRead:
    """The field's value from what stands in its parts."""
    raw = " ".join(part.free or part.text or "" for part in parts).strip()
    score = min((part.score for part in parts if not part.blank), default=1.0)
    value = _value(item, parts)
    if value and score < LEAST_SCORE:
        value = None
    return FieldRead(value, raw, score, parts=tuple(parts))


def _value(item: Field, parts: Sequence[PartRead]) -> str | None:
    if item.type == "wareki":
        return _date(item, parts)
    if all(part.blank for part in parts):
        return ""
    if any(part.text is None for part in parts):
        return None
    return normalise(item.type, _joined(item, parts))


def candidates_of(item: Field, parts: Sequence[PartRead]) -> tuple[Candidate, ...]:
    """The values that the parts' options make together, likeliest first; options that make no value are left out."""
    found: list[tuple[list[PartRead], float]] = [([], 1.0)]
    for part in parts:
        longer = [([*a, part.holding(b.value)], p * b.probability) for a, p in found for b in part.options]
        found = sorted(longer, key=lambda pair: -pair[1])[: 2 * MOST]
    values = [(_value(item, read), p) for read, p in found]
    return ranked((Candidate(value, p) for value, p in values if value is not None), MOST)


def _joined(item: Field, parts: Sequence[PartRead]) -> str:
    if item.type == "choice":
        return ",".join(part.text for part in parts if part.text)
    texts = [part.text or "" for part in parts]
    if item.type in _LETTERS:
        texts = [homoglyphs.settle(text) for text in texts]
    if item.type == "office_ref":
        return "-".join(texts)
    return _BETWEEN.get(item.type, "").join(text for text in texts if text)


def _date(item: Field, parts: Sequence[PartRead]) -> str | None:
    era, pairs = item.preprinted or "", ["", "", ""]
    for part in parts:
        if part.text is None:
            return None
        if part.part.control == "circle":
            era = part.text
        elif part.cells:
            _fill(pairs, part)
        elif part.text:
            return _spoken(era, part.text)
    return wareki.compose(era, *pairs, preprinted=bool(item.preprinted))


def _spoken(era: str, text: str) -> str | None:
    """A date written as a line: with its own era, or under the one marked or printed."""
    if text.isdigit():
        return normalise("wareki", text if len(text) == 7 else era + text)
    under = text.translate(str.maketrans("年月・", "...")).rstrip("日.")
    return normalise("wareki", text) or normalise("wareki", f"{era}.{under}")


def _fill(pairs: list[str], part: PartRead) -> None:
    """Six cells are three pairs; a part of two cells is the pair its name says."""
    if len(part.cells) == 6:
        for n in range(3):
            pairs[n] = "".join(part.cells[2 * n : 2 * n + 2])
        return
    place = {"y": 0, "m": 1, "d": 2}.get(part.part.name[:1])
    if place is not None:
        pairs[place] = "".join(part.cells)


def basis_of(item: Field) -> Basis:
    """`mark` for a field of circles and ticks alone, `ocr` otherwise."""
    written = any(part.control in {"comb", "number", "free"} for part in item.parts)
    return "ocr" if written else "mark"


def _signed(item: Field, found: FieldRead, engine: TextEngine) -> FieldReading:
    basis = basis_of(item)
    if basis == "mark":
        return sign(item, found, basis, *MARKS)
    signed = sign(item, found, basis, engine.name, engine.version, engine.family)
    own, line = _alone(item, found, OWN), _alone(item, found, LINE)
    if own is None:
        return signed
    # What the classifier said after it asked the text engine of some cells is its own family's word still; not so
    # where that is the text engine's whole reading: one view may not count for two.
    cells = own if line is not None and line.value == found.value else found
    readings = [_reading(cells, CELLS.name, CELLS.version, CELLS.family)]
    if line is not None:
        readings.append(_reading(line, engine.name, engine.version, engine.family))
    return replace(signed, readings=tuple(readings))


def _alone(item: Field, found: FieldRead, by: str) -> FieldRead | None:
    """The field as one engine alone reads it, None if it read no cells, or not all."""
    parts = [part.by(by) for part in found.parts]
    if not any(by in part.told for part in found.parts) or any(part is None for part in parts):
        return None
    return compose(item, [part for part in parts if part is not None])


def _reading(found: FieldRead, engine: str, version: str, family: str) -> EngineReading:
    return EngineReading(engine, version, family, found.value, round(found.score, 4))


def sign(item: Field, found: FieldRead, basis: Basis, engine: str, version: str, family: str) -> FieldReading:
    """The reading with who made it, what else the field may hold and the facts about it."""
    score = round(found.score, 4)
    candidates = candidates_of(item, found.parts)
    return FieldReading(
        id=item.id,
        value=found.value,
        raw=found.raw,
        score=score,
        confidence=None,
        blank=found.value == "",
        struck=found.struck,
        box_mm=(item.box.x, item.box.y, item.box.w, item.box.h),
        basis=basis,
        readings=(_reading(found, engine, version, family),),
        candidates=candidates,
        facts=facts.of_reading(found.value, found.score, found.parts, candidates) | found.facts,
    )
