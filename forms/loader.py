"""The one reader of form definitions: strict, and every complaint names the file and the line."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path

from forms.check import check
from forms.fields import FRAME, Place, caption_prints, field
from forms.model import Block, Box, Field, Form, Mark, Print, ServiceDays, Text
from forms.parts import Defaults
from forms.source import Section, read

_ENTRY = re.compile(r"entries\[(\d+)\]")
_RETENTION = re.compile(r"^[a-z]+-\d+$")


class _Sheet:
    """What the blocks of one definition add up to while it is read."""

    def __init__(self) -> None:
        self.blocks: list[Block] = []
        self.fields: list[Field] = []
        self.prints: list[Print] = []
        self.sources: dict[str, Section] = {}  # field or block id -> where it is defined, for messages


def load(path: Path) -> Form:
    """The form that the file defines; raises BadDefinition (file, line, why) for anything doubtful."""
    source = read(path)
    kind, version = source.text("kind"), source.text("version")
    if (path.parent.name, path.stem) != (kind, version):
        raise source.error(
            f"「{kind}」の版「{version}」のファイル名は「{kind}/{version}.yaml」",
            f"the file of {kind} {version} must be {kind}/{version}.yaml",
            "version",
        )
    pages = _pages(source)
    sheet = _Sheet()
    defaults = _defaults(source)
    for block in source.sections("blocks"):
        _blocks(block, sheet, defaults)
    sheet.prints += _prints(source, Box(0, 0, 0, 0), 1)
    code_box = source.box("code_box") if "code_box" in source else Box(0, 0, 0, 0)
    marks = _marks(source)
    valid = source.section("valid")
    valid_from, valid_to = valid.day("from"), valid.day("to", None)
    if valid_from is None or (valid_to is not None and valid_to < valid_from):
        raise valid.error(
            "版の有効期間は、始まりの日と、それより後の終わりの日(なくてもよい)",
            "the version is valid from a date, to a later one or none",
        )
    valid.done()
    entries = {b.entry for b in sheet.blocks if b.entry is not None}
    retention = source.text("retention")
    if not _RETENTION.match(retention):
        raise source.error(
            "「retention」は「qualification-150」のように区分と年数で書く",
            "'retention' is a class and its years, like qualification-150",
            "retention",
        )
    form = Form(
        kind=kind,
        code=source.text("code"),
        csv_code=source.text("csv_code"),
        version=version,
        title=source.both("title"),
        valid_from=valid_from,
        valid_to=valid_to,
        pages=pages,
        marks=marks,
        code_box=code_box,
        blocks=tuple(sheet.blocks),
        fields=tuple(sheet.fields),
        entries=len(entries),
        priority=source.whole("priority"),
        service=_service(source),
        retention=retention,
        route=source.texts("route"),
        source=source.text("source", ""),
        rules=source.texts("rules", ()),
        prints=tuple(sheet.prints),
    )
    source.done()
    check(form, source, sheet.sources)
    return form


def _pages(source: Section) -> tuple[tuple[float, float], ...]:
    page = source.section("page")
    w, h = page.numbers("size", 2)
    count = page.whole("count", 1)
    page.done()
    return ((w, h),) * count


def _defaults(source: Section) -> Defaults:
    sizes = source.section("defaults")
    w, h = sizes.numbers("cell", 2)
    made = Defaults((w, h), sizes.number("gap"), sizes.number("choice_print"))
    sizes.done()
    return made


def _marks(source: Section) -> tuple[Mark, ...]:
    made: list[Mark] = []

    def mark(name: str, item: Section) -> None:
        shape = item.one_of("shape", ("square", "ring"))
        made.append(Mark(name, "ring" if shape == "ring" else "square", item.box("box"), item.whole("page", 1)))
        item.done()

    if "marks" in source:  # without marks and code a sheet is found by its rules and labels
        source.named("marks", mark)
    return tuple(made)


def _service(source: Section) -> ServiceDays:
    days = source.section("service_days")
    made = ServiceDays(days.whole("efiling"), days.whole("media"), days.whole("paper"))
    days.done()
    return made


def _blocks(source: Section, sheet: _Sheet, defaults: Defaults) -> None:
    """One block of the definition as often as it repeats: written once, moved by its pitch."""
    count, dx, dy = 1, 0.0, 0.0
    if "repeat" in source:
        repeat = source.section("repeat")
        count = repeat.whole("count")
        dx, dy = repeat.numbers("pitch", 2)
        repeat.done()
        if count < 1:
            raise repeat.error("「count」は1以上", "'count' is at least 1", "count")
    for n in range(count):
        _block(source, sheet, defaults, n, (dx * n, dy * n))
    source.done()


def _block(source: Section, sheet: _Sheet, defaults: Defaults, n: int, shift: tuple[float, float]) -> None:
    def numbered(text: str) -> str:
        return text.replace("{n}", str(n)).replace("{m}", str(n + 1))

    block_id, page = numbered(source.text("id")), source.whole("page", 1)
    if block_id in sheet.sources:
        raise source.error(f"欄の符号「{block_id}」が二つある", f"two blocks have the id '{block_id}'", "id")
    box = source.box("box").shifted(*shift)
    label = source.both("label")
    entry = _ENTRY.match(block_id)
    sheet.sources[block_id] = source
    sheet.blocks.append(
        Block(
            id=block_id,
            label=Text(numbered(label.ja), numbered(label.en)),
            box=box,
            page=page,
            entry=int(entry.group(1)) if entry else None,
            role=numbered(source.text("role")),
        )
    )
    sheet.prints.append(Print("frame", box, weight=source.number("frame", 0.5), page=page))
    sheet.prints += [_numbered(p, numbered) for p in _prints(source, box, page)]
    for frame in source.sections("frames", ()):
        area = frame.box("box").shifted(box.x, box.y)
        sheet.prints += caption_prints(frame, area, frame.text("no", ""), "", page)
        sheet.prints.append(Print("frame", area, weight=FRAME, page=page))
        frame.done()

    def one(key: str, item: Section) -> None:
        made, prints = field(key, item, Place(block_id, box, page, n), defaults)
        sheet.sources[made.id] = item
        sheet.fields.append(made)
        sheet.prints += prints

    source.named("fields", one)


def _numbered(printed: Print, numbered: object) -> Print:
    from dataclasses import replace

    assert callable(numbered)
    return replace(printed, text=numbered(printed.text))


def _prints(source: Section, box: Box, page: int) -> list[Print]:
    """The free print of a block or form: texts, frames, rules ([x, y, dx, dy]) and filled bands."""
    out: list[Print] = []
    for item in source.sections("prints", ()):
        ways = [way for way in ("text", "frame", "rule", "band") if way in item]
        if len(ways) != 1:
            raise item.error(
                "印刷物は「text」「frame」「rule」「band」のどれか一つ", "a print is one of text, frame, rule, band"
            )
        if ways[0] == "text":
            align = item.one_of("align", ("left", "center", "right"), "left")
            out.append(
                Print(
                    "text",
                    item.box("box").shifted(box.x, box.y),
                    item.text("text"),
                    item.number("size", 6.5),
                    1.0 if item.flag("bold", False) else 0.0,
                    align,  # type: ignore[arg-type] # held by one_of
                    item.one_of("colour", ("black", "rule", "white"), "black"),  # type: ignore[arg-type]
                    page,
                )
            )
        elif ways[0] == "rule":
            x, y, w, h = item.numbers("rule", 4)
            out.append(Print("rule", Box(x + box.x, y + box.y, w, h), weight=item.number("weight", 0.22), page=page))
        elif ways[0] == "frame":
            area = item.box("frame").shifted(box.x, box.y)
            out.append(Print("frame", area, weight=item.number("weight", FRAME), page=page))
        else:
            out.append(Print("band", item.box("band").shifted(box.x, box.y), page=page))
        item.done()
    return out


def valid_on(form: Form, day: date) -> bool:
    """True if the version may be filed on that day."""
    return form.valid_from <= day and (form.valid_to is None or day <= form.valid_to)
