"""Checks of the machine: disk, blob store, models, fonts, clock and time zone."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from datetime import datetime
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from api.doctor.finding import Finding, of_error, well
from storage.blobs import BlobStore, open_store
from storage.errors import TodokeError
from storage.settings import Settings
from storage.tables import new_id

GIB = 1024**3
_LOW, _FULL = 5 * GIB, GIB // 4  # free bytes: a day of scans; no room for one large file
_PROBE = b"todoke doctor " + bytes(range(256)) * 16
_LETTERS = "届出受付髙﨑栁濵ヴ令和"  # what a letter must be able to print


def disk(settings: Settings) -> Finding:
    """Free space where the data lie."""
    here = settings.data_dir
    while not here.exists():
        here = here.parent
    free = shutil.disk_usage(here).free
    ja, en = f"空き容量は{free / GIB:.1f} GiBです。", f"{free / GIB:.1f} GiB are free."
    if free >= _LOW:
        return well("disk", ja, en)
    return Finding(
        "disk", "unable" if free < _FULL else "degraded", ja, en,
        "データディレクトリのディスクを空けるか、大きいものへ移してください。",
        "Make room on the disk of the data directory, or move it to a larger one.",
    )  # fmt: skip


def blobs(settings: Settings) -> Iterator[Finding]:
    """A probe is written, read back, compared and removed again; S3: whether objects are locked is reported only."""
    if settings.blob_store == "dir" and not settings.data_dir.is_dir():
        yield Finding(
            "blobs", "unable", f"データディレクトリ {settings.data_dir} がありません。",
            f"There is no data directory {settings.data_dir}.",
            "`todoke db upgrade` を実行するか、TODOKE_DATA_DIR を直してください。",
            "Run `todoke db upgrade`, or correct TODOKE_DATA_DIR.",
        )  # fmt: skip
        return
    try:
        store = open_store(settings)
        same = _probe(store)
    except TodokeError as error:
        yield of_error("blobs", error)
        return
    except OSError as error:
        yield Finding(
            "blobs", "unable", f"データ保管庫に書き込めません({error.strerror})。",
            f"The blob store cannot be written ({error.strerror}).",
            "データディレクトリの所有者と権限を確かめてください。",
            "Check owner and permissions of the data directory.",
        )  # fmt: skip
        return
    if not same:
        yield Finding(
            "blobs", "unable", "データ保管庫が書いたものと違うものを返しました。",
            "The blob store gave back something else than was written.",
            "使用を止め、ディスクまたはS3サーバを調べてください。",
            "Stop using it and examine the disk or the S3 server.",
        )  # fmt: skip
        return
    yield well("blobs", "データ保管庫に書き、読み、照合できました。", "The blob store was written, read and compared.")
    if settings.blob_store == "s3":
        yield _locked(store)


def _probe(store: BlobStore) -> bool:
    name = new_id()
    store.put(name, [_PROBE])
    try:
        return b"".join(store.get(name)) == _PROBE
    finally:
        store.remove(name)


def _locked(store: BlobStore) -> Finding:
    from storage.s3 import S3Store

    locked = isinstance(store, S3Store) and store.object_lock()
    return well(
        "object_lock",
        "S3バケットのオブジェクトロックは" + ("有効です。" if locked else "無効です(必須ではありません)。"),
        "Object lock of the S3 bucket is " + ("on." if locked else "off (it is not required)."),
    )


def models() -> Finding:
    """The weights of the reader: there, and byte for byte those that were tested."""
    from ocr import models

    try:
        for weights in models.ALL:
            models.verify(models.ensure(), weights)
    except TodokeError as error:
        return of_error("models", error)
    except OSError as error:
        return Finding(
            "models", "unable", f"読み取りモデルを用意できません({error.strerror})。",
            f"The models of the reader cannot be put in place ({error.strerror}).",
            "TODOKE_MODELS に書き込める場所を指定してください。", "Point TODOKE_MODELS to a place that can be written.",
        )  # fmt: skip
    named = ", ".join(weights.name for weights in models.ALL)
    return well(
        "models", f"読み取りモデル({named})は正しいものです。", f"The models ({named}) are those that were tested."
    )


def fonts() -> Finding:
    """The print fonts have a glyph for what a letter says."""
    try:
        from forms.sheet.glyphs import unprintable

        missing = unprintable(_LETTERS)
    except (ImportError, OSError) as error:
        missing = type(error).__name__
    if not missing:
        return well("fonts", "印刷用の書体がそろっています。", "The print fonts are complete.")
    return Finding(
        "fonts", "unable", f"印刷用の書体に文字がありません({missing})。", f"The print fonts lack letters ({missing}).",
        "`make setup` で pylopdf-fonts-jp を入れ直してください。", "Install pylopdf-fonts-jp again with `make setup`.",
    )  # fmt: skip


def clock(now: datetime, last: datetime | None) -> Finding:
    """The time zone is known, and the clock is not behind what was already written (`last`: newest audit entry)."""
    try:
        ZoneInfo("Asia/Tokyo")
    except ZoneInfoNotFoundError:
        return Finding(
            "clock", "unable", "時間帯 Asia/Tokyo の情報がありません。", "The time zone Asia/Tokyo is not known.",
            "tzdata を導入してください。", "Install tzdata.",
        )  # fmt: skip
    if last is not None and (behind := (last - now).total_seconds()) > 5:
        return Finding(
            "clock", "degraded", f"時計が、記録済みの時刻より{behind:.0f}秒遅れています。",
            f"The clock is {behind:.0f} s behind what was already written.",
            "NTPで時刻を合わせてください。受付日と期限が狂います。",
            "Set the time by NTP: receipt dates and deadlines depend on it.",
        )  # fmt: skip
    return well("clock", f"時計は{now:%Y-%m-%d %H:%M:%S} UTCです。", f"The clock says {now:%Y-%m-%d %H:%M:%S} UTC.")
