"""The figures as one page that needs nothing beside it: tables, intervals drawn, and the worst fields to look at."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from html import escape
from typing import Any

from benchmarks.report import CURVE
from benchmarks.report_reading import Outcome
from benchmarks.report_text import NOTES

_LONG = 20  # characters: such fields are lines across half a sheet
_STYLE = """
:root { color-scheme: light; --ink: #1d2433; --soft: #5b6577; --line: #d9dee7; --good: #1c7c54; --bad: #b3362b; }
* { box-sizing: border-box }
body { margin: 0; font: 15px/1.5 "Noto Sans CJK JP", "Noto Sans JP", system-ui, sans-serif; color: var(--ink);
  background: #f5f6f9 }
main { max-width: 1240px; margin: 0 auto; padding: 32px 24px 64px }
h1 { font-size: 26px; margin: 0 0 4px } h2 { font-size: 19px; margin: 40px 0 12px } h3 { font-size: 15px; margin: 0 }
p { margin: 0 0 12px; color: var(--soft); max-width: 110ch }
.card { background: #fff; border: 1px solid var(--line); border-radius: 8px; padding: 16px 20px; margin: 0 0 20px;
  overflow-x: auto }
.tiles { display: grid; grid-template-columns: repeat(auto-fit, minmax(170px, 1fr)); gap: 12px; margin: 20px 0 }
.tile { background: #fff; border: 1px solid var(--line); border-radius: 8px; padding: 12px 16px }
.tile b { display: block; font-size: 24px; line-height: 1.3; font-variant-numeric: tabular-nums }
.tile span { color: var(--soft); font-size: 13px }
table { border-collapse: collapse; width: 100%; font-variant-numeric: tabular-nums }
th { text-align: right; font-weight: 600; color: var(--soft); font-size: 13px; padding: 4px 10px; white-space: nowrap }
td { text-align: right; padding: 5px 10px; border-top: 1px solid var(--line); white-space: nowrap }
th:first-child, td:first-child { text-align: left; padding-left: 0 } td.goal { font-weight: 600 }
tr.head td { color: var(--soft); font-size: 13px; font-weight: 600; padding-top: 14px; border-top: 0 }
.good { color: var(--good) } .bad { color: var(--bad) } svg { display: block }
.pairs { display: flex; flex-wrap: wrap; gap: 6px }
.pairs span { border: 1px solid var(--line); border-radius: 6px; padding: 2px 9px; background: #fff; font-size: 16px }
.pairs small { color: var(--soft); margin-left: 6px }
.crops { display: grid; grid-template-columns: repeat(auto-fill, minmax(370px, 1fr)); gap: 14px }
.wide { grid-column: span 2 } @media (max-width: 800px) { .wide { grid-column: auto } }
.crop { background: #fff; border: 1px solid var(--line); border-radius: 8px; padding: 12px; min-width: 0 }
.crop img { display: block; max-width: 100%; max-height: 150px; margin: 0 auto 10px; border: 1px solid var(--line) }
.crop dl { display: grid; grid-template-columns: 64px 1fr; gap: 1px 8px; margin: 0; font-size: 14px }
.crop dt { color: var(--soft) } .crop dd { margin: 0; overflow-wrap: anywhere } .crop .what { font-size: 12.5px;
  color: var(--soft); margin: 6px 0 0; overflow-wrap: anywhere }
"""


def page(figures: dict[str, Any], about: dict[str, Any], shown: Sequence[Outcome]) -> str:
    """The page. `about` says what was read and by what; `shown` are the fields to look at."""
    parts = [
        "<!doctype html><html lang=en><meta charset=utf-8><meta name=viewport content='width=device-width'>",
        f"<title>Reading accuracy</title><style>{_STYLE}</style><main>",
        "<h1>Reading accuracy</h1>",
        f"<p>{escape(about['said'])}</p>",
        "<p>Dot: share of fields that are exactly right. Line: its Wilson interval. Bar: the interval when "
        "whole writers are drawn anew. Tick: the goal. Blue scales run from 80 to 100 %, "
        "brown ones from 0 to 100 %.</p>",
        _tiles(figures, about),
    ]
    for part in figures["styles"]:
        parts.append(f"<h2>{escape(part['style'])}</h2>")
        note = NOTES.get(part["style"], "")
        parts.append(f"<p>{part['writers']} writers. {escape(note[:1].upper() + note[1:])}{'.' if note else ''}</p>")
        parts.append(_style_table(part))
    if len(figures["layouts"]) > 1:
        parts.append("<h2>Layouts</h2>" + _table([("", figures["layouts"])]))
    parts += [_acceptance(part) for part in figures["acceptance"]]
    parts += [_confusions(style, pairs) for style, pairs in figures["confusions"].items() if pairs]
    parts.append(_crops(shown))
    return "\n".join(parts) + "</main></html>\n"


def _percent(value: float | None, digits: int = 2) -> str:
    return "–" if value is None else f"{100 * value:.{digits}f}"


def _tiles(figures: dict[str, Any], about: dict[str, Any]) -> str:
    sheets = figures["sheets"]
    tiles = []
    for part in figures["styles"]:
        whole = part["groups"][0]
        tiles.append((f"{_percent(whole['share'])} %", f"{part['style']}: exact of {whole['n']:,} written fields"))
    lost = sheets["unregistered"] / sheets["forms"] if sheets["forms"] else None
    tiles.append((f"{_percent(lost)} %", f"of {sheets['forms']:,} sheets not registered"))
    tiles.append((f"{sheets['residual_mm']['p95']:.2f} mm", "residual, 95 % of sheets under"))
    if sheets["seconds"]:
        tiles.append((f"{sheets['seconds']['median']:.2f} s", f"a sheet, median, {about['threads']} threads"))
    tiles.append((f"{about['peak_mb']:,.0f} MB", "peak memory"))
    inner = "".join(f"<div class=tile><b>{escape(a)}</b><span>{escape(b)}</span></div>" for a, b in tiles)
    return f"<div class=tiles>{inner}</div>"


def _style_table(part: dict[str, Any]) -> str:
    return _table(
        [("Class", part["groups"]), ("Degradation", part["degradations"]), ("Hand", part["hands"]),
         ("Apart", part["apart"])]
    )  # fmt: skip


def _table(sections: Iterable[tuple[str, list[dict[str, Any]]]]) -> str:
    rows = []
    for title, some in sections:
        if title:
            rows.append(f"<tr class=head><td colspan=7>{title}</td></tr>")
        rows += [_row(one) for one in some]
    head = "<tr><th></th><th>fields</th><th>exact %</th><th>Wilson 95 %</th><th>by writer 95 %</th><th></th>"
    return f"<div class=card><table>{head}<th>characters %</th></tr>{''.join(rows)}</table></div>"


def _row(one: dict[str, Any]) -> str:
    low, high = one["wilson"]
    first, last = one["by_writer"]
    mark = ""
    if one["goal"] is not None and one["share"] is not None:
        mark = " good" if 100 * one["share"] >= one["goal"] else " bad"
    goal = "" if one["goal"] is None else f" <small>(goal {one['goal']:g})</small>"
    return (
        f"<tr><td>{escape(one['name'])}{goal}</td><td>{one['n']:,}</td><td class='goal{mark}'>{_percent(one['share'])}"
        f"</td><td>{_percent(low)} – {_percent(high)}</td><td>{_percent(first)} – {_percent(last)}</td>"
        f"<td>{_drawn(one)}</td><td>{_percent(one['character_share'])}</td></tr>"
    )


def _drawn(one: dict[str, Any]) -> str:
    """The intervals from 80 % (or less) to 100 %: wide bar by writer, thin one Wilson, tick the goal."""
    if one["share"] is None:
        return ""
    floor = 0.8 if min(one["wilson"][0], one["by_writer"][0]) >= 0.8 else 0.0
    width = 180

    def at(value: float) -> float:
        return (max(floor, value) - floor) / (1 - floor) * width

    low, high = one["wilson"]
    first, last = one["by_writer"]
    goal = ""
    if one["goal"] is not None:
        x = at(one["goal"] / 100)
        goal = f"<line x1={x:.1f} x2={x:.1f} y1=1 y2=17 stroke='#1d2433' stroke-width=1.5 />"
    colour = "#8fa3c4" if floor else "#c9a27c"
    return (
        f"<svg width={width + 4} height=18 role=img aria-label='from {100 * floor:.0f} to 100 %'>"
        f"<line x1=0 x2={width} y1=9 y2=9 stroke='#e4e8ef'/>"
        f"<rect x={at(first):.1f} y=4 width={max(1.0, at(last) - at(first)):.1f} height=10 rx=2 fill='{colour}'/>"
        f"<line x1={at(low):.1f} x2={at(high):.1f} y1=9 y2=9 stroke='#33415c' stroke-width=1.5 />"
        f"<circle cx={at(one['share']):.1f} cy=9 r=3.2 fill='#33415c'/>{goal}</svg>"
    )


def _acceptance(part: dict[str, Any]) -> str:
    rows = "".join(
        f"<tr><td>{escape(one['name'])}</td><td>{one['n']:,}</td><td class=goal>{_percent(one['share'])}</td>"
        f"<td>{one['wrong']}</td><td>{_percent(one['error'], 3)}</td><td>{_percent(one['upper'], 3)}</td>"
        f"<td>{_percent(one['calibration_error'])}</td>"
        + "".join(f"<td>{_percent(reached)}</td>" for reached in one["curve"].values())
        + "</tr>"
        for one in part["classes"]
    )
    head = (
        f"<tr><th colspan=7></th><th colspan={len(CURVE)}>the surest, %, at an error of</th></tr>"
        "<tr><th></th><th>fields</th><th>accepted %</th><th>wrong</th><th>error %</th><th>bound %</th>"
        "<th>calibration</th>" + "".join(f"<th>{100 * at:g} %</th>" for at in CURVE) + "</tr>"
    )
    title = f"<h2>Accepted without a person: {escape(part['style'])}</h2>"
    note = (
        "<p>Bound: one-sided 95 % upper bound of the error. Calibration: expected calibration error in points. "
        "The surest: how far down one could go with the answers at hand, which nobody has beforehand.</p>"
    )
    return f"{title}{note}<div class=card><table>{head}{rows}</table></div>"


def _confusions(style: str, pairs: list[dict[str, Any]]) -> str:
    inner = "".join(
        f"<span>{_shown(each['truth'])} → {_shown(each['read'])}<small>{each['count']}</small></span>" for each in pairs
    )
    return f"<h2>Confused most: {escape(style)}</h2><div class=pairs>{inner}</div>"


def _shown(character: str) -> str:
    return "␣" if character.isspace() else escape(character)


def _crops(shown: Sequence[Outcome]) -> str:
    if not shown:
        return "<h2>Wrong fields</h2><p>None.</p>"
    title = "<h2>Wrong fields to look at</h2><p>The surest ones first, in turn from every class of every style.</p>"
    return f"{title}<div class=crops>{''.join(_crop(one) for one in shown)}</div>"


def _crop(one: Outcome) -> str:
    picture = f"<img alt='the field on the page' src='data:image/jpeg;base64,{one.picture}'>" if one.picture else ""
    told = "two marks" if one.truth is None else one.truth or "(blank)"
    said = "–" if one.said is None else one.said or "(blank)"
    sure = "" if one.confidence is None else f"<dt>sure</dt><dd>{one.confidence:.4f}</dd>"
    others = "".join(f"<dt>or</dt><dd>{escape(each)}</dd>" for each in one.candidates[1:3])
    accepted = " <b class=bad>accepted</b>" if one.accepted else ""
    marks = " · ".join(
        each
        for each, true in (("struck out", one.struck), ("word in no list", one.unseen), (one.degrade, True))
        if true
    )
    wide = " wide" if len(told) > _LONG else ""
    return (
        f"<div class='crop{wide}'>{picture}<h3>{escape(one.field)}{accepted}</h3>"
        f"<dl><dt>is</dt><dd class=good>{escape(told)}</dd>"
        f"<dt>read</dt><dd class=bad>{escape(said)}</dd><dt>raw</dt><dd>{escape(one.raw)}</dd>{sure}{others}</dl>"
        f"<div class=what>{escape(one.group)} · {escape(marks)}<br>{escape(one.sheet)}<br>"
        f"{escape(one.writer)}</div></div>"
    )
