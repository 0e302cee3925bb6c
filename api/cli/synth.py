"""`todoke synth`: filled sheets with their truth, and the register of the same invented persons."""

from __future__ import annotations

import argparse
import json
import sys
from datetime import date, datetime
from pathlib import Path

from api.synth.fonts import faces
from api.synth.produce import FILLED_BY, Order, write_all
from api.synth.splits import SPLITS
from api.synth.world import World
from storage.work import TOKYO


def _share(text: str) -> float:
    share = float(text)
    if not 0 <= share <= 1:
        raise argparse.ArgumentTypeError("a share lies between 0 and 1")
    return share


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="todoke synth", description=__doc__)
    parser.add_argument("kind", choices=[*sorted(FILLED_BY), "register"])
    parser.add_argument("--count", type=int, default=10, help="sheets")
    parser.add_argument("--seed", default="1")
    parser.add_argument("--style", choices=["print", "hand", "mixed", "stroke"], default="mixed")
    parser.add_argument("--degrade", choices=["clean", "office", "fax", "photo", "mix"], default="office")
    parser.add_argument("--entries", type=int, help="filled persons a sheet (2202: dependants); default: as offices do")
    parser.add_argument("--breaks", type=_share, default=0.0, help="share of sheets that break one named rule")
    parser.add_argument("--as-of", type=date.fromisoformat, help="the day of receipt; default today")
    parser.add_argument("--out", type=Path, help="folder for the files")
    parser.add_argument("--persons", type=int, default=3000, help="persons of the register")
    parser.add_argument("--offices", type=int, default=40, help="offices of the register")
    parser.add_argument("--world", help="seed of persons and offices; default: the seed")
    parser.add_argument("--version", help="of the form; default: the one valid on the day")
    parser.add_argument("--split", choices=SPLITS, help="faces, hands and words of one of three disjoint sets")
    return parser


def run(arguments: list[str]) -> int:
    """0 when done; prints what was made as JSON."""
    parser = _parser()
    options = parser.parse_args(arguments)
    as_of: date = options.as_of or datetime.now(TOKYO).date()
    seed = options.world or options.seed
    if options.split:  # no person of one split lives in another
        seed = f"{options.split}/{seed}"
    world = World(seed, options.persons, max(1, options.offices), as_of, options.split)
    if options.kind == "register":
        from api.opening import open_services
        from api.synth.register import refuse_real_store, write_world

        services = open_services()
        with services.writing("system:cli") as work:
            refuse_real_store(work, training=services.settings.training)
            made = write_world(work, world)
        print(json.dumps(made))
        return 0
    if options.out is None:
        parser.error("--out is needed")
    if options.style != "print" and all(face.style == "print" for face in faces("hand", options.split)):
        print("todoke synth: no handwriting fonts are installed; print fonts stand in for hands", file=sys.stderr)
    order = Order(
        kind=options.kind,
        count=max(0, options.count),
        seed=options.seed,
        world=world,
        as_of=as_of,
        style=options.style,
        degrade=options.degrade,
        entries=options.entries,
        breaks=options.breaks,
        version=options.version,
    )
    manifest = write_all(order, options.out)
    print(f"{order.count} sheets in {len(manifest['files'])} files under {options.out}", file=sys.stderr)
    print(json.dumps({key: manifest[key] for key in ("schema", "kind", "count", "files")}, ensure_ascii=False))
    return 0
