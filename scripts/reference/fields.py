"""fields.md: the forms of values, and every field id of every kind."""

from __future__ import annotations

from forms import catalogue
from forms.model import Form
from scripts.reference.markdown import table

HEAD = """# Values and fields

One string a field, the same on paper, in the API, in the ledger and in what `todoke read` prints. `""` is blank, `null`
is unreadable or conflicting (two circles where one is allowed; a date with an era and no or half a date).

| type | form |
|---|---|
| `wareki` | era digit (1 明治, 3 大正, 5 昭和, 7 平成, 9 令和) and YYMMDD: `5210527`; only a preprinted era is `""` |
| `digits` | digits, leading zeros kept; an empty cell between digits is `_` |
| `yen` | whole yen, no separators, no leading zeros; zero is `0` |
| `choice` | the printed code; several codes ascending, joined by `,`; a single tick is `1` |
| `kana` | full-width katakana, one U+3000 between 氏 and 名 |
| `kanji` | the character as written (髙 stays 髙), one U+3000 between 氏 and 名 |
| `address`, `addr_kana`, `text` | NFKC; every hyphen, dash and minus is `-`; no spaces |
| `zip`, `telephone` | 7 digits; digits with hyphens |
| `office_ref` | `01-ケイト` |

`my_number` is the combined box: 10 digits are a basic pension number (基礎年金番号), 12 a My Number (個人番号).
A value that is struck out is `""` without a correction and the correction with one; `struck` says so in both cases.
`entries[N]` counts from 0. Required: `always`, `filled` (where the person's block is filled), `sometimes` (a rule says
when), `never`. Exact boxes in millimetres: `todoke forms geometry acquisition --json`.
"""


def page() -> str:
    """The page."""
    forms = [catalogue.form(kind, version) for kind in catalogue.kinds() for version in catalogue.versions(kind)]
    return "\n".join([HEAD, *(_form(form) for form in forms)])


def _form(form: Form) -> str:
    repeats = form.entries > 1
    rows = [
        (f"`{field.id}`", field.number, f"{field.label.ja} / {field.label.en}", field.type, field.required,
         " ".join(f"{choice.code} {choice.label}" for choice in field.choices), field.csv_item or "")
        for field in form.captured()
        if not repeats or field.id.startswith(("header.", "entries[0]"))
    ]  # fmt: skip
    more = f" Entries 1 to {form.entries - 1} have the same fields as entry 0." if repeats else ""
    since = f"valid from {form.valid_from.isoformat()}" + (f" to {form.valid_to.isoformat()}" if form.valid_to else "")
    return (
        f"## `{form.kind}` {form.code} {form.title.ja}\n\n{form.title.en}; version `{form.version}`, {since}. Source: "
        f"{form.source}.{more}\n\n"
        + table(("field", "no", "label", "type", "required", "codes", "record item"), rows)
    )  # fmt: skip
