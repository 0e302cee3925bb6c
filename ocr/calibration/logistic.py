"""Logistic regression with a ridge, by Newton's method (iteratively reweighted least squares)."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
RIDGE = 1.0  # prior observations' worth of doubt on each standardised coefficient
_MOST = 30.0  # beyond it a probability is 0 or 1 to machine precision


def sigmoid(z: Floats) -> Floats:
    """1 / (1 + e^-z), without overflow."""
    return np.asarray(0.5 * (1.0 + np.tanh(0.5 * z)), dtype=np.float64)


def fit(x: Floats, right: Floats, weights: Floats, ridge: float = RIDGE) -> Floats:
    """Coefficients of the columns of `x` (n x k), the intercept first (k + 1). `right` is 0 or 1."""
    design = np.hstack([np.ones((len(x), 1)), x])
    penalty = np.full(design.shape[1], ridge)
    penalty[0] = 1e-6
    beta = np.zeros(design.shape[1])
    beta[0] = _prior(right, weights)
    value = _loss(design, right, weights, penalty, beta)
    for _ in range(100):
        p = sigmoid(design @ beta)
        gradient = design.T @ (weights * (p - right)) + penalty * beta
        curvature = (design * (weights * p * (1.0 - p))[:, None]).T @ design + np.diag(penalty)
        step = np.linalg.solve(curvature, gradient)
        size = 1.0
        while size > 1e-6:
            after = _loss(design, right, weights, penalty, beta - size * step)
            if after <= value:
                break
            size /= 2.0
        else:
            break
        beta, gain, value = beta - size * step, value - after, after
        if gain < 1e-9 * (1.0 + abs(value)):
            break
    return np.asarray(beta, dtype=np.float64)


def score(x: Floats, beta: Floats) -> Floats:
    """The log odds of being right, held to +-30."""
    return np.asarray(np.clip(beta[0] + x @ beta[1:], -_MOST, _MOST), dtype=np.float64)


def _prior(right: Floats, weights: Floats) -> float:
    share = (float(weights @ right) + 0.5) / (float(weights.sum()) + 1.0)
    return float(np.log(share / (1.0 - share)))


def _loss(design: Floats, right: Floats, weights: Floats, penalty: Floats, beta: Floats) -> float:
    z = design @ beta
    return float(weights @ (np.logaddexp(0.0, z) - right * z) + 0.5 * penalty @ (beta * beta))
