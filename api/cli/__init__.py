"""The `todoke` command: one module a command group; each is imported only when it is asked for."""

from api.cli.main import main

__all__ = ["main"]
