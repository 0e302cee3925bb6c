"""`todoke forms`: what filings there are, their geometry as data, their blank sheets and separator sheets."""

from __future__ import annotations

import argparse
import json
import sys
from datetime import date, datetime
from pathlib import Path

from forms import catalogue
from forms.errors import BadPayload
from forms.geometry import geometry
from forms.model import Form
from forms.sheet import blank_pdf, separator_pdf
from storage.faults import of_system

MOST_COPIES = 1_000


def run(arguments: list[str]) -> int:
    """0 when done; TodokeError for an unknown form or a value that does not fit."""
    options = _parser().parse_args(arguments)
    if options.command == "list":
        _list(options.json)
    elif options.command == "show":
        _show(_form(options), options.json)
    elif options.command == "geometry":
        _json(geometry(_form(options)))
    elif options.command == "blank":
        _write(options.out, blank_pdf(_form(options), options.count, _prefill(options.prefill)))
    else:
        form = catalogue.form(options.kind) if options.kind else None
        _write(options.out, separator_pdf(options.scheme, form, options.office, options.count))
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="todoke forms", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    commands.add_parser("list", help="kinds and versions").add_argument("--json", action="store_true")
    for name, words in (("show", "the fields of a form"), ("geometry", "every box in millimetres, as JSON")):
        command = commands.add_parser(name, help=words)
        _kind(command)
        command.add_argument("--json", action="store_true", help="JSON on standard output")
    blank = commands.add_parser("blank", help="the form as a PDF to print")
    _kind(blank)
    _sheets(blank)
    blank.add_argument("--prefill", type=Path, help="JSON file of {field id: value} to print into the cells")
    separator = commands.add_parser("separator", help="the sheet that opens a pile, with its QR code")
    separator.add_argument("--scheme", default="epi", help="epi, np or benefit (default epi)")
    separator.add_argument("--kind", help="the kind of the filings behind it; without it, any")
    separator.add_argument("--office", required=True, help="code of the receiving office, e.g. 2101")
    _sheets(separator)
    return parser


def _kind(command: argparse.ArgumentParser) -> None:
    command.add_argument("kind")
    command.add_argument("--version", help="default: the version valid today")
    command.add_argument("--on", type=date.fromisoformat, help="the version valid on that day (YYYY-MM-DD)")


def _sheets(command: argparse.ArgumentParser) -> None:
    command.add_argument("--out", type=Path, required=True, help="the PDF to write")
    command.add_argument("--count", type=_count, default=1, help="copies (default 1)")


def _count(text: str) -> int:
    number = int(text)
    if not 1 <= number <= MOST_COPIES:
        raise argparse.ArgumentTypeError(f"1 to {MOST_COPIES}")
    return number


def _form(options: argparse.Namespace) -> Form:
    """The named version, else the one valid on the day asked for or today."""
    on = options.on or (None if options.version else datetime.now().astimezone().date())
    return catalogue.form(options.kind, version=options.version, on=on)


def _json(data: object) -> None:
    print(json.dumps(data, ensure_ascii=False, indent=1))


def _summary(form: Form) -> dict[str, object]:
    return {
        "kind": form.kind,
        "code": form.code,
        "version": form.version,
        "title": {"ja": form.title.ja, "en": form.title.en},
        "valid_from": form.valid_from.isoformat(),
        "valid_to": form.valid_to.isoformat() if form.valid_to else None,
        "pages": len(form.pages),
        "entries": form.entries,
        "fields": len(form.captured()),
        "priority": form.priority,
        "service_days": {"efiling": form.service.efiling, "media": form.service.media, "paper": form.service.paper},
        "retention": form.retention,
        "route": list(form.route),
        "source": form.source,
    }


def _list(as_json: bool) -> None:
    forms = [catalogue.form(kind, version) for kind in catalogue.kinds() for version in catalogue.versions(kind)]
    if as_json:
        _json([_summary(form) for form in forms])
        return
    for form in forms:
        until = form.valid_to.isoformat() if form.valid_to else ""
        print(f"{form.code}  {form.kind:<14} {form.version:<10} {form.valid_from} - {until:<10}  {form.title.ja}")


def _show(form: Form, as_json: bool) -> None:
    if as_json:
        fields = [
            {
                "id": f.id, "number": f.number, "label": {"ja": f.label.ja, "en": f.label.en}, "type": f.type,
                "required": f.required, "csv_item": f.csv_item, "multiple": f.multiple, "capture": f.capture,
                "codes": {c.code: c.label for c in f.choices},
            }
            for f in form.fields
        ]  # fmt: skip
        _json(_summary(form) | {"form_fields": fields})
        return
    for key, value in _summary(form).items():
        print(f"{key}: {value}")
    for field in form.fields:
        codes = " ".join(f"{c.code}={c.label}" for c in field.choices)
        print(f"{field.number:<3}{field.id:<44}{field.type:<11}{field.required:<12}{field.label.ja}  {codes}".rstrip())


def _prefill(path: Path | None) -> dict[str, str] | None:
    """The values of the file; BadPayload unless it is an object of strings."""
    if path is None:
        return None
    try:
        values = json.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise BadPayload(where=str(path), **of_system(error)) from error
    except ValueError as error:
        raise BadPayload(where=str(path), why_ja="JSONとして読めない", why_en=f"not JSON: {error}") from error
    if not isinstance(values, dict) or not all(isinstance(value, str) for value in values.values()):
        raise BadPayload(
            where=str(path),
            why_ja="項目の符号と文字列の組でなければならない",
            why_en="it must be an object of field ids and texts",
        )
    return values


def _write(path: Path, pdf: bytes) -> None:
    try:
        path.write_bytes(pdf)
    except OSError as error:
        raise BadPayload(where=str(path), **of_system(error)) from error
    print(f"{path}: {len(pdf):,} bytes", file=sys.stderr)
