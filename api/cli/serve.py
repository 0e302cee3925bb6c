"""`todoke serve`: the web process and the workers, under one supervisor in the foreground."""

from __future__ import annotations

import argparse
import os
import sys
from importlib.util import find_spec

from api.cli.audit import anchors_of
from api.doctor.variables import tell_unknown
from intake.runtime import Runtime
from intake.supervisor import Child, Supervisor
from intake.worker import die_with_parent
from storage import migrate
from storage.settings import Settings, load_settings


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="todoke serve", description=__doc__)
    parser.add_argument("--port", type=int, help="instead of TODOKE_PORT")
    parser.add_argument("--workers", type=int, help="instead of TODOKE_WORKERS")
    parser.add_argument("--no-web", action="store_true", help="workers only")
    parser.add_argument("--web", action="store_true", help=argparse.SUPPRESS)  # the web process itself
    parser.add_argument("--parent", type=int, default=0, help=argparse.SUPPRESS)
    return parser


def run(arguments: list[str]) -> int:
    """0 when it was stopped; 1 when the web process cannot be started."""
    options = _parser().parse_args(arguments)
    settings = load_settings(**({"port": options.port} if options.port else {}))
    if options.web:
        return _web(settings, options.parent)
    tell_unknown()
    if settings.database_url.startswith("sqlite"):
        migrate.upgrade(settings.database_url)  # the embedded store has no administrator who would
    runtime = Runtime.open(settings, "supervisor")
    children = _children(settings, options)
    return Supervisor(runtime, children, anchors_of(settings, runtime.keys)).run()


def _children(settings: Settings, options: argparse.Namespace) -> list[Child]:
    todoke = [sys.executable, "-c", "import sys; from api.cli.main import main; sys.exit(main())"]
    parent = str(os.getpid())
    workers = settings.workers if options.workers is None else options.workers
    children = [
        Child(f"worker {n}", [*todoke, "worker", "--name", f"w{n}", "--parent", parent]) for n in range(1, workers + 1)
    ]
    if not options.no_web:
        children.append(
            Child("web", [*todoke, "serve", "--web", "--port", str(settings.port), "--parent", parent], vital=True)
        )
    return children


def _web(settings: Settings, parent: int) -> int:
    if parent:
        die_with_parent(parent)
    if find_spec("api.app") is None:
        print("todoke: this installation has no web application", file=sys.stderr)
        return 1
    import uvicorn

    uvicorn.run(
        "api.app:create_app", factory=True, host=settings.host, port=settings.port, log_level="warning",
        access_log=False, server_header=False, timeout_graceful_shutdown=10,
        forwarded_allow_ips=settings.trusted_proxies,
    )  # fmt: skip
    return 0
