"""Controls as the definition writes them, turned into parts with cells and choices, and the print around them.

Coordinates in a definition are millimetres from the top left of the field's frame; the ones made here are
millimetres from the top left of the page.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from forms.model import Box, Choice, Part, Print
from forms.source import Section

CONTROLS = ("comb", "number", "free", "circle", "check", "stamp", "preprinted")
HINT_SIZE = 5.2  # pt
HINT_HEIGHT = 1.9  # mm
MM_PER_PT = 25.4 / 72


@dataclass(frozen=True, slots=True)
class Defaults:
    """Sizes (mm) that hold for the whole form unless a part says otherwise."""

    cell: tuple[float, float]
    gap: float
    choice_size: float  # pt


@dataclass(frozen=True, slots=True)
class Origin:
    """Where the field's frame stands on the page (mm)."""

    x: float
    y: float
    page: int


Made = tuple[Part, tuple[Print, ...]]


def width_of(text: str, size: float) -> float:
    """A generous estimate of a text's width in mm at `size` pt: full-width 1 em, others 0.6 em."""
    return sum(1.0 if ord(ch) > 0x2FF else 0.6 for ch in text) * size * MM_PER_PT


def part(source: Section, origin: Origin, defaults: Defaults) -> Made:
    """The part and its print; a BadDefinition at the line of what is wrong."""
    named = [control for control in CONTROLS if control in source]
    if len(named) != 1:
        raise source.error(
            f"部分の書き方は「{'」「'.join(CONTROLS)}」のどれか一つ",
            f"a part has exactly one control of {', '.join(CONTROLS)}",
        )
    made = _MAKERS[named[0]](source, origin, defaults)
    source.done()
    return made


def _at(source: Section, origin: Origin) -> tuple[float, float]:
    x, y = source.numbers("at", 2)
    return origin.x + x, origin.y + y


def _cell(source: Section, defaults: Defaults) -> tuple[float, float]:
    w, h = source.numbers("cell", 2, defaults.cell)
    if w < 1 or h < 1:
        raise source.error("マスは縦横とも1 mm以上", "a cell is at least 1 mm wide and high", "cell")
    return w, h


def _hints(source: Section, box: Box, page: int) -> list[Print]:
    """The small texts `before` (right up to the box) and `after` (just right of it)."""
    out = []
    if "before" in source:
        text = source.text("before")
        room = width_of(text, HINT_SIZE)
        place = Box(box.x - room - 0.7, box.y, room, box.h)
        out.append(Print("text", place, text, HINT_SIZE, align="right", page=page))
    if "after" in source:
        text = source.text("after")
        place = Box(box.right + 0.7, box.y, width_of(text, HINT_SIZE), box.h)
        out.append(Print("text", place, text, HINT_SIZE, page=page))
    return out


def _comb(source: Section, origin: Origin, defaults: Defaults) -> Made:
    written = source.text("comb")
    if not all(group.isdigit() and int(group) > 0 for group in written.split("-")):
        raise source.error(
            f"「comb」は2-2-2のように組ごとのマスの数で書く。「{written}」ではない",
            f"'comb' is the cells of each group, like 2-2-2, not '{written}'",
            "comb",
        )
    groups = [int(group) for group in written.split("-")]
    (x, y), (w, h), gap = _at(source, origin), _cell(source, defaults), source.number("gap", defaults.gap)
    cells: list[Box] = []
    starts: list[tuple[float, float]] = []
    for count in groups:
        starts.append((x, count * w))
        cells += [Box(round(x + i * w, 4), y, w, h) for i in range(count)]
        x += count * w + gap
    box = Box(cells[0].x, y, cells[-1].right - cells[0].x, h)
    prints = _hints(source, box, origin.page)
    units = source.texts("units", ())
    if units and len(units) != len(groups):
        raise source.error(
            f"「units」には{len(groups)}組それぞれの名前が必要",
            f"'units' names each of the {len(groups)} groups",
            "units",
        )
    for (start, room), unit in zip(starts, units, strict=False):
        place = Box(start, y - HINT_HEIGHT - 0.15, room, HINT_HEIGHT)
        prints.append(Print("text", place, unit, HINT_SIZE, align="center", page=origin.page))
    align = "right" if source.one_of("align", ("left", "right"), "left") == "right" else "left"
    name = source.text("name", "value")
    return Part(name, "comb", box, "right" if align == "right" else "left", tuple(cells)), tuple(prints)


def _number(source: Section, origin: Origin, defaults: Defaults) -> Made:
    count = source.whole("number")
    if count < 1:
        raise source.error("「number」はマスの数", "'number' is the count of cells", "number")
    (x, y), (w, h) = _at(source, origin), _cell(source, defaults)
    cells = tuple(Box(round(x + i * w, 4), y, w, h) for i in range(count))
    box = Box(x, y, count * w, h)
    return Part(source.text("name", "value"), "number", box, "right", cells), tuple(_hints(source, box, origin.page))


def _free(source: Section, origin: Origin, _: Defaults) -> Made:
    return _area("free", source, origin, lines=source.whole("lines", 1))


def _stamp(source: Section, origin: Origin, _: Defaults) -> Made:
    return _area("stamp", source, origin, lines=1)


def _area(control: str, source: Section, origin: Origin, lines: int) -> Made:
    box = source.box(control).shifted(origin.x, origin.y)
    prints = tuple(_hints(source, box, origin.page))
    name = source.text("name", "value")
    if control == "stamp":
        return Part(name, "stamp", box), prints
    return Part(name, "free", box, "left", lines=lines), prints


def _circle(source: Section, origin: Origin, defaults: Defaults) -> Made:
    """Choices in a grid: row by row (across) or column by column (down); a code without a title is refused."""
    labels = source.section("circle")
    codes = list(labels.keys())
    if not codes:
        raise source.error("「circle」に符号がない", "'circle' has no codes", "circle")
    titles = {}
    for code in codes:
        if not isinstance(labels.get(code), str) or not str(labels.get(code)).strip():
            raise labels.error(f"符号「{code}」に名前がない", f"code '{code}' has no title", code)
        titles[code] = labels.text(code)
    (x, y), (w, h) = _at(source, origin), source.numbers("size", 2)
    down = source.one_of("flow", ("down", "across"), "across") == "down"
    columns = source.whole("columns", 1 if down else len(codes))
    rows = -(-len(codes) // max(columns, 1))
    widths = source.numbers("widths", columns, (w,) * columns)
    gap_x, gap_y = source.numbers("gap", 2, (0.6, 0.0))
    size = source.number("print", defaults.choice_size)
    choices, prints = [], []
    for i, code in enumerate(codes):
        column, row = (i // rows, i % rows) if down else (i % columns, i // columns)
        left = x + sum(widths[:column]) + column * gap_x
        box = Box(round(left, 4), round(y + row * (h + gap_y), 4), widths[column], h)
        shown = f"{code}.{titles[code]}"
        choices.append(Choice(code, titles[code], box))
        prints.append(Print("text", Box(box.x + 1.2, box.y, box.w - 1.4, box.h), shown, size, page=origin.page))
        if width_of(shown, size) > box.w * 1.02:
            raise labels.error(
                f"符号「{code}」の文字が幅{box.w} mmの枠に入らない",
                f"the print of code '{code}' does not fit its box of {box.w} mm",
                code,
            )
    return Part(source.text("name", "value"), "circle", _around(choices), None, (), tuple(choices)), tuple(prints)


def _check(source: Section, origin: Origin, defaults: Defaults) -> Made:
    """One box to tick (code 1), its text just right of it."""
    title = source.text("check")
    (x, y), side = _at(source, origin), source.number("side", 4.6)
    box = Box(x, y, side, side)
    size = source.number("print", defaults.choice_size)
    lines = title.split("\n")
    room = max(width_of(line, size) for line in lines)
    place = Box(box.right + 0.9, y - 1, room, side + 2)
    label = Print("text", place, title, size, page=origin.page)
    choice = Choice("1", title.replace("\n", ""), box)
    return Part(source.text("name", "value"), "check", box, None, (), (choice,)), (label,)


def _preprinted(source: Section, origin: Origin, _: Defaults) -> Made:
    """A printed piece of the value, e.g. era 9 as 「9.令和」."""
    value = source.text("preprinted")
    box = source.box("box").shifted(origin.x, origin.y)
    shown = source.text("text", value)
    made = Part(source.text("name", "value"), "preprinted", box, printed=value)
    return made, (Print("text", box, shown, source.number("print", 7.0), align="center", page=origin.page),)


def _around(choices: list[Choice]) -> Box:
    left, top = min(c.box.x for c in choices), min(c.box.y for c in choices)
    right, bottom = max(c.box.right for c in choices), max(c.box.bottom for c in choices)
    return Box(left, top, round(right - left, 4), round(bottom - top, 4))


_MAKERS: dict[str, Callable[[Section, Origin, Defaults], Made]] = {
    "comb": _comb,
    "number": _number,
    "free": _free,
    "stamp": _stamp,
    "circle": _circle,
    "check": _check,
    "preprinted": _preprinted,
}
