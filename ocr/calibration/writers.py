"""Writers: one hand is one draw. Samples are split and resampled by writer, never by field."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
RESAMPLES = 2000
_SEED = 20_231


def folds(writers: Sequence[str], shares: Mapping[str, float], seed: str = "folds") -> dict[str, str]:
    """Which fold each writer belongs to, so that folds get about their share of the fields and no writer is in two.

    The same writers and seed give the same folds, in whatever order they come.
    """
    held = Counter(writers)
    order = sorted(held, key=lambda w: hashlib.sha256(f"{seed}/{w}".encode()).hexdigest())
    total = sum(held.values())
    filled = dict.fromkeys(shares, 0)
    found: dict[str, str] = {}
    for writer in order:
        lacking = max(shares, key=lambda name: (shares[name] * total - filled[name], name))
        found[writer] = lacking
        filled[lacking] += held[writer]
    return found


def upper_by_writer(
    wrong: Sequence[bool], weights: Sequence[float], writers: Sequence[str], confidence: float = 0.95
) -> float:
    """The upper quantile of the error share over samples of whole writers, drawn with replacement.

    0 where no writer has an error: then Clopper-Pearson speaks alone. 1 without writers.
    """
    names = sorted(set(writers))
    if not names:
        return 1.0
    place = {name: i for i, name in enumerate(names)}
    at = np.array([place[w] for w in writers])
    w = np.asarray(weights, dtype=np.float64)
    mass = np.bincount(at, weights=w, minlength=len(names))
    bad = np.bincount(at, weights=w * np.asarray(wrong, dtype=np.float64), minlength=len(names))
    if not bad.any():
        return 0.0
    chance = np.random.default_rng(_SEED)
    drawn = chance.multinomial(len(names), np.full(len(names), 1.0 / len(names)), size=RESAMPLES).astype(np.float64)
    shares = (drawn @ bad) / np.maximum(drawn @ mass, 1e-12)
    return float(np.quantile(shares, confidence))


def design_effect(wrong: Sequence[bool], weights: Sequence[float], writers: Sequence[str]) -> float:
    """How many times larger the variance of the error share is than if fields were wrong independently; at least 1.

    By the ratio estimator over writers. A bound for n fields with this effect is the bound for n divided by it (Korn
    and Graubard 1998). 1 where nothing is wrong: there is nothing to see the bunching by.
    """
    names = sorted(set(writers))
    w, bad = np.asarray(weights, dtype=np.float64), np.asarray(wrong, dtype=np.float64)
    total = float(w.sum()) if len(w) else 0.0
    share = float(w @ bad) / total if total else 0.0
    if not 0.0 < share < 1.0 or len(names) < 2:
        return 1.0
    place = {name: i for i, name in enumerate(names)}
    left = np.bincount([place[writer] for writer in writers], weights=w * (bad - share), minlength=len(names))
    clustered = len(names) / (len(names) - 1) * float((left**2).sum())
    return max(1.0, clustered / (share * (1.0 - share) * float((w**2).sum())))
