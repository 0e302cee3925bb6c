"""A calibration version: curves and thresholds by field class, for one set of engines, forms and lexicons."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from forms.errors import TodokeError
from ocr.calibration import exempt, features, logistic
from ocr.calibration.isotonic import Curve
from ocr.calibration.reliability import Bin
from ocr.calibration.thresholds import Trial

SCHEMA = "todoke.calibration/1"
_RULES = f"{features.VERSION}.{exempt.VERSION}"  # what enters the model, and what is left to people
Floats = NDArray[np.float64]


class BadCalibration(TodokeError):
    """What was given is no calibration of this release."""

    code = "bad_calibration"
    status = 422
    ja = "較正データとして使えません({why})。"
    en = "This is not a usable calibration ({why})."
    remedy_ja = "`todoke calibrate fit` で作り直してください。"
    remedy_en = "Make it anew with todoke calibrate fit."


@dataclass(frozen=True, slots=True)
class Fit:
    """What makes a confidence of facts: standardised features, their coefficients, and the curve over the log odds."""

    mean: tuple[float, ...]
    spread: tuple[float, ...]
    beta: tuple[float, ...]
    curve: Curve

    def score(self, rows: Floats) -> Floats:
        """Log odds of rows of `features.vector`."""
        return logistic.score(standard(rows, np.array(self.mean), np.array(self.spread)), np.array(self.beta))

    def confidence(self, rows: Floats) -> Floats:
        """Confidences, 0 to 1, of rows of `features.vector`."""
        return self.curve.at(self.score(rows))


@dataclass(frozen=True, slots=True)
class ClassModel:
    """The calibration of one field class.

    `threshold` None: nothing of the class is accepted, and `trials` or `why` say why. `bins` and `calibration_error`
    are measured on the proof set, whose writers the fit has not seen. Counts are fields and writers of fit and proof.
    """

    fit: Fit
    threshold: float | None
    trials: tuple[Trial, ...]
    bins: tuple[Bin, ...]
    calibration_error: float
    error: float  # share of the proof set that is wrong, accepted or not
    accepted: float  # share of the proof set at or above the threshold
    fields: tuple[int, int]
    writers: tuple[int, int]
    engines: tuple[str, ...]
    why: str = ""


@dataclass(frozen=True, slots=True)
class Calibration:
    """All classes with the fingerprint of what was calibrated. `version` is the hash of everything in it."""

    classes: Mapping[str, ClassModel]
    target: float
    synthetic: bool
    fingerprint: Mapping[str, str]  # what reads: engines, weights, code, lexicons (fingerprint.py)
    forms: Mapping[str, str]  # KIND/VERSION -> hash of its geometry
    description: Mapping[str, Any] = field(default_factory=dict)

    @property
    def version(self) -> str:
        """16 hex digits; the same model, data description and fingerprint have the same."""
        return hashlib.sha256(self.to_json().encode()).hexdigest()[:16]

    @property
    def thresholds(self) -> dict[str, float]:
        """The classes that may be accepted, with the least confidence of each."""
        return {name: c.threshold for name, c in sorted(self.classes.items()) if c.threshold is not None}

    def confidence(self, cls: str, facts: Mapping[str, float]) -> float | None:
        """How sure it is that a reading of that class with those facts is right; None for an unknown class."""
        model = self.classes.get(cls)
        if model is None:
            return None
        return float(model.fit.confidence(np.array([features.vector(facts)]))[0])

    def to_json(self) -> str:
        """Canonical JSON: one calibration, one text."""
        told = {"schema": SCHEMA, "features": _RULES} | asdict(self)
        return json.dumps(told, ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False)

    @classmethod
    def from_json(cls, text: str) -> Calibration:
        """What `to_json` wrote. BadCalibration, also where the features are those of another release."""
        try:
            told = json.loads(text)
            if told.pop("schema") != SCHEMA:
                raise BadCalibration(why_ja="別の形式である", why_en="another schema")
            if told.pop("features") != _RULES:
                raise _other_features()
            classes = {name: _class(one) for name, one in told.pop("classes").items()}
            return cls(classes=classes, **told)
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            raise BadCalibration(
                why_ja="内容が欠けているか壊れている", why_en="parts are missing or damaged"
            ) from error


def _other_features() -> BadCalibration:
    return BadCalibration(why_ja="特徴量が別の版のものである", why_en="its features are those of another release")


def standard(rows: Floats, mean: Floats, spread: Floats) -> Floats:
    """Centred and scaled; what is missing stands at the mean, and nothing is further out than 10 spreads."""
    return np.nan_to_num(np.clip((rows - mean) / spread, -10.0, 10.0), nan=0.0)


def _class(told: dict[str, Any]) -> ClassModel:
    fit = told.pop("fit")
    curve = Curve(*(tuple(fit["curve"][name]) for name in ("centres", "shares")))
    whole = Fit(**{name: tuple(fit[name]) for name in ("mean", "spread", "beta")}, curve=curve)
    if not len(whole.mean) == len(whole.spread) == len(features.NAMES) == len(whole.beta) - 1:
        raise _other_features()
    trials = tuple(Trial(**one) for one in told.pop("trials"))
    found = tuple(Bin(**one) for one in told.pop("bins"))
    lists: dict[str, Any] = {name: tuple(told.pop(name)) for name in ("fields", "writers", "engines")}
    return ClassModel(fit=whole, trials=trials, bins=found, **lists, **told)
