"""Typed values: one normal form a type (contracts.md, Values), and the libraries that know each type."""

from forms.values.normal import TYPES, equal, normalise

__all__ = ["TYPES", "equal", "normalise"]
