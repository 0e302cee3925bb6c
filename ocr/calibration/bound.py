"""Upper bounds of an error share: Clopper-Pearson by the incomplete beta function, and samples of unequal chances."""

from __future__ import annotations

import math
from collections.abc import Sequence

CONFIDENCE = 0.95  # one-sided
_TINY = 1e-300
_STEPS = 10_000


def incomplete_beta(a: float, b: float, x: float) -> float:
    """The regularised incomplete beta function I_x(a, b), a, b > 0, by Lentz's continued fraction (DLMF 8.17.22)."""
    if x <= 0.0:
        return 0.0
    if x >= 1.0:
        return 1.0
    if x > (a + 1.0) / (a + b + 2.0):
        return 1.0 - incomplete_beta(b, a, 1.0 - x)
    front = math.lgamma(a + b) - math.lgamma(a) - math.lgamma(b) + a * math.log(x) + b * math.log1p(-x)
    return math.exp(front) * _fraction(a, b, x) / a


def _fraction(a: float, b: float, x: float) -> float:
    c, d = 1.0, 1.0 / _away(1.0 - (a + b) * x / (a + 1.0))
    found = d
    for m in range(1, _STEPS):
        even = m * (b - m) * x / ((a + 2 * m - 1.0) * (a + 2 * m))
        d = 1.0 / _away(1.0 + even * d)
        c = _away(1.0 + even / c)
        found *= d * c
        odd = -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1.0))
        d = 1.0 / _away(1.0 + odd * d)
        c = _away(1.0 + odd / c)
        step = d * c
        found *= step
        if abs(step - 1.0) < 1e-15:
            return found
    raise ArithmeticError(f"the incomplete beta function does not settle for {a}, {b}, {x}")


def _away(value: float) -> float:
    """Away from zero, where the fraction would divide by it."""
    return value if abs(value) > _TINY else _TINY


def upper_bound(errors: float, n: float, confidence: float = CONFIDENCE) -> float:
    """One-sided Clopper-Pearson: the largest error share under which so few errors in `n` are not yet a surprise.

    1 where nothing was inspected. `errors` and `n` may be fractions (effective sizes).
    """
    if n <= 0 or errors >= n:
        return 1.0
    low, high = errors / n, 1.0  # P(at most `errors` of n at share p) = I_{1-p}(n - errors, errors + 1)
    for _ in range(200):
        middle = (low + high) / 2
        if incomplete_beta(n - errors, errors + 1.0, 1.0 - middle) > 1.0 - confidence:
            low = middle
        else:
            high = middle
        if high - low < 1e-14:
            break
    return high


def needed(target: float, confidence: float = CONFIDENCE) -> int:
    """How many fields without an error prove a share under `target`: 2,139 for 0.14 % at 95 %."""
    n = math.ceil(math.log(1.0 - confidence) / math.log1p(-target))
    while upper_bound(0, n, confidence) > target:
        n += 1
    return n


def effective(wrong: Sequence[bool], weights: Sequence[float]) -> tuple[float, float]:
    """Errors and size of a sample whose members were drawn with chances 1/weight, on the safe side.

    As if the sample were thinned until all have the chance of the rarest: size sum(w)/max(w), rounded down, errors
    alike, rounded up. Kish's (sum w)^2 / sum w^2 is never smaller. Equal weights give the plain counts.
    """
    if not weights:
        return 0.0, 0.0
    most = max(weights)
    size = math.fsum(weights) / most
    errors = math.fsum(w for w, is_wrong in zip(weights, wrong, strict=True) if is_wrong) / most
    return float(math.ceil(errors - 1e-9)), float(math.floor(size + 1e-9))
