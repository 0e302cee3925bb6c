"""The figures of a reading: exact fields and characters by style, class and degradation, each with its intervals."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from benchmarks.report_reading import Outcome, Read, SheetOutcome
from benchmarks.report_statistics import by_writer, edits, quantile, wilson
from forms.values.characters import fold
from ocr.calibration.bound import upper_bound
from ocr.calibration.reliability import expected_error

SCHEMA = "todoke.read_accuracy/1"
VARIANTS = frozenset("髙﨑栁濵")
COMBS = frozenset({"comb", "comb_check", "number"})
BLANKS = frozenset({"blank", "blank_mark"})
# What the second step is to reach, in per cent of exact fields, by style and class.
GOALS: dict[tuple[str, str], float] = {
    ("print", "all"): 99.5, ("print", "combs"): 99.9,
    **{(style, name): goal for style in ("hand", "stroke") for name, goal in (
        ("combs", 98.5), ("date", 97.0), ("amount", 97.0), ("kana", 95.0), ("kanji", 93.0), ("address", 90.0),
        ("choice", 99.7))},
}  # fmt: skip
_CONFUSED = 40
CURVE = (0.0014, 0.005, 0.01, 0.02)  # shares of wrong values at which it is told how far the surest readings reach


def figures(read: Read, calibrated: bool = False) -> dict[str, Any]:
    """Everything that the text, the page and the JSON file show."""
    styles = sorted({one.style for one in read.fields})
    layouts = sorted({one.layout for one in read.fields})
    parts = [{"style": style, "layouts": layouts, **_style(read, style)} for style in styles]
    return {
        "schema": SCHEMA,
        "styles": parts,
        "layouts": [
            _line(layout, [one for one in _written(read.fields) if one.layout == layout]) for layout in layouts
        ],
        "sheets": _sheets(read.sheets),
        "acceptance": [_acceptance(style, _of(read.fields, style)) for style in styles] if calibrated else [],
        "confusions": {style: confusions(_of(read.fields, style)) for style in styles},
    }


def _of(fields: Iterable[Outcome], style: str) -> list[Outcome]:
    return [one for one in fields if one.style == style]


def _written(fields: Iterable[Outcome]) -> list[Outcome]:
    """The fields of registered sheets in which something stands (and not two marks that contradict each other)."""
    return [one for one in fields if one.truth and not one.lost]


def _style(read: Read, style: str) -> dict[str, Any]:
    fields = _of(read.fields, style)
    written = _written(fields)
    groups: dict[str, list[Outcome]] = {"all": written}
    groups["combs"] = [one for one in written if one.group in COMBS]
    for name in sorted({one.group for one in written}):
        groups[name] = [one for one in written if one.group == name]
    return {
        "writers": len({one.writer for one in fields}),
        "groups": [_line(name, some, GOALS.get((style, name))) for name, some in groups.items()],
        "types": [
            _line(name, [one for one in written if one.type == name]) for name in sorted({one.type for one in written})
        ],
        "degradations": [
            _line(name, [one for one in written if one.degrade == name])
            for name in sorted({one.degrade for one in written})
        ],
        "hands": [
            _line(name, [one for one in written if _hand(one.writer) == name])
            for name in sorted({_hand(one.writer) for one in written})
        ],
        "apart": [_line(name, some) for name, some in _apart(fields, written).items() if some],
    }


def _apart(fields: Sequence[Outcome], written: Sequence[Outcome]) -> dict[str, list[Outcome]]:
    """What is reported beside the classes."""
    names = [one for one in written if one.group in {"kana", "kanji", "address", "text"}]
    kanji = [one for one in written if one.group == "kanji"]
    found = [one for one in fields if not one.lost]
    return {
        "all, with lost sheets as wrong": [one for one in fields if one.truth] if len(found) < len(fields) else [],
        "blanks read as blank": [one for one in found if one.truth == ""],
        "conflicting marks said so": [one for one in found if one.truth is None],
        "struck-out fields": [one for one in found if one.struck],
        "words in no list: names, addresses": [one for one in names if one.unseen],
        "words in lists: names, addresses": [one for one in names if not one.unseen],
        "words in no list: kanji names": [one for one in kanji if one.unseen],
        "words in lists: kanji names": [one for one in kanji if not one.unseen],
        "surnames with 髙﨑栁濵": [one for one in kanji if VARIANTS & set(one.truth or "")],
    }


def _hand(writer: str) -> str:
    """The face of a writer, or that strokes were drawn; "?" where the truth names nobody."""
    steps = writer.split("/")
    return steps[2] if len(steps) == 4 else "strokes" if "stroke" in steps else "?"


def _line(name: str, some: Sequence[Outcome], goal: float | None = None) -> dict[str, Any]:
    """One line of a table; shares from 0 to 1."""
    right = sum(one.right for one in some)
    length = sum(len(one.truth or "") for one in some if one.group not in {"choice", *BLANKS})
    wrong = sum(len(edits(one.truth or "", _text(one))) for one in some if not one.right and one.group != "choice")
    return {
        "name": name, "n": len(some), "right": right, "share": right / len(some) if some else None,
        "wilson": wilson(right, len(some)), "by_writer": by_writer((one.writer, one.right) for one in some),
        "characters": length, "character_share": max(0.0, 1 - wrong / length) if length else None, "goal": goal,
    }  # fmt: skip


def _text(one: Outcome) -> str:
    return one.said if one.said is not None else one.raw


def _sheets(sheets: Sequence[SheetOutcome]) -> dict[str, Any]:
    """How sheets were found, and how long they took."""
    forms = [one for one in sheets if one.told == "form"]
    names = [one.name for one in forms if one.read != "form"]
    lost = len(names)
    seconds = [one.seconds for one in sheets]
    residuals = [one.residual_mm for one in forms if one.residual_mm is not None]
    return {
        "n": len(sheets),
        "forms": len(forms),
        "unregistered": lost,
        "unregistered_names": names,
        "unregistered_wilson": wilson(lost, len(forms)),
        "as_another_form": sum(one.read == "form" and not one.same_form for one in forms),
        "orientation_wrong": sum(one.read == "form" and not one.turned_right for one in forms),
        "residual_mm": {"median": quantile(residuals, 0.5), "p95": quantile(residuals, 0.95)},
        "seconds": {"median": quantile(seconds[1:], 0.5), "p95": quantile(seconds[1:], 0.95), "first": seconds[0]}
        if seconds
        else {},
        "statuses": dict(sorted(Counter(f"{one.told} read as {one.read}" for one in sheets).items())),
    }


def _acceptance(style: str, fields: Sequence[Outcome]) -> dict[str, Any]:
    """What would be accepted without a person, and how much of it is wrong; blanks are counted apart."""
    classes: dict[str, list[Outcome]] = {"all written": [one for one in fields if one.truth]}
    for one in fields:
        classes.setdefault(one.group, []).append(one)
    return {"style": style, "classes": [_accepted(name, some) for name, some in classes.items()]}


def _accepted(name: str, some: Sequence[Outcome]) -> dict[str, Any]:
    taken = [one for one in some if one.accepted]
    wrong = sum(not one.right for one in taken)
    judged = [one for one in some if one.confidence is not None]
    sure = np.array([one.confidence for one in judged], dtype=np.float64)
    right = np.array([one.right for one in judged], dtype=np.float64)
    return {
        "name": name, "n": len(some), "accepted": len(taken), "share": len(taken) / len(some) if some else 0.0,
        "wrong": wrong, "error": wrong / len(taken) if taken else None,
        "upper": upper_bound(wrong, len(taken)) if taken else None,
        "calibration_error": expected_error(sure, right, np.ones(len(judged))) if judged else None,
        "curve": {f"{target:g}": reach(sure, right, target) / len(some) if some else 0.0 for target in CURVE},
    }  # fmt: skip


def reach(sure: NDArray[np.float64], right: NDArray[np.float64], target: float) -> int:
    """How many of the surest readings have no more than that share of wrong ones among them: what a threshold could
    accept that was laid with the answers at hand. It promises nothing of other readings."""
    order = np.argsort(-sure, kind="stable")
    wrong, count = np.cumsum(1.0 - right[order]), np.arange(1, len(order) + 1)
    last = np.append(np.diff(sure[order]) != 0, True)[: len(order)]  # a threshold parts no readings that are as sure
    passed = np.flatnonzero(last & (wrong <= target * count))
    return int(count[passed[-1]]) if len(passed) else 0


def confusions(fields: Iterable[Outcome]) -> list[dict[str, Any]]:
    """The most frequent (what stands there, what was read), with how often; of fields that nobody struck out."""
    met: Counter[tuple[str, str]] = Counter()
    for one in fields:
        if one.right or not one.truth or one.struck or one.lost or one.group == "choice":
            continue
        met.update(edits(one.truth, _text(one)))
    common = sorted(met.items(), key=lambda item: (-item[1], item[0]))[:_CONFUSED]
    return [{"truth": a, "read": b, "count": count, "variant": fold(a) == fold(b)} for (a, b), count in common]


def worst(fields: Iterable[Outcome], most: int) -> list[Outcome]:
    """Wrong fields, the surest first, in turn from every class of every style."""
    queues: dict[tuple[str, str], list[Outcome]] = {}
    for one in fields:
        if not one.right and not one.lost:
            queues.setdefault((one.style, one.group), []).append(one)
    for queue in queues.values():
        queue.sort(
            key=lambda one: (not one.accepted, -(one.confidence or 0.0), one.said is None, -one.score, one.sheet)
        )
    chosen: list[Outcome] = []
    while len(chosen) < most and any(queues.values()):
        for key in sorted(queues):
            if queues[key] and len(chosen) < most:
                chosen.append(queues[key].pop(0))
    return chosen
