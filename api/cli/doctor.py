"""`todoke doctor`: can this installation work, and is anything about it in a bad way?"""

from __future__ import annotations

import argparse
import json
import shutil
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from datetime import timedelta
from itertools import islice
from typing import Literal

from sqlalchemy import func, select

from api.cli.audit import anchors_of
from intake.runtime import Runtime
from storage.errors import TodokeError
from storage.settings import load_settings
from storage.tables import Job

State = Literal["well", "degraded", "broken"]
EXIT: dict[State, int] = {"well": 0, "degraded": 1, "broken": 2}
_GIB = 1024**3
_LITTLE, _NONE = 5 * _GIB, _GIB // 4  # bytes free in the data directory
_LATE = timedelta(minutes=10)


@dataclass(frozen=True, slots=True)
class Check:
    """One thing that was looked at. `message` says what was found, in both languages."""

    name: str
    state: State
    message: dict[str, str]


def _check(name: str, state: State, ja: str, en: str) -> Check:
    return Check(name, state, {"ja": ja, "en": en})


def run(arguments: list[str]) -> int:
    """0 well, 1 degraded, 2 not able to work."""
    parser = argparse.ArgumentParser(prog="todoke doctor", description=__doc__)
    parser.add_argument("--json", action="store_true", help="the findings as JSON on standard output")
    options = parser.parse_args(arguments)
    checks = list(examine())
    state = max((check.state for check in checks), key=lambda found: EXIT[found])
    if options.json:
        told = {"schema": "todoke.doctor/1", "state": state, "checks": [asdict(check) for check in checks]}
        print(json.dumps(told, ensure_ascii=False, indent=1))
    else:
        for check in checks:
            print(f"{check.state:<9} {check.name:<8} {check.message['en']} / {check.message['ja']}")
    return EXIT[state]


def examine() -> Iterator[Check]:
    """Every check; those that need what is broken are left out."""
    try:
        runtime = Runtime.open(load_settings(), "doctor")
    except TodokeError as error:
        yield _told("start", "broken", error)
        return
    except Exception as error:  # a server that is not there says so in its driver's words
        why = f"{type(error).__name__}: {str(error).splitlines()[0] if str(error) else ''}"
        yield _check("start", "broken", f"起動できません: {why}", f"It cannot start: {why}")
        return
    yield _check(
        "start", "well", "設定・鍵・表・保管庫は合っています。", "Settings, key, tables and store fit together."
    )
    try:
        for name, look in CHECKS.items():
            try:
                yield look(runtime)
            except TodokeError as error:
                yield _told(name, "broken" if name == "store" else "degraded", error)
    finally:
        runtime.database.close()


def _told(name: str, state: State, error: TodokeError) -> Check:
    ja, en = error.message["ja"] + error.remedy["ja"], f"[{error.code}] {error.message['en']} {error.remedy['en']}"
    return _check(name, state, ja, en)


def store(runtime: Runtime) -> Check:
    """The blob store answers."""
    list(islice(runtime.vault.store.names(), 1))
    return _check("store", "well", "保管庫は応答しています。", "The blob store answers.")


def disk(runtime: Runtime) -> Check:
    """There is room where work is done."""
    place = runtime.settings.data_dir
    while not place.exists():  # a worker on another store makes it with its first file
        place = place.parent
    free = shutil.disk_usage(place).free
    state: State = "broken" if free < _NONE else "degraded" if free < _LITTLE else "well"
    shown = f"{free / _GIB:.1f} GiB"
    return _check("disk", state, f"データ領域の空きは{shown}です。", f"{shown} free in the data directory.")


def reader(_runtime: Runtime) -> Check:
    """The text engine's weights are there and are those that were recorded."""
    from ocr import models

    models.verify(models.default_dir())
    return _check("reader", "well", "文字認識のモデルは揃っています。", "The text engine's weights are as recorded.")


def checkpoints(runtime: Runtime) -> Check:
    """The newest audit checkpoint can be read and was signed here."""
    last = anchors_of(runtime.settings, runtime.keys).last()
    if last is None:
        return _check("audit", "well", "署名付き記録はまだありません。", "No audit checkpoint yet.")
    ja, en = (
        f"最新の署名付き記録は第{last.number}号({last.at})です。",
        f"Newest checkpoint: {last.number} of {last.at}.",
    )
    return _check("audit", "well", ja, en)


def jobs(runtime: Runtime) -> Check:
    """Somebody does the work, and none of it was set aside."""
    now = runtime.clock()
    with runtime.reading() as work:
        count = select(func.count()).select_from(Job)
        aside = work.session.scalar(count.where(Job.state == "poison")) or 0
        due = (Job.not_before.is_(None)) | (Job.not_before <= now)
        waiting = work.session.scalar(count.where(Job.state == "ready", due, Job.created_at < now - _LATE)) or 0
        lost = work.session.scalar(count.where(Job.state == "leased", Job.lease_until < now - _LATE)) or 0
    state: State = "degraded" if aside or waiting or lost else "well"
    return _check(
        "jobs", state,
        f"脇に置いた仕事{aside}件、10分以上待つ仕事{waiting}件、持ち主を失った仕事{lost}件。",
        f"{aside} set aside (`todoke intake jobs`), {waiting} ready for over 10 minutes, {lost} whose worker is gone.",
    )  # fmt: skip


CHECKS: dict[str, Callable[[Runtime], Check]] = {
    "store": store, "disk": disk, "reader": reader, "audit": checkpoints, "jobs": jobs,
}  # fmt: skip
