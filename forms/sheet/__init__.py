"""Printed sheets: blank and prefilled forms, and separator sheets."""

from forms.sheet.blank import blank_pdf
from forms.sheet.separator import separator_pdf

__all__ = ["blank_pdf", "separator_pdf"]
