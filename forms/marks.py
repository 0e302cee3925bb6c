"""What the machine-readable codes say: a form's code, version and page, or a separator's scheme, kind and office.

Kept to the 45 letters of a QR code's alphanumeric mode and short, so that a form's code fits the smallest symbol
(21 modules) and its modules stay big enough for a fax.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from forms.errors import BadPayload
from forms.model import Form

ANY_KIND = "*"  # a separator that leaves the kind to the pages behind it
_FORM = re.compile(r"([0-9A-Z]{3,6})/([0-9A-Z][0-9A-Z.-]{0,11})/([1-9][0-9]?)")
_SEPARATOR = re.compile(r"SEP/([A-Z0-9-]{1,16})/([0-9A-Z]{3,6}|\*)/([0-9A-Z-]{1,12})")


@dataclass(frozen=True, slots=True)
class FormCode:
    """A page of a form: printed code ("2200"), version ("todoke-1"), page (1-based)."""

    code: str
    version: str
    page: int


@dataclass(frozen=True, slots=True)
class SeparatorCode:
    """A separator sheet: scheme ("epi"), printed form code or None for any kind, receiving office ("2101")."""

    scheme: str
    code: str | None
    office: str


def encode_form(form: Form, page: int = 1) -> str:
    """`2200/TODOKE-1/1`."""
    text = f"{form.code}/{form.version.upper()}/{page}"
    if decode(text) != FormCode(form.code, form.version, page):
        raise BadPayload(
            where_ja="様式コード",
            where_en="code",
            why_ja=f"「{form.code} {form.version}」はコードに入れられない",
            why_en=f"'{form.code} {form.version}' cannot be put into the code",
        )
    return text


def encode_separator(scheme: str, code: str | None, office: str) -> str:
    """`SEP/EPI/2200/2101`; without a kind `SEP/EPI/*/2101`. BadPayload for letters that the code has not."""
    text = f"SEP/{scheme.upper()}/{code or ANY_KIND}/{office.upper()}"
    if not _SEPARATOR.fullmatch(text):
        raise BadPayload(
            where_ja="仕切り紙",
            where_en="separator",
            why_ja=f"「{text}」は制度・様式コード・事務所の英字ではない",
            why_en=f"'{text}' is not scheme, form code and office in Latin letters",
        )
    return text


def decode(text: str) -> FormCode | SeparatorCode | None:
    """What a code on a page says; None if it is not one of ours."""
    if found := _SEPARATOR.fullmatch(text):
        code = None if found.group(2) == ANY_KIND else found.group(2)
        return SeparatorCode(found.group(1).lower(), code, found.group(3))
    if found := _FORM.fullmatch(text):
        return FormCode(found.group(1), found.group(2).lower(), int(found.group(3)))
    return None
