"""Finds the command group and hands over. JSON goes to stdout alone, everything else to stderr."""

from __future__ import annotations

import importlib
import os
import sys

BROKEN_PIPE = 141  # 128 + SIGPIPE: what a shell reports of a command whose reader has left

# command -> module with `run(arguments: list[str]) -> int`
COMMANDS = {
    "forms": "api.cli.forms",
    "synth": "api.cli.synth",
    "read": "api.cli.read",
    "rules": "api.cli.rules",
    "serve": "api.cli.serve",
    "worker": "api.cli.worker",
    "intake": "api.cli.intake",
    "reconcile": "api.cli.reconcile",
    "audit": "api.cli.audit",
    "db": "api.cli.database",
    "users": "api.cli.users",
    "training": "api.cli.training",
    "calibrate": "api.cli.calibrate",
    "doctor": "api.cli.doctor",
}


def main(arguments: list[str] | None = None) -> int:
    """Run one command; returns the exit status of contracts.md. An error prints code, sentence and next step.

    A reader that has seen enough (`todoke forms geometry KIND | head`) ends the command without a word: 141.
    """
    try:
        try:
            return _run(arguments)
        finally:
            sys.stdout.flush()  # here, where a reader that has left can still be met
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # the interpreter flushes once more at its end
        return BROKEN_PIPE


def _run(arguments: list[str] | None) -> int:
    arguments = sys.argv[1:] if arguments is None else arguments
    if not arguments or arguments[0] in {"-h", "--help", "help"}:
        print("usage: todoke COMMAND ...\ncommands: " + ", ".join(COMMANDS), file=sys.stderr)
        return 0 if arguments else 2
    name = COMMANDS.get(arguments[0])
    if name is None:
        print(f"todoke: no command '{arguments[0]}'; one of: {', '.join(COMMANDS)}", file=sys.stderr)
        return 2
    from storage.errors import TodokeError

    try:
        status: int = importlib.import_module(name).run(arguments[1:])
    except TodokeError as error:
        print(f"todoke: [{error.code}] {error.message['en']} {error.remedy['en']}", file=sys.stderr)
        print(f"        {error.message['ja']}{error.remedy['ja']}", file=sys.stderr)
        return 2
    return status


if __name__ == "__main__":
    sys.exit(main())
