"""The figures as text for a terminal."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from benchmarks.report import CURVE

NOTES = {
    "hand": "handwriting fonts: an optimistic bound, no real handwriting was measured",
    "stroke": "hands drawn stroke by stroke: no real handwriting was measured",
}


def share(value: float | None) -> str:
    """A share as per cent."""
    return "     -" if value is None else f"{100 * value:6.2f}"


def lines(figures: dict[str, Any], machine: dict[str, Any]) -> Iterator[str]:
    """The report, line by line."""
    for part in figures["styles"]:
        note = f" ({NOTES[part['style']]})" if part["style"] in NOTES else ""
        yield f"\n## {part['style']}{note}: {part['writers']} writers, {', '.join(part['layouts'])}"
        yield f"{'':34} exact %  Wilson 95 %       by writer 95 %    characters %  fields  goal"
        for title, key in (("class", "groups"), ("type", "types"), ("degradation", "degradations"), ("hand", "hands")):
            yield f"by {title}"
            yield from (_line(one) for one in part[key])
        yield "apart"
        yield from (_line(one) for one in part["apart"])
    if len(figures["layouts"]) > 1:
        yield "\n## layouts, all styles together"
        yield from (_line(one) for one in figures["layouts"])
    yield from _acceptance(figures["acceptance"])
    for style, pairs in figures["confusions"].items():
        said = "  ".join(f"{each['truth']}→{each['read']} {each['count']}" for each in pairs[:24])
        yield f"\nconfused most ({style}): {said or 'nothing'}"
    yield from _sheets(figures["sheets"], machine)


def _line(one: dict[str, Any]) -> str:
    low, high = one["wilson"]
    first, last = one["by_writer"]
    goal = ""
    if one["goal"] is not None and one["share"] is not None:
        goal = f"  {one['goal']:.1f} {'reached' if 100 * one['share'] >= one['goal'] else 'missed'}"
    return (
        f"  {one['name'][:32]:32} {share(one['share'])}  [{share(low)},{share(high)}]  [{share(first)},{share(last)}]"
        f"  {share(one['character_share'])}      {one['n']:7}{goal}"
    )


def _acceptance(parts: list[dict[str, Any]]) -> Iterator[str]:
    for part in parts:
        yield f"\n## accepted without a person, {part['style']}"
        yield f"{'':34} accepted  fields  wrong  error %  upper 95 %  calibration  the surest, %, at an error of"
        yield f"{'':94}{'  '.join(f'{100 * at:4.2f}%' for at in CURVE)}"
        for one in part["classes"]:
            yield (
                f"  {one['name'][:32]:32} {share(one['share'])} %  {one['n']:6}  {one['wrong']:5}"
                f"  {share(one['error'])}    {share(one['upper'])}    {share(one['calibration_error'])}"
                f"         {'  '.join(f'{100 * reached:5.1f}' for reached in one['curve'].values())}"
            )


def _sheets(sheets: dict[str, Any], machine: dict[str, Any]) -> Iterator[str]:
    low, high = sheets["unregistered_wilson"]
    yield (
        f"\nsheets {sheets['n']}: not registered {sheets['unregistered']} [{share(low)},{share(high)} %], "
        f"as another form {sheets['as_another_form']}, orientation wrong {sheets['orientation_wrong']}, residual "
        f"median {sheets['residual_mm']['median']:.3f} mm, 95 % under {sheets['residual_mm']['p95']:.3f} mm"
    )
    for name in sheets["unregistered_names"]:
        yield f"  not registered: {name}"
    for status, count in sheets["statuses"].items():
        yield f"  {status:32} {count:7}"
    if sheets["seconds"]:
        took = sheets["seconds"]
        yield (
            f"seconds a sheet ({machine['threads']} threads): first {took['first']:.1f} with the model's loading, "
            f"median {took['median']:.2f}, 95 % under {took['p95']:.2f}; peak memory {machine['peak_mb']:.0f} MB"
        )
