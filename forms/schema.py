"""The JSON Schema of a filing sent as data, made from its form, and its flattening to field ids."""

from __future__ import annotations

import re
from collections.abc import Mapping
from itertools import combinations
from typing import Any

from forms.errors import BadPayload
from forms.model import Field, Form

Json = dict[str, Any]
MAX_ENTRIES = 500
_LONGEST = 200  # characters of a text that no record limits
_STEP = re.compile(r"([a-z_]+)(?:\[(\d+)\])?")
# `$` also matches before a last newline in Python; the look-ahead refuses that and means nothing elsewhere
_END = r"$(?!\n)"
_KANA = "\u30a1-\u30fa\u30fb\u30fc"
_PATTERNS = {
    "kana": f"^[{_KANA}\u3000]*{_END}",
    "zip": f"^(?:[0-9]{{7}})?{_END}",
    "telephone": f"^(?:[0-9]+(?:-[0-9]+)*)?{_END}",
    "office_ref": f"^(?:[0-9]{{2}}-[0-9A-Za-z{_KANA}]{{1,4}})?{_END}",
    "yen": f"^(?:0|[1-9][0-9]{{0,6}})?{_END}",
}
_DAY = f"^[0-9]{{4}}-[0-9]{{2}}-[0-9]{{2}}{_END}"
_COUNTED = {"minItems": "{}件以上必要", "maxItems": "{}件まで", "maxLength": "{}文字まで"}
_TYPES = {"string": "文字列", "object": "名前と値の組", "array": "並び"}
_PRINTABLE = f"^[^\u0000-\u001f\u007f]*{_END}"


def filing_schema(form: Form) -> Json:
    """JSON Schema 2020-12 of `POST /api/v1/filings` for this form: strings only, no unknown key, 1-500 entries.

    Keys are the field ids without their prefix, nested: `entries[0].insured.birth` is entries -> 0 -> insured ->
    birth. No field is required by the schema: an absent key is "" and the rules say what is missing.
    """
    header = _closed({f.key: _value(f) for f in form.captured() if f.block == "header"})
    entry = _entry(form)
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": f"{form.title.ja} ({form.code}, {form.version})",
        "description": form.title.en,
        **_closed(
            {
                "kind": {"const": form.kind},
                "received_on": {"type": "string", "format": "date", "pattern": _DAY},
                "header": header,
                "entries": {"type": "array", "minItems": 1, "maxItems": MAX_ENTRIES, "items": entry},
            }
        ),
        "required": ["kind", "received_on", "entries"],  # no header at all is an empty one
    }


def validate(form: Form, payload: object) -> None:
    """Raise BadPayload for the first place (as a JSON pointer) that does not fit the form's schema."""
    import jsonschema

    checker = jsonschema.Draft202012Validator(
        filing_schema(form), format_checker=jsonschema.Draft202012Validator.FORMAT_CHECKER
    )
    found = min(checker.iter_errors(payload), key=lambda e: [str(step) for step in e.absolute_path], default=None)
    if found is not None:
        where = "/" + "/".join(str(step) for step in found.absolute_path)
        ja, en = _reason(found)
        raise BadPayload(where=where, why_ja=ja, why_en=en)


def flatten(form: Form, payload: Mapping[str, Any]) -> tuple[dict[str, str], tuple[dict[str, str], ...]]:
    """The header's and each entry's values by whole field id (`entries[7].insured.birth`), absent ones as "".

    The payload must have passed `validate`; entry 7 has the fields of the form's first entry, renumbered.
    """
    header = {f.id: str(payload.get("header", {}).get(f.key, "")) for f in form.captured() if f.block == "header"}
    first = [f for f in form.captured() if f.id.startswith("entries[0].")]
    entries = []
    for number, entry in enumerate(payload["entries"]):
        values = {}
        for field in first:
            rest = field.id.removeprefix("entries[0].")
            values[f"entries[{number}].{rest}"] = _look_up(entry, rest)
        entries.append(values)
    return header, tuple(entries)


def _entry(form: Form) -> Json:
    """The object of one entry; a block that repeats inside it is an array, a block with a name an object."""
    tree: Json = {}
    for field in form.captured():
        if not field.id.startswith("entries[0]."):
            continue
        *steps, key = field.id.removeprefix("entries[0].").split(".")
        level = tree
        for step in steps:
            level = level.setdefault(step, {})
        level[key] = field
    return _object(tree)


def _object(tree: Json) -> Json:
    made: Json = {}
    for step, below in tree.items():
        name, index = _parse(step)
        if isinstance(below, Field):
            made[name] = _value(below)
        elif index is None:
            made[name] = _object(below)
        else:
            found = made.setdefault(name, {"type": "array", "maxItems": 0, "items": _object(below)})
            found["maxItems"] = max(found["maxItems"], index + 1)
    return _closed(made)


def _parse(step: str) -> tuple[str, int | None]:
    found = _STEP.fullmatch(step)
    assert found, step  # the loader makes the ids
    return found.group(1), int(found.group(2)) if found.group(2) else None


def _look_up(entry: Mapping[str, Any], path: str) -> str:
    """The value at `others[1].birth` of an entry, "" where the way ends early."""
    here: Any = entry
    for step in path.split("."):
        name, index = _parse(step)
        here = here.get(name)
        if here is None:
            return ""
        if index is not None:
            if index >= len(here):
                return ""
            here = here[index]
    return str(here)


def _closed(properties: Json) -> Json:
    return {"type": "object", "properties": properties, "additionalProperties": False}


def _value(field: Field) -> Json:
    """The schema of one value; always a string (contracts.md, Values)."""
    made: Json = {"type": "string", "title": field.label.ja, "description": field.label.en}
    if field.type == "wareki":
        made["pattern"] = f"^(?:[{''.join(field.eras)}][0-9]{{6}})?{_END}"
    elif field.type == "digits":
        made["pattern"] = f"^[0-9]{{0,{max(field.digits)}}}{_END}"  # a wrong count is a rule's matter
    elif field.type == "choice":
        made["enum"] = _codes(field)
    else:
        made["pattern"] = _PATTERNS.get(field.type, _PRINTABLE)
        made["maxLength"] = field.max_length or _LONGEST
    return made


def _codes(field: Field) -> list[str]:
    """Every value that the choice can have: "", a code, or several codes ascending."""
    codes = sorted(choice.code for choice in field.choices)
    most = len(codes) if field.multiple else 1
    return ["", *(",".join(some) for count in range(1, most + 1) for some in combinations(codes, count))]


def _reason(found: Any) -> tuple[str, str]:
    """What is wrong (ja, en), without the value: it may be a My Number."""
    wanted = found.validator_value
    if found.validator == "additionalProperties":
        unknown = ", ".join(sorted(set(found.instance) - set(found.schema["properties"])))
        return f"知らない項目「{unknown}」", f"unknown key {unknown}"
    if found.validator == "required":
        missing = ", ".join(sorted(set(wanted) - set(found.instance)))
        return f"必須の項目「{missing}」がない", f"missing {missing}"
    if found.validator in _COUNTED:
        return _COUNTED[found.validator].format(wanted), f"{found.validator} is {wanted}"
    if found.validator == "type":
        return f"{_TYPES.get(wanted, wanted)}でなければならない", f"must be of type {wanted}"
    if found.validator == "enum":
        codes = ", ".join(code for code in wanted if code)
        return f"選べる符号「{codes}」のどれでもない", f"does not match {found.validator} {wanted!r}"
    said = "実在する日付ではない" if found.validator == "format" else "この項目の書き方ではない"
    return said, f"does not match {found.validator} {wanted!r}"
