"""Fills a blank sheet: every value is written into its boxes by the form's geometry, and the truth is kept."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Literal

from api.synth import marks
from api.synth.canvas import Canvas
from api.synth.cast import appointed
from api.synth.chance import Chance
from api.synth.fonts import Face
from api.synth.glyphs import Pen
from api.synth.slips import slip
from api.synth.stamps import receipt_stamp, seal
from api.synth.strokepen import pen as pen_of
from api.synth.writer import Writer
from forms.model import Box, Field, Form, Part
from forms.values import normalise

SheetStyle = Literal["print", "hand", "mixed", "stroke"]
TWICE = 0.004  # of the choices of hands that draw strokes


@dataclass(slots=True)
class Truth:
    """What stands on a sheet: every captured field, normalised; the struck ones; its faces; each block's writer."""

    fields: dict[str, str | None]
    struck: list[str] = field(default_factory=list)
    faces: set[Face] = field(default_factory=set)
    writers: dict[str, str] = field(default_factory=dict)


class Filler:
    """Writes one sheet. `style` mixed means a printed header over handwriting, or the other way round.

    `place` is the sheet's in its order: it says whose turn it is to write, where writers are known by name.
    """

    def __init__(self, form: Form, canvas: Canvas, chance: Chance, style: SheetStyle, place: int = 0) -> None:
        self.form = form
        self.canvas = canvas
        self.chance = chance
        self.writers = self._writers(style, place)
        self.truth = Truth({each.id: "" for each in form.captured()})
        self.truth.writers = {block: writer.name for block, writer in self.writers.items()}

    def _writers(self, style: SheetStyle, place: int) -> dict[str, Writer]:
        """The writer of each block."""
        ids = [block.id for block in self.form.blocks]
        if style != "mixed":
            one = appointed(self.chance.under("writer"), style, place)
            return dict.fromkeys(ids, one)
        hand = appointed(self.chance.under("writer", "hand"), "hand", place)
        printed = appointed(self.chance.under("writer", "print"), "print", place)
        manner = self.chance.pick((("all hand", 3), ("all print", 2), ("header printed", 4), ("by block", 1)))
        if manner == "by block":
            return {each: self.chance.choice((hand, printed)) for each in ids}
        body = printed if manner == "all print" else hand
        return dict.fromkeys(ids, body) | {"header": hand if manner == "all hand" else printed}

    def fill(self, written: Mapping[str, str], received: date | None) -> Truth:
        """Write all values; `received` presses a receipt stamp of that day."""
        busy = {self.form.field(key).block for key, text in written.items() if text}  # nobody erases in an empty block
        for each in self.form.captured():
            chance = self.chance.under(each.id)
            writer = self.writers[each.block]
            pen = pen_of(self.canvas, writer, chance)
            text = written.get(each.id, "")
            self.truth.fields[each.id] = normalise(each.type, text)
            wrong = slip(chance.under("slip"), each, text, writer.style) if each.block in busy else None
            if wrong is not None:
                self.truth.struck.append(each.id)
                self._struck(pen, each, wrong, text)
            elif text:
                self._write(pen, each, text)
                self._twice(pen, each, text)
            self.truth.faces |= pen.used
        self._stamps(written, received)
        return self.truth

    def _write(self, pen: Pen, each: Field, text: str) -> None:
        """Write a value into the parts of its field."""
        pieces = _pieces(each, text)
        for part in each.parts:
            piece = pieces.get(part.name, "")
            if part.control in {"circle", "check"}:
                self._choose(pen, part, piece.split(",") if piece else [])
            elif part.cells:
                self._cells(pen, part, piece, date_pairs=each.type == "wareki")
            elif piece and part.control in {"free", "number"}:
                self._free(pen, each, part, piece)

    def _choose(self, pen: Pen, part: Part, codes: list[str]) -> None:
        whole = pen.chance.under("whole").happens(0.5)
        for choice in part.choices:
            if choice.code not in codes:
                continue
            chance = pen.chance.under(part.name, choice.code)
            if part.control == "check":
                draw = chance.pick(((marks.tick, 8), (marks.cross, 1), (marks.fill_in, 1)))
                draw(self.canvas, pen.writer, chance, choice.box)
            else:
                marks.circle(self.canvas, pen.writer, chance, choice.box, whole=whole)

    def _twice(self, pen: Pen, each: Field, text: str) -> None:
        """Rarely a second choice is marked, and nobody can say which was meant: the truth is that there is none."""
        others = [(part, choice) for part in each.parts for choice in part.choices if choice.code != text]
        if not pen.writer.hand or each.type != "choice" or each.multiple or not others:
            return
        chance = pen.chance.under("twice")
        if chance.happens(TWICE):
            part, choice = chance.choice(others)
            self._choose(pen, part, [choice.code])
            self.truth.fields[each.id] = None

    def _cells(self, pen: Pen, part: Part, text: str, *, date_pairs: bool, row: Box | None = None) -> None:
        """One character a cell; `row` writes the same columns at another height (a correction)."""
        if date_pairs:
            text = _padded(text, pen.writer)
        start = len(part.cells) - len(text) if part.align == "right" else 0
        for cell, character in zip(part.cells[max(0, start) :], text, strict=False):
            if character.isspace():
                continue
            height = row.h if row else cell.h
            x, y = cell.centre[0], (row.centre[1] if row else cell.centre[1])
            if pen.writer.style == "hand":
                x += pen.chance.near(0, 0.07) * cell.w
                y += pen.chance.near(0, 0.05) * height
            em = min(cell.w * 0.95, height * (0.62 + 0.35 * pen.writer.size), 5.4)
            pen.glyph(character, (x, y), em)

    def _free(self, pen: Pen, each: Field, part: Part, text: str) -> None:
        """Text in an open box, in two lines where the part has room for two and one is too long."""
        text = _spelled(each, text, pen.writer)
        align = "right" if part.align == "right" and each.type == "yen" else "left"
        em = min(part.box.h / part.lines * pen.writer.size * (1.05 if part.lines == 1 else 1.0), 5.2)
        if part.lines > 1 and pen.width(text, em) > part.box.w - 1.2:
            for box, line in zip(_rows(part), _split(text, part.lines), strict=False):
                pen.line(line, box, em)
        else:
            box = part.box if part.lines == 1 or pen.chance.happens(0.5) else _rows(part)[0]
            pen.line(text, box, em, align)

    def _struck(self, pen: Pen, each: Field, wrong: str, right: str) -> None:
        """The wrong value, the double line through it, and the right value where corrections stand."""
        self._write(pen, each, wrong)
        pieces = _pieces(each, wrong)
        for part in each.parts:
            if part.control in {"comb", "free", "number"} and pieces.get(part.name):
                marks.strike_out(
                    self.canvas,
                    pen.writer,
                    pen.chance.under("strike", part.name),
                    _extent(part, pen, pieces[part.name]),
                )
        place = each.correction_box
        if not right or place is None:
            return
        pieces = _pieces(each, right)
        combs = [part for part in each.parts if part.cells and pieces.get(part.name)]
        if combs and all(place.x <= part.box.x + 1 and part.box.right - 1 <= place.right for part in combs):
            for part in combs:
                self._cells(pen, part, pieces[part.name], date_pairs=each.type == "wareki", row=place)
        else:
            pen.line(_spelled(each, right, pen.writer), place, min(place.h * 0.88, 4.2))

    def _stamps(self, written: Mapping[str, str], received: date | None) -> None:
        chance = self.chance.under("stamps")
        for each in self.form.fields:
            for part in each.parts:
                if part.control == "stamp" and received is not None:
                    x, y = part.box.centre
                    astray = chance.happens(0.12)
                    x += chance.near(0, 2.0) - (chance.between(8, 60) if astray else 0)
                    y += chance.near(0, 2.0) + (chance.between(0, 16) if astray else 0)
                    self.truth.faces |= receipt_stamp(self.canvas, chance.under("receipt"), (x, y), received)
        owner = written.get("header.owner", "")
        if owner and chance.happens(0.15):
            box = self.form.field("header.owner").box
            x = box.right - chance.between(2, 16)
            y = box.centre[1] + chance.near(0, 1.5)
            self.truth.faces |= seal(self.canvas, chance.under("seal"), (x, y), owner.split("　")[0])


def _pieces(each: Field, text: str) -> dict[str, str]:
    """What goes into each part of a field, by the part's name."""
    names = [part.name for part in each.parts]
    if each.type == "wareki" and text:
        return {"era": text[:1], "ymd": text[1:], "y": text[1:3], "m": text[3:5], "d": text[5:7]}
    if each.type == "office_ref" and "district" in names:
        district, _, sign = text.partition("-")
        return {"district": district, "sign": sign}
    if "sei" in names:
        sei, _, mei = text.partition("　")
        return {"sei": sei, "mei": mei}
    if each.type == "telephone" and len(names) > 1:
        return dict(zip(names, text.split("-"), strict=False))
    return {names[0]: text}


def _padded(ymd: str, writer: Writer) -> str:
    """Six cells of a date: 08, or 8 alone in one of its two cells, as the writer does."""
    if writer.padding == "zero":
        return ymd
    pairs = [ymd[n : n + 2] for n in range(0, len(ymd), 2)]
    bare = [pair[1] if len(pair) == 2 and pair[0] == "0" else pair for pair in pairs]
    return "".join(pair.rjust(2) if writer.padding == "right" else pair.ljust(2) for pair in bare)


def _spelled(each: Field, text: str, writer: Writer) -> str:
    """The spelling of this writer: commas in amounts, the hyphen of the hand or of the program."""
    if each.type == "yen" and text.isdigit():
        return f"{int(text):,}" if writer.commas else text
    if each.type in {"address", "addr_kana", "telephone"}:
        return text.replace("-", writer.hyphen)
    return text


def _rows(part: Part) -> list[Box]:
    height = part.box.h / part.lines
    return [Box(part.box.x, part.box.y + n * height, part.box.w, height) for n in range(part.lines)]


def _split(text: str, lines: int) -> list[str]:
    """Break a long text at a space if there is one near the middle, else in equal pieces."""
    space = text.find(" ", len(text) // 3)
    if lines == 2 and 0 < space < len(text) * 2 // 3 + 1:
        return [text[:space], text[space + 1 :]]
    length = -(-len(text) // lines)
    return [text[n : n + length] for n in range(0, len(text), length)]


def _extent(part: Part, pen: Pen, text: str) -> Box:
    """Where a value stands in its part, for the line through it."""
    if part.cells:
        shown = part.cells[-len(text) :] if part.align == "right" else part.cells[: len(text)]
        return Box(shown[0].x + 0.4, shown[0].y, shown[-1].right - shown[0].x - 0.8, shown[0].h)
    em = min(part.box.h / part.lines * pen.writer.size, 5.2)
    width = min(part.box.w - 1, pen.width(text, em) + 1.5)
    x = part.box.right - width if part.align == "right" else part.box.x + 0.5
    return Box(x, part.box.y, width, part.box.h / part.lines)
