"""Fits a calibration: the logistic model on one fold of writers, its curve on another, thresholds proved on a third."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from forms.policy import Keying
from ocr.calibration import features, isotonic, logistic, reliability, thresholds
from ocr.calibration.exempt import exempt
from ocr.calibration.labels import Labelled, Origin
from ocr.calibration.model import Calibration, ClassModel, Fit, standard
from ocr.calibration.writers import folds

Floats = NDArray[np.float64]
# Model and curve together are the fit set, on which the grid is laid; the proof set is as large.
SHARES: Final = {"model": 0.3, "curve": 0.2, "proof": 0.5}
LEAST = 50  # fields of a class in each fold, below which it has no confidence at all


@dataclass(frozen=True, slots=True)
class _Rows:
    """Labelled readings of one class as arrays."""

    x: Floats
    right: Floats
    weights: Floats
    writers: list[str]
    fold: NDArray[np.str_]

    def of(self, *names: str) -> NDArray[np.intp]:
        return np.flatnonzero(np.isin(self.fold, names))


def fit(labels: Iterable[Labelled], origin: Origin, target: float, keying: Keying | None = None) -> Calibration:
    """Calibrate every class that has labels. `keying` is given where people made the labels, not a generator."""
    by_class: dict[str, list[Labelled]] = defaultdict(list)
    for label in labels:
        if not exempt(label.cls, label.facts):
            by_class[label.cls].append(label)
    place = folds([label.writer for some in by_class.values() for label in some], SHARES)
    hidden = keying.hidden if keying else 0.0
    classes = {}
    for cls, some in sorted(by_class.items()):
        made = fit_class(some, place, target, hidden)
        if made is not None:
            classes[cls] = made
    return Calibration(classes, target, origin.synthetic, origin.fingerprint, origin.forms, origin.description)


def fit_class(
    labels: Sequence[Labelled], place: Mapping[str, str], target: float, hidden: float = 0.0
) -> ClassModel | None:
    """One class; None if it has too few labels to say anything."""
    rows = _rows(labels, place)
    model, curve, proof = rows.of("model"), rows.of("curve"), rows.of("proof")
    if min(len(model), len(curve), len(proof)) < LEAST:
        return None
    made = _fit(rows, model, curve)
    confidence = made.confidence(rows.x)
    fit_set = rows.of("model", "curve")
    lines = thresholds.grid(confidence[fit_set])
    wrong = [not right for right in rows.right[proof].astype(bool).tolist()]
    writers = [rows.writers[i] for i in proof.tolist()]
    tried = thresholds.Proof(confidence[proof], wrong, rows.weights[proof].tolist(), writers)
    threshold, trials = thresholds.choose(lines, tried, target, hidden=hidden)
    weights = rows.weights[proof]
    share = float(weights[confidence[proof] >= threshold].sum() / weights.sum()) if threshold is not None else 0.0
    return ClassModel(
        fit=made, threshold=threshold, trials=trials,
        bins=reliability.bins(confidence[proof], rows.right[proof], weights),
        calibration_error=reliability.expected_error(confidence[proof], rows.right[proof], weights),
        error=float(weights @ (1.0 - rows.right[proof]) / weights.sum()), accepted=share,
        fields=(len(fit_set), len(proof)),
        writers=(len({rows.writers[i] for i in fit_set.tolist()}), len(set(writers))),
        engines=tuple(sorted({engine for label in labels for engine in label.engines})),
        why="" if lines else "too_few",
    )  # fmt: skip


def _rows(labels: Sequence[Labelled], place: Mapping[str, str]) -> _Rows:
    return _Rows(
        x=np.array([features.vector(label.facts) for label in labels], dtype=np.float64),
        right=np.array([label.right for label in labels], dtype=np.float64),
        weights=np.array([label.weight for label in labels], dtype=np.float64),
        writers=[label.writer for label in labels],
        fold=np.array([place[label.writer] for label in labels]),
    )


def _fit(rows: _Rows, model: NDArray[np.intp], curve: NDArray[np.intp]) -> Fit:
    x = rows.x[model]
    known = ~np.isnan(x)
    count = np.maximum(known.sum(axis=0), 1)
    mean = np.where(known, x, 0.0).sum(axis=0) / count
    spread = np.sqrt(np.where(known, (x - mean) ** 2, 0.0).sum(axis=0) / count)
    spread = np.where(spread > 1e-6, spread, 1.0)
    weights = rows.weights[model] / rows.weights[model].mean()
    beta = logistic.fit(standard(x, mean, spread), rows.right[model], weights)
    z = logistic.score(standard(rows.x[curve], mean, spread), beta)
    steps = isotonic.fit(z, rows.right[curve], rows.weights[curve] / rows.weights[curve].mean())
    return Fit(tuple(mean.tolist()), tuple(spread.tolist()), tuple(beta.tolist()), steps)
