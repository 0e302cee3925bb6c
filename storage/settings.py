"""Everything an operator may set, from the environment (`TODOKE_*`), with its unit in its name."""

from __future__ import annotations

from collections.abc import Mapping
from difflib import get_close_matches
from pathlib import Path
from typing import ClassVar, Literal

from pydantic import Field, SecretStr, ValidationError, field_validator, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict
from sqlalchemy.engine import make_url

from storage import faults
from storage.errors import TodokeError

MIB = 1024 * 1024
# read elsewhere: ocr/models.py, ocr/default.py, docker-compose.yml
_SECOND = ("TODOKE_SECOND_ENGINE", "TODOKE_SECOND_BELOW", "TODOKE_SECOND_SAMPLE")
_OTHERS = frozenset({"TODOKE_MODELS", "TODOKE_ENGINE", *_SECOND, "TODOKE_UID"})
# What attackers try first, and what example files carry; none of them is a secret.
NO_SECRET = {"", "admin", "any", "changeme", "default", "key", "minioadmin", "minio", "password", "postgres", "secret",
             "test", "todoke"}  # fmt: skip


class BadSettings(TodokeError):
    """A setting is missing, contradicts another one, or is a secret that everybody knows."""

    code: ClassVar[str] = "bad_settings"
    status: ClassVar[int] = 500
    ja = "設定が正しくありません({why})。"
    en = "The settings are not usable ({why})."
    remedy_ja = "環境変数 TODOKE_* を docs/reference/settings.md に従って直してください。"
    remedy_en = "Correct the TODOKE_* environment variables as docs/reference/settings.md says."


class Settings(BaseSettings):
    """The settings of one installation. Sizes in bytes, times in seconds, pictures in pixels.

    `load_settings()` turns a bad value into BadSettings; the constructor raises pydantic's ValidationError.
    """

    model_config = SettingsConfigDict(env_prefix="TODOKE_", extra="forbid")

    # places
    data_dir: Path = Path("var")  # database, blobs and checkpoints of a one-machine installation
    key_file: Path = Path("~/.config/todoke/master.key")  # the master key: 0600, never inside data_dir
    anchors_dir: Path | None = None  # signed audit checkpoints; give them another disk or a write-once share
    forms_dir: Path | None = None  # a further folder of form definitions, KIND/VERSION.yaml (forms/catalogue.py)
    database_url: str = ""  # sqlite:///PATH (local disk) or postgresql://USER@HOST/NAME; empty: SQLite in data_dir
    database_password_file: Path | None = None  # file with the password of database_url
    blob_store: Literal["dir", "s3"] = "dir"  # dir: data_dir/blobs; s3: the bucket below
    s3_endpoint: str = ""  # host:port
    s3_bucket: str = ""  # exists already; its server must honour If-None-Match: *
    s3_region: str = "us-east-1"  # part of the signature; any word the server accepts
    s3_secure: bool = True  # false: plain HTTP
    s3_access_key: SecretStr = SecretStr("")  # empty and well-known ones are refused
    s3_secret_key: SecretStr = SecretStr("")  # empty and well-known ones are refused
    s3_access_key_file: Path | None = None  # a file with it; goes before the setting above
    s3_secret_key_file: Path | None = None  # a file with it
    broker_url: str = ""  # redis:// or amqp:// for a cluster; empty: workers poll the ledger, no broker

    # what this installation is
    training: bool = False  # never shares a store with real data, either way round
    name: str = "Todoke"  # who issues the letters; kept from the first start on
    host: str = "127.0.0.1"  # where `todoke serve` listens
    port: int = Field(default=8000, ge=1, le=65535)  # where `todoke serve` listens
    secure_cookies: bool = False  # set where HTTPS ends in front of the application
    trusted_proxies: str = "127.0.0.1"  # addresses, comma-separated, whose X-Forwarded-For and -Proto are believed

    # limits of what is taken in (contracts.md)
    max_file_bytes: int = Field(default=200_000_000, gt=0)  # of one file
    max_pages: int = Field(default=1000, gt=0)  # of one file; more: none is decoded
    max_page_pixels: int = Field(default=200_000_000, gt=0)  # of one page, after reduced decoding
    max_dpi: int = Field(default=1200, gt=0)  # above it a page is reduced
    decode_memory_bytes: int = Field(default=2048 * MIB, gt=0)  # RLIMIT_AS of a throw-away decoder

    # work
    lease_seconds: int = Field(default=60, gt=0)  # a job's lease; renewed every third of it
    max_attempts: int = Field(default=5, gt=0)  # of a job, before it is set aside with its evidence
    workers: int = Field(default=1, ge=0)  # worker processes of `todoke serve`
    reader: str = "ocr.default:make_reader"  # import path of the SheetReader factory

    # acceptance without a person (docs/explanation/trust.md)
    target_error: float = Field(default=0.0014, gt=0, lt=0.5)  # share of accepted values that may be wrong
    inspection_share: float = Field(default=0.05, gt=0, le=1)  # of accepted fields that are keyed all the same

    idempotency_days: int = Field(default=30, gt=0)  # days for which a used Idempotency-Key is remembered

    # audit
    anchor_entries: int = Field(default=1000, gt=0)  # a checkpoint after so many entries, if not before
    anchor_seconds: int = Field(default=600, gt=0)  # a checkpoint after so many seconds, if not before

    @field_validator("data_dir", "key_file", "anchors_dir")
    @classmethod
    def _whole_path(cls, path: Path | None) -> Path | None:
        return None if path is None else path.expanduser().absolute()

    @field_validator("trusted_proxies")
    @classmethod
    def _named_proxies(cls, proxies: str) -> str:
        """Who believes everybody lets everybody choose his address: its pause would be for nothing."""
        if "*" in proxies:
            raise faults.Fault("TODOKE_TRUSTED_PROXIESには個々のアドレスを書く", "it names each proxy, never '*'")
        return proxies

    @model_validator(mode="after")
    def _complete(self) -> Settings:
        if not self.database_url:
            self.database_url = f"sqlite:///{self.data_dir / 'todoke.sqlite'}"
        self.database_url = _with_password(self.database_url, self.database_password_file)
        self.s3_access_key = _secret(self.s3_access_key, self.s3_access_key_file)
        self.s3_secret_key = _secret(self.s3_secret_key, self.s3_secret_key_file)
        if self.blob_store == "s3":
            self._check_s3()
        if self.key_file.resolve().is_relative_to(self.data_dir.resolve()):
            raise faults.Fault(
                "TODOKE_KEY_FILEがTODOKE_DATA_DIRの中にあり、データの写しに鍵が付いてしまう",
                "TODOKE_KEY_FILE lies inside TODOKE_DATA_DIR: a copy of the data would carry its key",
            )
        return self

    def _check_s3(self) -> None:
        missing = [name for name in ("s3_endpoint", "s3_bucket") if not getattr(self, name)]
        if missing:
            names = ", ".join(missing)
            raise faults.Fault(f"blob_store=s3に必要な設定がない: {names}", f"blob_store=s3 needs {names}")
        for name in ("s3_access_key", "s3_secret_key"):
            _refuse_known(name, getattr(self, name).get_secret_value())

    @property
    def blobs_dir(self) -> Path:
        """Where the directory blob store keeps its objects."""
        return self.data_dir / "blobs"

    @property
    def anchors_path(self) -> Path:
        """Where signed audit checkpoints go: outside the database always, on another disk if the operator says so."""
        return self.anchors_dir or self.data_dir / "anchors"


def load_settings(**given: object) -> Settings:
    """The settings of the environment, `given` first. Raises BadSettings, with every fault named."""
    try:
        return Settings(**given)  # type: ignore[arg-type]  # pydantic checks what the environment and callers give
    except ValidationError as error:
        raise BadSettings(**faults.told(error.errors(), most=error.error_count())) from None


def unknown_variables(environment: Mapping[str, str]) -> list[tuple[str, str | None]]:
    """Variables that look like settings and are none, each with the setting that it may be meant for."""
    known = {f"TODOKE_{name.upper()}" for name in Settings.model_fields} | _OTHERS
    unknown = sorted(n for n in environment if n.upper().startswith("TODOKE_") and n.upper() not in known)
    near = [next(iter(get_close_matches(name.upper(), sorted(known), 1)), None) for name in unknown]
    return list(zip(unknown, near, strict=True))


def _secret(given: SecretStr, file: Path | None) -> SecretStr:
    return given if file is None else SecretStr(file.read_text(encoding="utf-8").strip())


def _refuse_known(name: str, value: str) -> None:
    if value.lower() in NO_SECRET:
        raise faults.Fault(f"{name}が空か、広く知られた初期値である", f"{name} is empty or a well-known default")


def _with_password(url: str, file: Path | None) -> str:
    """The URL with psycopg 3 as driver and the password of `file`; a well-known password is refused."""
    parsed = make_url(url)
    if parsed.get_backend_name() != "postgresql":
        return url
    parsed = parsed.set(drivername="postgresql+psycopg")
    if file is not None:
        parsed = parsed.set(password=file.read_text(encoding="utf-8").strip())
    if parsed.password is not None:  # none at all: a peer or certificate log-in
        _refuse_known("database_password", str(parsed.password))
    return parsed.render_as_string(hide_password=False)
