"""Makes the files of a synthesis: sheets filled, put through a machine, stored, with the truth beside each."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any, Literal

from api.synth import acquisition, dependants, files
from api.synth.breaks import Break, Breaker
from api.synth.canvas import Pixels
from api.synth.chance import Chance
from api.synth.device import Degrade, Device, capacity, draw_device, stored_order
from api.synth.errors import CannotFill
from api.synth.fill import Filler, SheetStyle, Truth
from api.synth.fonts import Face, digests
from api.synth.header import Written
from api.synth.names import VARIANT_SHARE
from api.synth.raster import blank_canvas
from api.synth.scan import Scan
from api.synth.splits import Split
from api.synth.unseen import is_unseen
from api.synth.world import World
from forms import catalogue
from forms.model import Form

GENERATOR = "todoke-synth/1"
_Sheets = Callable[[World, Chance, int, int | None], Iterator[Written]]
FILLED_BY: dict[str, _Sheets] = {"acquisition": acquisition.sheets, "dependants": dependants.sheets}
_VARIANTS = "髙﨑栁濵"


@dataclass(frozen=True, slots=True)
class Order:
    """What to make (contracts.md, `todoke synth`); `entries` None fills as many persons as offices usually do."""

    kind: str
    count: int
    seed: str
    world: World
    as_of: date
    style: SheetStyle = "mixed"
    degrade: Degrade | Literal["mix"] = "office"
    entries: int | None = None
    breaks: float = 0.0
    version: str | None = None  # of the form; None: the one valid on the day

    @property
    def split(self) -> Split | None:
        """Whose faces, hands and words are drawn: the world's."""
        return self.world.split


@dataclass(slots=True)
class Sheet:
    """A filled sheet before the scanner: its pixels, what stands on it, and the rule that it breaks."""

    pixels: Pixels
    truth: Truth
    broken: Break | None


@dataclass(slots=True)
class Page:
    """A page image with its sheets in the order in which they stand on it."""

    scan: Scan
    sheets: list[Sheet]


@dataclass(slots=True)
class Made:
    """A file: its machine and pages."""

    number: int
    device: Device
    pages: list[Page]

    @property
    def name(self) -> str:
        return f"{self.number:05d}.{self.device.format}"


def form_of(order: Order) -> Form:
    """The form that the order fills. CannotFill if nobody wrote a filler for the kind."""
    if order.kind not in FILLED_BY:
        raise CannotFill(kind=order.kind, known=", ".join(sorted(FILLED_BY)))
    if order.version:
        return catalogue.form(order.kind, order.version)
    return catalogue.form(order.kind, on=order.as_of)


def produce(order: Order) -> Iterator[Made]:
    """The files of an order, one by one. CannotFill if nobody wrote a filler for the kind."""
    form = form_of(order)
    root = (order.seed, order.kind) if order.split is None else (order.split, order.seed, order.kind)
    chance = Chance(*root, split=order.split)
    turn = Chance(*root, "turn").randrange(10**6)
    breaker = Breaker(form, order.as_of, order.breaks)
    written = FILLED_BY[order.kind](order.world, chance.under("values"), order.count, order.entries)
    left, number, sheet_number = order.count, 0, 0
    while left:
        stream = chance.under("file", number)
        device = draw_device(stream.under("device"), order.degrade)
        held = min(left, capacity(device))
        pages: list[Page] = []
        while held:
            together = 2 if device.two_up and held >= 2 else 1
            sheets = []
            for _ in range(together):
                one = chance.under("sheet", sheet_number)
                sheets.append(_sheet(order, form, device, breaker, next(written), one, turn + sheet_number))
                sheet_number += 1
            pages.append(_page(device, sheets, stream.under("page", len(pages))))
            held -= together
            left -= together
        yield Made(number, device, pages)
        number += 1


def _sheet(
    order: Order, form: Form, device: Device, breaker: Breaker, values: Written, chance: Chance, place: int
) -> Sheet:
    known = {each.id for each in form.captured()}
    values = {key: text for key, text in values.items() if key in known}  # a layout may hold fewer persons
    values, broken = breaker.maybe(values, chance.under("break"))
    canvas = blank_canvas(form, device.drawn)
    received = order.as_of if device.degrade != "clean" and chance.happens(0.75) else None
    truth = Filler(form, canvas, chance.under("fill"), order.style, place).fill(values, received)
    return Sheet(canvas.pixels, truth, broken)


def _page(device: Device, sheets: list[Sheet], chance: Chance) -> Page:
    scan = device.take([each.pixels for each in sheets], chance)
    ordered = sheets if len(sheets) == 1 else [sheets[place] for place in stored_order(scan.turned)]
    return Page(scan, ordered)


def truth_of(order: Order, form: Form, made: Made) -> dict[str, Any]:
    """The truth of a file, exactly as contracts.md has it."""
    pages, broken = [], []
    for page_number, page in enumerate(made.pages, 1):
        for sheet_number, sheet in enumerate(page.sheets, 1):
            place = {"page": page_number, "sheet": sheet_number}
            pages.append(
                place
                | {
                    "status": "form",
                    "turned": page.scan.turned,
                    "kind": form.kind,
                    "version": form.version,
                    "fields": sheet.truth.fields,
                    "struck": sheet.truth.struck,
                }
                | (_origin(form, sheet.truth) if order.split or order.style == "stroke" else {})
            )
            if sheet.broken:
                named = {"rule": sheet.broken.rule, **place, "entry": sheet.broken.entry, "field": sheet.broken.field}
                broken.append(named)
    return {
        "schema": "todoke.truth/1",
        "style": order.style,
        "degrade": made.device.degrade,
        "pages": pages,
        "breaks": broken,
    }


def _origin(form: Form, truth: Truth) -> dict[str, Any]:
    """What a measurement must know of a sheet: its writers (by block where they are several), its unknown words."""
    several = sorted(set(truth.writers.values()))
    unseen = [key for key, value in truth.fields.items() if value and is_unseen(form.field(key).type, value)]
    by_block = {"writers": truth.writers} if len(several) > 1 else {}
    return {"writer": "+".join(several), **by_block, "unseen": unseen}


def write_all(order: Order, out: Path) -> dict[str, Any]:
    """Write every file of the order with its truth into `out`, then manifest.json, which is given back."""
    out.mkdir(parents=True, exist_ok=True)
    form = form_of(order)
    used: set[Face] = set()
    names, variants, rules = [], [], 0
    for made in produce(order):
        path = out / f"{order.kind}-{made.name}"
        files.write(path, [page.scan for page in made.pages], order.as_of)
        truth = truth_of(order, form, made)
        _json(path.with_suffix(".json"), truth)
        names.append(path.name)
        rules += len(truth["breaks"])
        variants += [{"file": path.name} | where for where in _variants(truth)]
        used |= {face for page in made.pages for sheet in page.sheets for face in sheet.truth.faces}
    manifest = {
        "schema": "todoke.synth/1",
        "generator": GENERATOR,
        "seed": order.seed,
        "kind": order.kind,
        "version": form.version,
        "count": order.count,
        "style": order.style,
        "degrade": order.degrade,
        "entries": order.entries,
        "breaks": {"share": order.breaks, "sheets": rules},
        "as_of": order.as_of.isoformat(),
        "world": {"seed": order.world.seed, "persons": order.world.persons, "offices": order.world.offices},
        "fonts": digests(used),
        "files": names,
        **({"split": order.split} if order.split else {}),
        "variants": {"share_of_surnames": VARIANT_SHARE, "fields": variants},
    }
    _json(out / "manifest.json", manifest)
    return manifest


def _variants(truth: dict[str, Any]) -> list[dict[str, Any]]:
    """Where names with 髙﨑栁濵 stand: they are reported apart (outside JIS X 0208)."""
    return [
        {"page": page["page"], "sheet": page["sheet"], "field": field}
        for page in truth["pages"]
        for field, value in page["fields"].items()
        if value and field.endswith("name_kanji") and any(each in value for each in _VARIANTS)
    ]


def _json(path: Path, content: dict[str, Any]) -> None:
    path.write_text(json.dumps(content, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
