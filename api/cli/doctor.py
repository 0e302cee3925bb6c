"""`todoke doctor`: is this installation well, does it work with a limp, or not at all."""

from __future__ import annotations

import argparse
import json
import sys

from api.doctor.examine import examine
from api.doctor.finding import WORSE, Finding, worst
from api.services import wall_clock
from storage.settings import load_settings

_SIGNS = {"well": "ok", "degraded": "!!", "unable": "XX"}


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="todoke doctor", description=__doc__)
    parser.add_argument("--json", action="store_true", help="the findings as JSON on standard output")
    return parser


def run(arguments: list[str]) -> int:
    """0 well, 1 degraded (it works, somebody must look), 2 not able to work."""
    options = _parser().parse_args(arguments)
    found = examine(load_settings(), wall_clock())
    if options.json:
        checks = [finding.as_dict() for finding in found]
        body = {"schema": "todoke.doctor/1", "status": worst(found), "checks": checks}
        print(json.dumps(body, ensure_ascii=False, indent=1))
    else:
        for finding in found:
            _tell(finding)
    return WORSE.index(worst(found))


def _tell(finding: Finding) -> None:
    print(f"[{_SIGNS[finding.state]}] {finding.name}: {finding.en}", file=sys.stderr)
    print(f"     {finding.ja}", file=sys.stderr)
    if finding.remedy_en:
        print(f"     -> {finding.remedy_en}\n     -> {finding.remedy_ja}", file=sys.stderr)
