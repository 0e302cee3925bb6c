"""`todoke rules`: the rules there are, what one of them says, and what they say of a filing in a file."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterator, Sequence
from datetime import date, datetime
from pathlib import Path
from typing import Any

from forms import catalogue
from forms.errors import BadPayload
from forms.model import Form
from forms.values import normalise
from storage.faults import of_system
from validators.context import RuleContext
from validators.engine import Example, Finding, Rule, evaluate
from validators.rules import rule, rules, rules_for, said_by, samples

_WHY = {"E": "error, blocks", "W": "warning, needs a person", "I": "information"}


def run(arguments: list[str]) -> int:
    """list and explain: 0. run: 0 without an E, 1 with one, 2 (as TodokeError) for a file that is no filing."""
    options = _parser().parse_args(arguments)
    if options.command == "list":
        _list(options.kind, options.json)
    elif options.command == "explain":
        _explain(rule(options.rule), options.json)
    else:
        return _run(options.file, options.as_of, options.json)
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="todoke rules", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    listing = commands.add_parser("list", help="every rule with its severity and source")
    listing.add_argument("--kind", choices=catalogue.kinds())
    explain = commands.add_parser("explain", help="one rule: what it reads, lacks, and its examples")
    explain.add_argument("rule", help="e.g. A3, 2200-15")
    judge = commands.add_parser("run", help="judge a filing in a JSON file (as POST /api/v1/filings takes it)")
    judge.add_argument("file", type=Path)
    judge.add_argument("--as-of", type=date.fromisoformat, help="check date; default: received_on of the file")
    for command in (listing, explain, judge):
        command.add_argument("--json", action="store_true", help="JSON on standard output")
    return parser


def _list(kind: str | None, as_json: bool) -> None:
    shown = rules_for(kind) if kind else rules()
    if as_json:
        _json({"schema": "todoke.rules.list/1", "rules": [_described(one) for one in shown]})
        return
    for one in shown:
        same = f"= {', '.join(one.same_as)}" if one.same_as else "(held by the form)" if one.held_by else one.severity
        print(f"{one.id:9} {same:22} {one.title.ja} / {one.title.en}")
    judged = sum(one.evaluated for one in shown)
    print(f"{len(shown)} rules, {judged} judged, the others say the same or are held by the form", file=sys.stderr)


def _described(one: Rule) -> dict[str, Any]:
    return {
        "id": one.id,
        "kinds": list(one.kinds),
        "severity": one.severity,
        "title": {"ja": one.title.ja, "en": one.title.en},
        "source": one.source,
        "fields": list(one.fields),
        "judged": one.evaluated,
        "same_as": list(one.same_as),
        "said_by": list(said_by(one.id)),
        "held_by": {"ja": one.held_by.ja, "en": one.held_by.en} if one.held_by else None,
        "lacks": list(one.lacks),
        "valid_from": one.valid_from.isoformat() if one.valid_from else None,
        "valid_to": one.valid_to.isoformat() if one.valid_to else None,
    }


def _explain(one: Rule, as_json: bool) -> None:
    breaking = [(example.values, _says(one, example)) for example in one.breaking]
    if as_json:
        broken = [{"values": values, "says": says} for values, says in breaking]
        passing = [{"values": example.values} for example in one.passing]
        _json({"schema": "todoke.rules.rule/1", **_described(one), "breaking": broken, "passing": passing})
        return
    print(f"{one.id}  {one.title.ja}\n{'':{len(one.id)}}  {one.title.en}")
    print(f"severity  {one.severity} ({_WHY[one.severity]})\nsource    {one.source}\nkinds     {', '.join(one.kinds)}")
    if one.valid_from or one.valid_to:
        print(f"in force  {one.valid_from or ''} - {one.valid_to or ''}")
    for name, words in (
        ("reads", one.fields),
        ("lacks", one.lacks),
        ("same as", one.same_as),
        ("also for", said_by(one.id)),
    ):
        if words:
            print(f"{name:9} {', '.join(words)}")
    if one.held_by:
        print(f"held by   {one.held_by.ja} {one.held_by.en}")
    for values, says in breaking:
        print(f"breaks    {_shown(values)}")
        for message in says:
            print(f"          {message['ja']}\n          {message['en']}")
    for example in one.passing:
        print(f"passes    {_shown(example.values) or 'the sample filing'}")


def _shown(values: dict[str, str]) -> str:
    return "  ".join(f"{key}={value or '(blank)'}" for key, value in values.items())


def _says(one: Rule, example: Example) -> list[dict[str, str]]:
    """What the rule says of the sample filing with the example laid over it."""
    header, entry = samples.laid_over(example.kind, example.values)
    found = evaluate(catalogue.form(example.kind), header, [entry], samples.context(example.kind))
    return [finding.message for finding in found if finding.rule == one.id and finding.outcome == "fired"]


def _run(file: Path, as_of: date | None, as_json: bool) -> int:
    payload = _payload(file)
    check_date = as_of or _received(payload)
    if payload["kind"] not in catalogue.kinds():
        raise BadPayload(
            where="/kind", why_ja=f"届書の種類「{payload['kind']}」はない", why_en=f"no such kind: {payload['kind']}"
        )
    form = catalogue.form(payload["kind"])
    header = _normal(form, _flat("header", payload.get("header", {})))
    entries = [_normal(form, _flat(f"entries[{n}]", entry)) for n, entry in enumerate(payload["entries"])]
    findings = evaluate(form, header, entries, RuleContext(check_date))
    if as_json:
        _json({
            "schema": "todoke.rules.run/1", "file": str(file), "kind": form.kind, "check_date": check_date.isoformat(),
            "findings": [finding.as_dict() for finding in findings],
        })  # fmt: skip
    else:
        _print(findings)
    return 1 if any(f.severity == "E" and f.outcome == "fired" for f in findings) else 0


def _payload(file: Path) -> dict[str, Any]:
    try:
        payload = json.loads(file.read_text("utf-8"))
    except OSError as error:
        raise BadPayload(where=file.name, **of_system(error)) from error
    except ValueError as error:
        raise BadPayload(where=file.name, why_ja="JSONとして読めない", why_en="not JSON") from error
    if not isinstance(payload, dict) or not isinstance(payload.get("entries"), list) or "kind" not in payload:
        raise BadPayload(where="/", why_ja="kindとentriesが必要", why_en="kind and entries are needed")
    return payload


def _received(payload: dict[str, Any]) -> date:
    try:
        return date.fromisoformat(payload.get("received_on") or datetime.now().astimezone().date().isoformat())
    except (TypeError, ValueError) as error:
        raise BadPayload(
            where="/received_on", why_ja="日付(YYYY-MM-DD)ではない", why_en="no date (YYYY-MM-DD)"
        ) from error


def _flat(prefix: str, value: Any) -> dict[str, str | None]:
    """Nested names to whole field ids; null stays null, which is a value that nobody could read."""
    if isinstance(value, dict):
        return {k: v for name, below in value.items() for k, v in _flat(f"{prefix}.{name}", below).items()}
    if isinstance(value, list):
        return {k: v for n, below in enumerate(value) for k, v in _flat(f"{prefix}[{n}]", below).items()}
    return {prefix: value if value is None else str(value)}


def _normal(form: Form, values: dict[str, str | None]) -> dict[str, str | None]:
    """Normal forms; what has none is kept as it was written, for a rule to speak of."""
    return dict(_normalised(form, values))


def _normalised(form: Form, values: dict[str, str | None]) -> Iterator[tuple[str, str | None]]:
    for key, value in values.items():
        at_first = "entries[0]." + key.split(".", 1)[1] if key.startswith("entries[") and "." in key else key
        try:
            field = form.field(at_first)
        except KeyError as error:
            raise BadPayload(where=key, why_ja="知らない項目", why_en="unknown field") from error
        normal = normalise(field.type, value)
        yield key, value if normal is None else normal


def _print(findings: Sequence[Finding]) -> None:
    for finding in findings:
        mark = finding.severity if finding.outcome == "fired" else "?"
        where = ", ".join(finding.fields)
        print(
            f"{mark} {finding.rule:8} {where}\n           {finding.message['ja']}\n           {finding.message['en']}"
        )
    fired = [f for f in findings if f.outcome == "fired"]
    counts = ", ".join(f"{sum(f.severity == s for f in fired)} {s}" for s in "EWI")
    print(f"{counts}; {len(findings) - len(fired)} to be looked at by a person (?)", file=sys.stderr)


def _json(value: Any) -> None:
    print(json.dumps(value, ensure_ascii=False, indent=1))
