"""A form's places as plain data: the shape `todoke.geometry/1` of the contracts."""

from __future__ import annotations

from typing import Any

from forms.model import Box, Field, Form, Part, Text

SCHEMA = "todoke.geometry/1"


def geometry(form: Form) -> dict[str, Any]:
    """The form as JSON-ready data, millimetres from the top left of each page."""
    return {
        "schema": SCHEMA,
        "kind": form.kind,
        "version": form.version,
        "unit": "mm",
        "origin": "top-left",
        "pages": [{"page": i, "size": [w, h]} for i, (w, h) in enumerate(form.pages, 1)],
        "fields": [_field(f) for f in form.fields],
    }


def _field(field: Field) -> dict[str, Any]:
    return {
        "id": field.id,
        "label": _text(field.label),
        "type": field.type,
        "page": field.page,
        "capture": field.capture,
        "multiple": field.multiple,
        "box": field.box.as_list(),
        "correction_box": _box(field.correction_box),
        "preprinted": field.preprinted,
        "parts": [_part(p) for p in field.parts],
    }


def _part(part: Part) -> dict[str, Any]:
    return {
        "name": part.name,
        "control": part.control,
        "box": part.box.as_list(),
        "align": part.align,
        "cells": [c.as_list() for c in part.cells] or None,
        "choices": [{"code": c.code, "label": c.label, "box": c.box.as_list()} for c in part.choices] or None,
    }


def _text(text: Text) -> dict[str, str]:
    return {"ja": text.ja, "en": text.en}


def _box(box: Box | None) -> list[float] | None:
    return box.as_list() if box else None
