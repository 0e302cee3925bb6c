"""What a calibration says, for people: a table, JSON, and a page with the reliability diagram of each class."""

from __future__ import annotations

import math
from html import escape
from typing import Any

from forms.policy import CLASSES
from ocr.calibration.model import Calibration, ClassModel
from ocr.calibration.reliability import Bin

_SIDE = 220  # px of a diagram
_EDGE = 34


def told(calibration: Calibration) -> dict[str, Any]:
    """The figures as JSON, without the curves."""
    return {
        "schema": "todoke.calibrate/1", "version": calibration.version, "synthetic": calibration.synthetic,
        "target": calibration.target, "fingerprint": dict(calibration.fingerprint), "forms": dict(calibration.forms),
        "description": dict(calibration.description),
        "classes": {name: _class(model) for name, model in sorted(calibration.classes.items())},
    }  # fmt: skip


def _class(model: ClassModel) -> dict[str, Any]:
    return {
        "threshold": model.threshold, "why": why(model), "accepted": model.accepted, "error": model.error,
        "calibration_error": model.calibration_error,
        "fields": {"fit": model.fields[0], "proof": model.fields[1]},
        "writers": {"fit": model.writers[0], "proof": model.writers[1]},
        "engines": list(model.engines),
        "trials": [
            {"threshold": t.threshold, "fit_accepted": t.fit_accepted, "n": t.n, "errors": t.errors,
             "writers": t.writers, "by_writer": t.by_writer, "bound": t.bound, "passed": t.passed}
            for t in model.trials
        ],
        "bins": [
            {"n": b.n, "confidence": b.confidence, "right": b.right, "low": b.low, "high": b.high} for b in model.bins
        ],
    }  # fmt: skip


def why(model: ClassModel) -> str:
    """In a few words, why nothing of the class is accepted; empty if something is."""
    if model.threshold is not None:
        return ""
    if not model.trials:
        return f"only {model.fields[0]} fields to fit, 4,000 are needed"
    first = model.trials[0]
    if first.passed:
        return ""
    return f"upper bound {first.bound:.2%} at the strictest threshold ({first.errors:.0f} of {first.n:.0f} wrong)"


def table(calibration: Calibration) -> str:
    """A table for a terminal."""
    head = f"{'class':<11} {'fit':>7} {'proof':>7} {'hands':>5} {'wrong':>7} {'ECE':>6} {'accepted':>8} {'bound':>7}"
    lines = [
        f"calibration {calibration.version}, target {calibration.target:.2%}, "
        + ("SYNTHETIC: training only" if calibration.synthetic else "on real filings"),
        head,
    ]
    for name, m in sorted(calibration.classes.items()):
        passed = [t for t in m.trials if t.passed]
        bound = f"{passed[-1].bound:7.3%}" if passed else "      -"
        lines.append(
            f"{name:<11} {m.fields[0]:>7} {m.fields[1]:>7} {m.writers[1]:>5} {m.error:7.2%} {m.calibration_error:6.2%} "
            f"{m.accepted:8.1%} {bound}" + (f"  {why(m)}" if why(m) else "")
        )
    return "\n".join(lines)


def page(calibration: Calibration) -> str:
    """A self-contained HTML page: no script, no address outside it."""
    kind = "synthetic filings: accepts in training only" if calibration.synthetic else "real filings"
    parts = [
        "<!doctype html><html lang='en'><meta charset='utf-8'><title>Calibration "
        f"{calibration.version}</title><style>{_CSS}</style>",
        f"<h1>Calibration <code>{calibration.version}</code></h1>",
        f"<p class='{'note' if calibration.synthetic else ''}'>Made on {kind}. Target: {calibration.target:.2%} of the "
        "accepted values may be wrong. All figures are of the proof set, whose writers the fit has not seen.</p>",
        *(_section(name, model) for name, model in sorted(calibration.classes.items())),
        "<h2>Of what</h2><table>",
        *(
            f"<tr><th>{escape(k)}</th><td><code>{escape(v)}</code></td></tr>"
            for k, v in calibration.fingerprint.items()
        ),
        *(f"<tr><th>{escape(k)}</th><td><code>{escape(v)}</code></td></tr>" for k, v in calibration.forms.items()),
        *(f"<tr><th>{escape(k)}</th><td>{escape(str(v))}</td></tr>" for k, v in calibration.description.items()),
        "</table></html>",
    ]
    return "\n".join(parts)


def _section(name: str, m: ClassModel) -> str:
    label = CLASSES[name]
    rows = "".join(
        f"<tr class='{'good' if t.passed else 'bad'}'><td>{t.threshold:.5f}</td><td>{t.n:.0f}</td>"
        f"<td>{t.errors:.0f}</td><td>{t.writers}</td><td>{t.bound:.3%}</td>"
        f"<td>{'passed' if t.passed else 'failed: stop'}</td></tr>"
        for t in m.trials
    )
    shown = why(m)
    verdict = f"accepts {m.accepted:.1%} at confidence &ge; {m.threshold:.5f}" if m.threshold is not None else shown
    trials = (
        "<table><tr><th>threshold</th><th>n</th><th>wrong</th><th>hands</th><th>95 % bound</th><th></th></tr>"
        f"{rows}</table>"
        if rows
        else ""
    )
    return (
        f"<section><h2>{escape(label.en)} <small lang='ja'>{escape(label.ja)}</small> <code>{name}</code></h2>"
        f"<div class='pair'>{diagram(m.bins)}<div><p><b>{verdict}</b></p><p>{m.fields[0]:,} fields of {m.writers[0]:,} "
        f"hands to fit, {m.fields[1]:,} of {m.writers[1]:,} to prove; {m.error:.2%} wrong over all; expected "
        f"calibration error {m.calibration_error:.2%}.</p>{trials}</div></div></section>"
    )


def diagram(bins: tuple[Bin, ...]) -> str:
    """The reliability diagram as SVG: a point a bin with its 90 % interval, on odds of being right.

    Both axes are in odds (0.5, 0.9, 0.99, 0.999), because what matters happens close to 1.
    """
    marks = []
    for b in bins:
        x, y = _at(b.confidence), _SIDE - _at(b.right)
        low, high = _SIDE - _at(b.low), _SIDE - _at(b.high)
        marks.append(
            f"<line x1='{x:.1f}' x2='{x:.1f}' y1='{low:.1f}' y2='{high:.1f}' class='range'/>"
            f"<circle cx='{x:.1f}' cy='{y:.1f}' r='3'><title>{b.n} fields: said {b.confidence:.4f}, right {b.right:.4f}"
            "</title></circle>"
        )
    ticks = "".join(
        f"<line x1='{_at(v):.1f}' x2='{_at(v):.1f}' y1='0' y2='{_SIDE}' class='grid'/>"
        f"<line y1='{_SIDE - _at(v):.1f}' y2='{_SIDE - _at(v):.1f}' x1='0' x2='{_SIDE}' class='grid'/>"
        f"<text x='{_at(v):.1f}' y='{_SIDE + 14}' text-anchor='middle'>{v:g}</text>"
        f"<text x='-4' y='{_SIDE - _at(v) + 3:.1f}' text-anchor='end'>{v:g}</text>"
        for v in (0.1, 0.5, 0.9, 0.99, 0.999)
    )
    whole = _SIDE + 2 * _EDGE
    return (
        f"<svg width='{whole}' height='{whole}' viewBox='{-_EDGE - 6} -10 {whole} {whole}' role='img' "
        "aria-label='reliability diagram'>"
        f"{ticks}<line x1='0' y1='{_SIDE}' x2='{_SIDE}' y2='0' class='ideal'/>{''.join(marks)}"
        f"<text x='{_SIDE / 2}' y='{_SIDE + 30}' text-anchor='middle'>confidence (said)</text>"
        f"<text transform='translate(-34 {_SIDE / 2}) rotate(-90)' text-anchor='middle'>share right</text></svg>"
    )


def _at(p: float) -> float:
    """Where a probability stands on an axis of log odds from 0.05 to 0.9999."""

    def odds(q: float) -> float:
        return math.log(q / (1.0 - q))

    low, high = odds(0.05), odds(0.9999)
    return _SIDE * (odds(min(max(p, 0.05), 0.9999)) - low) / (high - low)


_CSS = (
    "body{font:14px/1.5 system-ui,'Noto Sans CJK JP',sans-serif;max-width:60rem;margin:2rem auto;padding:0 1rem;"
    "color:#1d2430}h1{font-size:1.5rem}h2{font-size:1.1rem;margin:1.6rem 0 .4rem}small{color:#5b6472;font-weight:400}"
    "code{font-size:.85em;color:#44546a}.pair{display:flex;gap:1.5rem;flex-wrap:wrap;align-items:flex-start}"
    ".pair>div{flex:1;min-width:18rem}table{border-collapse:collapse;font-variant-numeric:tabular-nums}"
    "td,th{padding:.15rem .6rem .15rem 0;text-align:left;border-bottom:1px solid #e3e7ee;font-weight:400}"
    "th{color:#5b6472}.bad td{color:#a3342b}.note{background:#fff4d6;padding:.5rem .8rem;border-left:4px solid #d39b1d}"
    "svg text{font-size:9px;fill:#5b6472}.grid{stroke:#e9edf3}.ideal{stroke:#9aa6b8;stroke-dasharray:3 3}"
    ".range{stroke:#2c6db5;stroke-width:1.5;opacity:.5}circle{fill:#2c6db5}"
)
