"""The blank form as a PDF, once or many times, with values printed into it if they are given."""

from __future__ import annotations

from collections.abc import Mapping

from forms.model import Form
from forms.sheet.drawing import page_items
from forms.sheet.prefill import value_items
from forms.sheet.press import press


def blank_pdf(form: Form, count: int = 1, prefill: Mapping[str, str] | None = None) -> bytes:
    """`count` copies of the form; `prefill` maps field ids to normalised values (contracts.md, Values).

    Raises BadPayload for a field that the form has not or a value that does not fit its cells.
    """
    values = value_items(form, prefill or {})
    sheets = [page_items(form, page) + values.get(page, []) for page in range(1, len(form.pages) + 1)]
    return press(f"{form.title.ja} {form.code} {form.version}", form.pages[0], sheets, count)
