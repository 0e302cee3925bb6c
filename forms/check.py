"""What must hold between the pieces of a form: inside the page, apart from each other, each with its own name."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain, combinations, product

from forms.errors import BadDefinition
from forms.model import Box, Field, Form, Print, Text
from forms.source import Section

SLACK = 0.02  # mm, for sums of decimal fractions
EDGE = 7.0  # mm from the paper's edge that office printers leave white


def check(form: Form, source: Section, sources: dict[str, Section]) -> None:
    """Raise BadDefinition at the line of the first field, block or mark that does not hold."""
    _ids(form, sources)
    for found in form.fields:
        _cells(found, sources[found.id])
        _inside(form, found, sources[found.id])
    _apart(form, sources)
    _marks(form, source)
    _code(form, source)
    if not form.route:
        raise source.error("「route」には段階が一つ以上必要", "'route' names at least one step", "route")


def _ids(form: Form, sources: dict[str, Section]) -> None:
    seen: set[str] = set()
    for found in form.fields:
        if found.id in seen:
            raise sources[found.id].error(f"項目の符号「{found.id}」が二つある", f"two fields have the id '{found.id}'")
        seen.add(found.id)


def _inside(form: Form, found: Field, source: Section) -> None:
    w, h = form.pages[found.page - 1]
    page = Box(0, 0, w, h).grown(-EDGE)
    block = form.block(found.block).box
    if not _holds(block, found.box):
        raise source.error(
            f"「{found.id}」がその欄の枠からはみ出している", f"'{found.id}' reaches out of its block", "box"
        )
    for at, name, box in _boxes(found):
        if not _holds(page, box):
            raise source.error(
                f"「{found.id}」の{name.ja}が印刷できる範囲の外にある",
                f"{name.en} of '{found.id}' is outside the printable page",
                "parts",
                at,
            )
        if not _holds(found.box, box):
            raise source.error(
                f"「{found.id}」の{name.ja}が項目の枠からはみ出している",
                f"{name.en} of '{found.id}' reaches out of the field's box",
                "parts",
                at,
            )
    if found.correction_box and not _holds(found.box, found.correction_box):
        raise source.error(
            f"「{found.id}」の訂正枠が項目の枠からはみ出している",
            f"the correction box of '{found.id}' reaches out of the field's box",
            "correction",
        )


def _cells(found: Field, source: Section) -> None:
    for at, part in enumerate(found.parts):
        for one, two in combinations(part.cells, 2):
            if one.overlaps(two, SLACK):
                raise source.error(
                    f"「{found.id}」のマスどうしが重なっている", f"cells of '{found.id}' overlap", "parts", at
                )
        for choice, other in combinations(part.choices, 2):
            if choice.box.overlaps(other.box, SLACK):
                raise source.error(
                    f"「{found.id}」の選択肢「{choice.code}」と「{other.code}」が重なっている",
                    f"codes '{choice.code}' and '{other.code}' of '{found.id}' overlap",
                    "parts",
                    at,
                )


def _apart(form: Form, sources: dict[str, Section]) -> None:
    """No two writable areas share paper, and none shares it with print that is not its own choice's."""
    parts = [(f, at, name, box) for f in form.fields for at, name, box in _boxes(f)]
    strips = [
        (f, None, Text("訂正枠", "the correction box"), f.correction_box) for f in form.fields if f.correction_box
    ]
    areas = [*parts, *strips]
    for (one, _, name, box), (two, at, other, place) in chain(combinations(parts, 2), product(areas, strips)):
        if place is not box and one.page == two.page and box.overlaps(place, SLACK):
            raise _at(
                sources[two.id], at, f"「{two.id}」の{other.ja}が「{one.id}」の{name.ja}と重なっている",
                f"{other.en} of '{two.id}' overlaps {name.en} of '{one.id}'",
            )  # fmt: skip
    for one, two in combinations(form.fields, 2):
        if one.page == two.page and one.box.overlaps(two.box, SLACK):
            raise sources[two.id].error(
                f"「{two.id}」が「{one.id}」と重なっている", f"'{two.id}' overlaps '{one.id}'", "box"
            )
    bands = [p for p in form.prints if p.kind in {"band", "rule"}]
    for found, at, name, box in areas:
        for printed in bands:
            if printed.page == found.page and _crosses(printed, box):
                raise _at(
                    sources[found.id], at, f"「{found.id}」の{name.ja}を印刷が横切っている",
                    f"print crosses {name.en} of '{found.id}'",
                )  # fmt: skip


def _at(source: Section, part: int | None, ja: str, en: str) -> BadDefinition:
    """The error at the part's line, or at the correction's if it is no part."""
    return source.error(ja, en, "correction") if part is None else source.error(ja, en, "parts", part)


def _crosses(printed: Print, box: Box) -> bool:
    """True if a rule or band stands in the box (a rule has no breadth, so it is given its line's)."""
    thick = printed.weight / 2
    return printed.box.grown(thick).overlaps(box, 0.1)


def _marks(form: Form, source: Section) -> None:
    if not form.marks:
        return
    marks = source.section("marks")
    for mark in form.marks:
        w, h = form.pages[mark.page - 1]
        if not _holds(Box(0, 0, w, h).grown(-EDGE), mark.box):
            raise marks.error(
                f"位置合わせの印「{mark.id}」が紙の端から{EDGE:g} mmより近い",
                f"mark '{mark.id}' is nearer than {EDGE:g} mm to the edge",
                mark.id,
            )
        for found in form.fields:
            if found.page == mark.page and found.box.overlaps(mark.box.grown(0.5)):
                raise marks.error(
                    f"位置合わせの印「{mark.id}」が「{found.id}」と重なっている",
                    f"mark '{mark.id}' overlaps '{found.id}'",
                    mark.id,
                )


def _code(form: Form, source: Section) -> None:
    if not form.code_box.w:
        return
    w, h = form.pages[0]
    if not _holds(Box(0, 0, w, h).grown(-EDGE), form.code_box):
        raise source.error("コードが印刷できる範囲の外にある", "the code is outside the printable page", "code_box")
    for found in form.fields:
        if found.page == 1 and found.box.overlaps(form.code_box):
            raise source.error(f"コードが「{found.id}」と重なっている", f"the code overlaps '{found.id}'", "code_box")


def _boxes(found: Field) -> Iterator[tuple[int, Text, Box]]:
    """The field's areas with the place of their part in the definition's list."""
    for at, part in enumerate(found.parts):
        if part.choices:
            for choice in part.choices:
                yield at, Text(f"選択肢「{choice.code}」", f"code '{choice.code}'"), choice.box
        else:
            yield at, Text(f"部分「{part.name}」", f"part '{part.name}'"), part.box


def _holds(outer: Box, inner: Box) -> bool:
    return (
        outer.x <= inner.x + SLACK
        and outer.y <= inner.y + SLACK
        and inner.right <= outer.right + SLACK
        and inner.bottom <= outer.bottom + SLACK
    )
