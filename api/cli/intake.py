"""`todoke intake`: take files in from the command line, look at batches, accept counts, watch a folder."""

from __future__ import annotations

import argparse
import json
import signal
import sys
from datetime import date
from pathlib import Path
from typing import Any

from sqlalchemy import select

from intake import batches, custody, receive
from intake.acknowledgement import acknowledgement_pdf
from intake.assemble import count
from intake.errors import NoSuchBatch
from intake.runtime import Runtime
from intake.sheets import sheets_in_order
from intake.watch import Watcher, watch
from storage.settings import load_settings
from storage.tables import Batch, BatchFile, Job, User
from storage.work import Work


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="todoke intake", description=__doc__)
    parser.add_argument("--as", dest="login", help="account that acts (default: the system)")
    commands = parser.add_subparsers(dest="command", required=True)
    add = commands.add_parser("add", help="one batch of these files, in this order; prints it as JSON")
    add.add_argument("files", nargs="+", type=Path)
    add.add_argument("--received-on", type=date.fromisoformat, required=True, help="the receipt date, YYYY-MM-DD")
    add.add_argument("--basis", choices=("stamp", "entered"), default="entered")
    add.add_argument("--channel", choices=("paper", "media"), default="paper")
    add.add_argument("--pieces", type=int, help="declared number of forms")
    add.add_argument("--pages", type=int, help="declared number of pages")
    add.add_argument("--site", default="", help="where it was received")
    add.add_argument("--sender", default="")
    commands.add_parser("list", help="all batches with declared and counted numbers, as JSON")
    for name, text in (("show", "a batch with its pages and sheets, as JSON"), ("custody", "its custody log, as JSON")):
        commands.add_parser(name, help=text).add_argument("number")
    accept = commands.add_parser("accept", help="release a held batch although the counts differ")
    accept.add_argument("number")
    accept.add_argument("--reason", required=True)
    slip = commands.add_parser("acknowledge", help="write the acknowledgement of a batch")
    slip.add_argument("number")
    slip.add_argument("--out", type=Path, required=True)
    look = commands.add_parser("watch", help="take in what appears in a folder, until stopped")
    look.add_argument("folder", type=Path)
    look.add_argument("--received-on", type=date.fromisoformat, help="for files that lie in no dated folder")
    look.add_argument("--settle", type=float, default=3.0, help="seconds a file must stand still")
    commands.add_parser("jobs", help="jobs that were set aside, with their evidence, as JSON")
    commands.add_parser("retry", help="run a job again that was set aside").add_argument("job")
    return parser


def run(arguments: list[str]) -> int:
    """0 when done."""
    options = _parser().parse_args(arguments)
    runtime = Runtime.open(load_settings(), "cli")
    try:
        act = {"add": _add, "watch": _watch, "acknowledge": _acknowledge}.get(options.command)
        if act is not None:
            return act(runtime, options)
        if options.command in {"accept", "retry"}:
            with runtime.writing() as system:
                _change(runtime, _as(system, options.login), options)
        else:
            with runtime.reading() as work:
                _print(_look(work, options))
        return 0
    finally:
        runtime.database.close()


def _as(work: Work, login: str | None) -> Work:
    """The same work in the name of an account."""
    if login is None:
        return work
    user = work.session.scalar(select(User.id).where(User.login == login))
    if user is None:
        raise NoSuchBatch(what_ja=f"利用者 {login}", what_en=f"account {login}")
    return Work(work.session, work.keys, work.now, user)


def _add(runtime: Runtime, options: argparse.Namespace) -> int:
    most = runtime.settings.max_file_bytes
    arrivals = [receive.take_in(runtime.vault, path.name, receive.read_chunks(path), most) for path in options.files]
    with runtime.writing() as system:
        work = _as(system, options.login)
        batch = batches.open_batch(
            work, channel=options.channel, received_on=options.received_on, basis=options.basis, site=options.site,
            sender=options.sender, declared_pieces=options.pieces, declared_pages=options.pages,
        )  # fmt: skip
        for arrival in arrivals:
            receive.add_file(work, runtime.vault, batch.id, arrival)
        batches.close(work, batch.id)
        told = _batch(work, batch)
    _print(told)
    return 0


def _watch(runtime: Runtime, options: argparse.Namespace) -> int:
    stopped: list[int] = []
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda got, _: stopped.append(got))
    watcher = Watcher(runtime, options.folder, options.received_on, options.settle)
    watch(watcher, lambda: bool(stopped), lambda line: print(line, file=sys.stderr, flush=True))
    return 0


def _acknowledge(runtime: Runtime, options: argparse.Namespace) -> int:
    with runtime.reading() as work:
        options.out.write_bytes(acknowledgement_pdf(work, _find(work, options.number).id))
    return 0


def _change(runtime: Runtime, work: Work, options: argparse.Namespace) -> None:
    if options.command == "accept":
        batches.accept_counts(work, _find(work, options.number).id, options.reason)
    else:
        runtime.ledger.retry(work, options.job)


def _look(work: Work, options: argparse.Namespace) -> Any:
    if options.command == "list":
        return [_batch(work, batch) for batch in work.session.scalars(select(Batch).order_by(Batch.number))]
    if options.command == "jobs":
        poisoned = work.session.scalars(select(Job).where(Job.state == "poison").order_by(Job.created_at))
        return [{"id": j.id, "stage": j.stage, "subject": j.subject_id, "error": j.error} for j in poisoned]
    batch = _find(work, options.number)
    if options.command == "custody":
        return [
            {"at": e.at.isoformat(), "event": e.event, "box": e.box, "shelf": e.shelf, "holder": e.holder}
            for e in custody.history(work, batch.id)
        ]
    sheets = [
        {"page": page.number, "position": page.position, "sheet": sheet.number, "state": sheet.state,
         "kind": sheet.kind, "filing": sheet.filing_id, "error": sheet.error}
        for sheet, page in sheets_in_order(work, batch.id)
    ]  # fmt: skip
    return _batch(work, batch) | {"sheets": sheets}


def _batch(work: Work, batch: Batch) -> dict[str, Any]:
    found = count(work, batch.id)
    files = work.session.scalars(select(BatchFile).where(BatchFile.batch_id == batch.id).order_by(BatchFile.seq))
    return {
        "number": batch.number, "state": batch.state, "channel": batch.channel,
        "received_on": batch.received_on.isoformat(), "basis": batch.received_basis,
        "declared": {"pieces": batch.declared_pieces, "pages": batch.declared_pages},
        "found": {"pieces": found.pieces, "pages": found.pages},
        "files": [
            {"seq": f.seq, "name": f.name, "type": f.media_type, "state": f.state, "pages": f.pages,
             "rescan_of": f.rescan_of, "error": f.error}
            for f in files
        ],
    }  # fmt: skip


def _find(work: Work, number: str) -> Batch:
    batch = work.session.scalar(select(Batch).where(Batch.number == number))
    if batch is None:
        raise NoSuchBatch(what_ja=f"束 {number}", what_en=f"batch {number}")
    return batch


def _print(told: Any) -> None:
    print(json.dumps(told, ensure_ascii=False, indent=1))
