"""The sequential alarm: evidence, inspection by inspection, that accepted values are wrong more often than allowed.

Pure. A Shiryaev-Roberts e-detector: R <- (1 + R) * L, where L is the likelihood ratio of the worse share to the allowed
one. Each L is an e-value under every share up to the allowed one, so R - n is a supermartingale and the mean time to a
false alarm is at least `PATIENCE` inspections, however long the watch has lasted when the drift begins.
"""

from __future__ import annotations

from typing import Final

from forms.policy import Keying

PATIENCE: Final = 50_000.0  # inspected fields between two false alarms, at least, on average
WORSE: Final = 5.0  # times the allowed share: the drift that is found soonest
_MOST: Final = 1e12


def after(evidence: float, wrong: bool, target: float, keying: Keying | None = None) -> float:
    """The evidence once another inspection is in; begins at 0. `target` is the allowed share of wrong values."""
    allowed = (keying or Keying()).apparent(target)
    worse = min(0.5, WORSE * allowed)
    ratio = worse / allowed if wrong else (1.0 - worse) / (1.0 - allowed)
    return min((1.0 + evidence) * ratio, _MOST)


def alarms(evidence: float) -> bool:
    """True once acceptance of the class has to stop."""
    return evidence >= PATIENCE
