"""Checks of the installation: key file, database, keys, checkpoints, the ledger and its workers."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from sqlalchemy import func, make_url, select
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from api.doctor.finding import Finding, of_error, well
from storage import migrate
from storage.anchors import Anchors, BadAnchor, heads
from storage.errors import TodokeError
from storage.keys import Keyring
from storage.master import load_master
from storage.session import Database
from storage.settings import Settings
from storage.tables import AuditEntry, Installation, Job

_PATIENCE = timedelta(minutes=5)  # how long a job may be ready while nobody works


@dataclass(frozen=True, slots=True)
class Opened:
    """What the further checks look into."""

    session: Session
    keys: Keyring
    settings: Settings
    now: datetime


def key_file(settings: Settings) -> tuple[Finding, Keyring | None]:
    """The master key: there, intact, for its owner alone, outside the data."""
    try:
        keys = Keyring(load_master(settings.key_file, data_dir=settings.data_dir))
    except TodokeError as error:
        return of_error("key_file", error), None
    return well("key_file", "鍵ファイルは所有者だけが読めます。", "The key file is for its owner alone."), keys


def database(settings: Settings) -> Finding:
    """It answers, and its tables are those of this release. Nothing is made where nothing is."""
    url = make_url(settings.database_url)
    if url.get_backend_name() == "sqlite" and url.database and not Path(url.database).exists():
        return Finding(
            "database", "unable", "データベースがまだありません。", "There is no database yet.",
            "`todoke db upgrade` を実行してください。", "Run `todoke db upgrade`.",
        )  # fmt: skip
    try:
        migrate.require_current(settings.database_url)
    except TodokeError as error:
        return of_error("database", error)
    except SQLAlchemyError as error:
        return Finding(
            "database", "unable", f"データベースに接続できません({type(error).__name__})。",
            f"The database cannot be reached ({type(error).__name__}).",
            "データベースが動いているか、TODOKE_DATABASE_URL が正しいかを確かめてください。",
            "See that it runs and that TODOKE_DATABASE_URL is right.",
        )  # fmt: skip
    kind = url.get_backend_name()
    return well(
        "database", f"データベース({kind})の表はこの版のものです。", f"The tables ({kind}) are those of this release."
    )


def inside(settings: Settings, keys: Keyring, now: datetime) -> Iterator[Finding]:
    """What stands in the database."""
    from api.doctor.trust import acceptance  # it looks into what is opened here

    opened = Database(settings.database_url)
    try:
        with opened.reading() as session:
            here = Opened(session, keys, settings, now)
            yield installation(here)
            yield anchors(here)
            yield poison(here)
            yield workers(here)
            yield acceptance(here)
    finally:
        opened.close()


def last_entry(settings: Settings) -> datetime | None:
    """When the newest audit entry was written."""
    opened = Database(settings.database_url)
    try:
        with opened.reading() as session:
            return session.scalar(select(func.max(AuditEntry.at)))
    finally:
        opened.close()


def installation(here: Opened) -> Finding:
    """The store is of the kind that the settings say, and the key file is its own."""
    row = here.session.get(Installation, 1)
    if row is None:
        return well("installation", "まだ一度も開かれていません。", "It has not been opened yet.")
    if row.training != here.settings.training:
        return Finding(
            "installation", "unable", "研修用と本番用のデータが取り違えられています。",
            "Training and real data are mixed up.",
            "TODOKE_TRAINING とデータの場所の組み合わせを確かめてください。",
            "Check TODOKE_TRAINING together with where the data lie.",
        )  # fmt: skip
    try:
        here.keys.token(here.session, "doctor", "probe")
    except TodokeError as error:
        return of_error("installation", error)
    kind = ("研修用", "training") if row.training else ("本番用", "production")
    return well(
        "installation", f"{kind[0]}の設置で、鍵が合っています。", f"A {kind[1]} installation, and its key fits."
    )


def anchors(here: Opened) -> Finding:
    """Signed checkpoints: trusted, and none that is long due."""
    settings = here.settings
    kept = Anchors(settings.anchors_path, here.keys, entries=settings.anchor_entries, seconds=settings.anchor_seconds)
    try:
        last = kept.last()
    except BadAnchor as error:
        return of_error("anchors", error, "degraded")
    written = sum(seq for seq, _ in heads(here.session)) - (last.entries if last else 0)
    age = (here.now - datetime.fromisoformat(last.at)).total_seconds() if last else None
    late = written > 0 and (age is None or age > 2 * settings.anchor_seconds or written > 2 * settings.anchor_entries)
    ja, en = (
        f"署名付き記録のあとの監査記録は{written}件です。",
        f"{written} audit entries since the last signed checkpoint.",
    )
    if not late:
        return well("anchors", ja, en)
    return Finding(
        "anchors", "degraded", ja, en,
        "`todoke serve` が動いているか確かめ、`todoke audit anchor` を実行してください。",
        "See that `todoke serve` runs, and run `todoke audit anchor`.",
    )  # fmt: skip


def poison(here: Opened) -> Finding:
    """Jobs that were set aside after their last attempt."""
    rows = here.session.execute(select(Job.stage, func.count()).where(Job.state == "poison").group_by(Job.stage)).all()
    if not rows:
        return well("poison", "取り置かれた処理はありません。", "No job was set aside.")
    listed = ", ".join(f"{stage} {count}" for stage, count in sorted((stage, count) for stage, count in rows))
    return Finding(
        "poison", "degraded", f"取り置かれた処理があります({listed})。", f"Jobs were set aside ({listed}).",
        "受付の画面で対象を確かめ、読み直すか、送り直してもらってください。",
        "Look at them on the intake pages; read them again, or have them sent again.",
    )  # fmt: skip


def workers(here: Opened) -> Finding:
    """Somebody works: leases are kept, and nothing that is ready waits for long."""
    now = here.now
    held = here.session.scalar(select(func.count()).where(Job.state == "leased", Job.lease_until >= now)) or 0
    lost = here.session.scalar(select(func.count()).where(Job.state == "leased", Job.lease_until < now)) or 0
    ready = (Job.state == "ready") & (Job.not_before.is_(None) | (Job.not_before <= now))
    oldest = here.session.scalar(select(func.min(Job.created_at)).where(ready))
    waits = now - oldest if oldest else timedelta()
    done = here.session.scalar(select(func.max(Job.done_at)).where(Job.state == "done"))
    minutes = int(waits.total_seconds() // 60)
    ja = f"処理中{held}件、いちばん古い待ち{minutes}分。"
    en = f"{held} jobs are being done; the oldest that is ready has waited {minutes} min."
    idle = done is None or now - done > _PATIENCE
    if waits <= _PATIENCE or (held and not idle):
        if not lost:
            return well("workers", ja, en)
        ja, en = f"{ja} 期限の切れた担当が{lost}件あります。", f"{en} {lost} leases ran out."
    return Finding(
        "workers", "degraded", ja, en,
        "`todoke serve` または `todoke worker` が動いているか確かめてください。",
        "See that `todoke serve` or `todoke worker` is running.",
    )  # fmt: skip
