"""The master key file: 0600, outside the data directory, made once."""

from __future__ import annotations

import base64
import binascii
import os
import stat
from pathlib import Path
from typing import ClassVar

from storage import crypto
from storage.durable import write_once
from storage.errors import TodokeError
from storage.faults import of_system

_HEAD = "todoke-master-key-1"


class NoMaster(TodokeError):
    """There is no key file where the settings say."""

    code: ClassVar[str] = "no_master_key"
    status: ClassVar[int] = 500
    ja = "鍵ファイル {path} がありません。"
    en = "There is no key file at {path}."
    remedy_ja = "新しい設置なら `todoke db key` で作成し、そうでなければ保管してある鍵ファイルを戻してください。"
    remedy_en = "Make one with `todoke db key` for a new installation, otherwise put the kept key file back."


class BadMaster(TodokeError):
    """The key file cannot be used as it is."""

    code: ClassVar[str] = "bad_master_key"
    status: ClassVar[int] = 500
    ja = "鍵ファイル {path} を使えません({why})。"
    en = "The key file {path} cannot be used ({why})."
    remedy_ja = "所有者だけが読める(0600)、データディレクトリの外の、壊れていないファイルにしてください。"
    remedy_en = "It must be an intact file, readable by its owner alone (0600), outside the data directory."


def create_master(path: Path, *, data_dir: Path | None = None) -> bytes:
    """Write a new master key to `path` (0600; a new folder 0700). Raises BadMaster if something is there."""
    _refuse_inside(path, data_dir)
    key = crypto.new_secret()
    text = f"{_HEAD} {base64.b64encode(key).decode()}\n"
    try:
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        write_once(path, [text.encode()])
    except FileExistsError:
        raise BadMaster(
            path=path, why_ja="すでにある。鍵は上書きしない", why_en="it exists; a key is never overwritten"
        ) from None
    except OSError as error:
        raise BadMaster(path=path, **of_system(error)) from error
    return key


def load_master(path: Path, *, data_dir: Path | None = None) -> bytes:
    """The 32 bytes of the master key. Raises NoMaster, or BadMaster if others may read it or it is not intact."""
    _refuse_inside(path, data_dir)
    try:
        handle = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    except FileNotFoundError:
        raise NoMaster(path=path) from None
    except OSError as error:
        raise BadMaster(path=path, **of_system(error)) from error
    with os.fdopen(handle, "rb") as file:
        # of the opened file, not of the name: nobody can swap it in between
        mode = os.fstat(file.fileno()).st_mode
        if stat.S_IMODE(mode) & 0o077:
            raise BadMaster(
                path=path,
                why_ja=f"許可{stat.S_IMODE(mode):04o}では他の人も読める",
                why_en=f"mode {stat.S_IMODE(mode):04o} lets others read it",
            )
        words = file.read(4096).split()
    if len(words) != 2 or words[0] != _HEAD.encode():
        raise BadMaster(path=path, why_ja="Todokeの鍵ではない", why_en="not a Todoke key")
    try:
        key = base64.b64decode(words[1], validate=True)
    except binascii.Error:
        key = b""
    if len(key) != crypto.KEY_BYTES:
        raise BadMaster(path=path, why_ja="壊れている", why_en="damaged")
    return key


def _refuse_inside(path: Path, data_dir: Path | None) -> None:
    if data_dir is not None and path.resolve().is_relative_to(data_dir.resolve()):
        raise BadMaster(
            path=path,
            why_ja="データのフォルダーにあり、データの写しに鍵が付いてしまう",
            why_en="it lies in the data directory; a copy of the data would carry its key",
        )
