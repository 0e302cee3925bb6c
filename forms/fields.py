"""One field of a definition: its value type, its printed frame and caption, and where a correction may stand."""

from __future__ import annotations

from dataclasses import dataclass
from typing import get_args

from forms.model import Box, Field, Part, Print, ValueType
from forms.parts import HINT_HEIGHT, Defaults, Origin, part
from forms.source import Section, Seq

TYPES: tuple[str, ...] = get_args(ValueType)
ERAS = ("1", "3", "5", "7", "9")  # domain: Meiji, Taisho, Showa, Heisei, Reiwa
FRAME = 0.22  # mm, the black line round a field
_WRITTEN = {"comb", "number", "free"}
_LEAST_CORRECTION = 2.0  # mm: lower than this nobody can write


@dataclass(frozen=True, slots=True)
class Place:
    """Where the block of the field stands, and which of its repetitions it is."""

    block: str
    box: Box
    page: int
    index: int


Made = tuple[Field, tuple[Print, ...]]


def field(key: str, source: Section, place: Place, defaults: Defaults) -> Made:
    """The field and its print; a BadDefinition at the line of what is wrong."""
    label = source.both("label")
    kind = source.one_of("type", TYPES)
    frame = source.box("box").shifted(place.box.x, place.box.y)
    number = source.text("no", "")
    caption = caption_prints(source, frame, number, label.ja, place.page)
    prints: list[Print] = list(caption)
    if source.flag("frame", True):
        prints.append(Print("frame", frame, weight=FRAME, page=place.page))
    parts: list[Part] = []
    for item in source.sections("parts"):
        made, around = part(item, Origin(frame.x, frame.y, place.page), defaults)
        if any(made.name == other.name for other in parts):
            raise item.error(f"部分「{made.name}」が二つある", f"two parts are named '{made.name}'")
        parts.append(made)
        prints += around
    if not parts:
        raise source.error("項目には部分が一つ以上必要", "a field has at least one part", "parts")
    preprinted = next((p.printed for p in parts if p.control == "preprinted"), None)
    made_field = Field(
        id=f"{place.block}.{key}",
        key=key,
        block=place.block,
        label=label,
        type=kind,  # type: ignore[arg-type] # one_of holds it to the Literal's values
        parts=tuple(parts),
        box=frame,
        page=place.page,
        number=number,
        capture=source.flag("capture", True),
        multiple=source.flag("multiple", False),
        preprinted=preprinted,
        correction_box=_correction(source, frame, tuple(parts)),
        max_length=source.whole("max_length") if "max_length" in source else None,
        digits=source.wholes("digits", ()),
        eras=source.texts("eras", ()),
        csv_item=_csv_item(source, place.index),
        required=source.one_of("required", ("always", "conditional", "no"), "no"),  # type: ignore[arg-type]
        group=source.text("group", ""),
    )
    _check_type(source, made_field)
    source.done()
    return made_field, tuple(prints)


def caption_prints(source: Section, frame: Box, number: str, label: str, page: int) -> tuple[Print, ...]:
    """The label left of the cells (in a column of its own) or above them; `caption: {none: true}` prints none."""
    if "caption" not in source:
        raise source.error("名前の印刷方法を示す「caption」がない", "missing key 'caption': how the label is printed")
    caption = source.section("caption")
    text, size = caption.text("text", label), caption.number("size", 6.2)
    ways = [way for way in ("left", "top", "none") if way in caption]
    if len(ways) != 1:
        raise caption.error(
            "「caption」は「left」「top」「none」のどれか一つ", "a caption is printed one way: left, top or none"
        )
    out: tuple[Print, ...] = ()
    if ways[0] == "left":
        width = caption.number("left")
        column = Box(frame.x + 0.3, frame.y + 0.3, width - 0.6, frame.h - 0.6)
        divider = Box(frame.x + width, frame.y, 0.0, frame.h)
        shown = f"{number}\n{text}" if number else text
        out = (
            Print("text", column, shown, size, align="center", page=page),
            Print("rule", divider, weight=0.15, page=page),
        )
    elif ways[0] == "top":
        height = caption.number("top")
        out = (Print("text", Box(frame.x + 0.8, frame.y + 0.3, frame.w - 1, height), number + text, size, page=page),)
    else:
        caption.flag("none", True)
    caption.done()
    return out


def _correction(source: Section, frame: Box, parts: tuple[Part, ...]) -> Box | None:
    """As the definition says, else the clear strip above the cells if it is high enough to write in."""
    if "correction" in source:
        given = source.get("correction")
        if given is False:
            return None
        return source.box("correction").shifted(frame.x, frame.y)
    written = [p for p in parts if p.control in _WRITTEN]
    if not written:
        return None
    captioned = source.section("caption")
    top = frame.y + 0.3 + (captioned.number("top") + 0.1 if "top" in captioned else 0.0)
    units = any("units" in item for item in source.sections("parts"))
    bottom = min(p.box.y for p in written) - 0.2 - (HINT_HEIGHT if units else 0.0)
    if bottom - top < _LEAST_CORRECTION:
        return None
    left, right = min(p.box.x for p in written), max(p.box.right for p in written)
    return Box(round(left, 4), round(top, 4), round(right - left, 4), round(bottom - top, 4))


def _csv_item(source: Section, index: int) -> int | None:
    """The item number in the record (1-based): one for all repetitions, or one for each."""
    if "csv_item" not in source:
        return None
    if not isinstance(source.get("csv_item"), Seq):
        return source.whole("csv_item")
    items = source.wholes("csv_item")
    if index >= len(items):
        raise source.error(
            f"「csv_item」に{index + 1}回目の番号がない",
            f"'csv_item' has no number for repetition {index + 1}",
            "csv_item",
        )
    return items[index]


def _check_type(source: Section, made: Field) -> None:
    """What a type needs: choices for a choice, eras and six cells for a date."""
    if made.type == "choice" and not made.choices:
        raise source.error(
            "選択の項目には符号のある部分(「circle」か「check」)が必要",
            "a choice has a part with codes (circle or check)",
            "type",
        )
    if made.multiple and made.type != "choice":
        raise source.error("複数の符号を持てるのは選択の項目だけ", "only a choice can have several codes", "multiple")
    if made.type != "wareki":
        if made.eras:
            raise source.error("「eras」を持てるのは和暦の日付だけ", "only a wareki date has eras", "eras")
        return
    names = {p.name for p in made.parts}
    if names != {"era", "ymd"} or len(made.part("ymd").cells) != 6:
        raise source.error(
            "和暦の日付には「era」と「ymd」(6マス)の部分が必要",
            "a wareki date has the parts 'era' and 'ymd' (six cells)",
            "parts",
        )
    unknown = [era for era in made.eras if era not in ERAS]
    if not made.eras or unknown:
        raise source.error(
            f"「eras」には記録で使う元号の符号を{'、'.join(ERAS)}から書く",
            f"'eras' names the era codes that the record takes, of {', '.join(ERAS)}",
            "eras",
        )
    shown = {c.code for c in made.part("era").choices} | ({made.preprinted} if made.preprinted else set())
    if not shown <= set(made.eras):
        raise source.error("「eras」にない元号が印刷される", "an era is printed that 'eras' does not allow", "eras")
