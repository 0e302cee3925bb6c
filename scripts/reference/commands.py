"""commands.md: the `todoke` command, read off its own parsers."""

from __future__ import annotations

import argparse
import importlib
import importlib.util
from collections.abc import Iterator
from unittest.mock import patch

from api.cli.main import COMMANDS
from scripts.reference.markdown import table

HEAD = """# Commands

`todoke COMMAND ...` (`.venv/bin/todoke` in a checkout). JSON goes to standard output alone, everything else to standard
error. Settings come from the environment ([settings](settings.md)). An error prints its code, what happened and what to
do ([errors](errors.md)). `todoke COMMAND --help` says the same as this page.

Exit codes that hold everywhere: 0 done; 2 a coded error or a command line that cannot be understood. Others are in the
table.

| command | exit |
|---|---|
| `todoke read` | 3 if any page was refused; the other pages are printed all the same |
| `todoke rules run` | 1 if an E fired |
| `todoke reconcile` | 1 if there is a difference |
| `todoke audit verify` | 1 if the chains or the checkpoints are not sound |
| `todoke doctor` | 1 degraded, 2 not able to work |
| `todoke db check` | 1 if the tables are not those of this release |
| `todoke serve`, `todoke training` | 1 if the web process cannot be started |

`make` prints the targets of a checkout.
"""


class _Caught(Exception):
    """Carries a parser out of the command that made it."""

    def __init__(self, parser: argparse.ArgumentParser) -> None:
        self.parser = parser


def parser_of(command: str) -> argparse.ArgumentParser:
    """The parser of a command, taken where it is first used."""

    def catch(parser: argparse.ArgumentParser, *_: object, **__: object) -> None:
        raise _Caught(parser)

    with patch.object(argparse.ArgumentParser, "parse_args", catch):
        try:
            importlib.import_module(COMMANDS[command]).run([])
        except _Caught as caught:
            return caught.parser
    raise LookupError(f"todoke {command} parses nothing")


def commands() -> list[str]:
    """Those that can be run."""
    return [name for name in COMMANDS if importlib.util.find_spec(COMMANDS[name]) is not None]


def page() -> str:
    """The page."""
    parts = [HEAD]
    for command in commands():
        parser = parser_of(command)
        parts.append(f"## todoke {command}\n\n{_sentence(parser.description or '')}\n")
        parts.extend(_described(parser, f"todoke {command}"))
    return "\n".join(parts)


def _described(parser: argparse.ArgumentParser, name: str) -> Iterator[str]:
    below = [action for action in parser._actions if isinstance(action, argparse._SubParsersAction)]
    rows = [(f"`{_written(action)}`", _says(action)) for action in _shown(parser)]
    if rows:
        yield table(("argument", "meaning"), rows)
    for group in below:
        helps = {choice.dest: choice.help or "" for choice in group._choices_actions}
        for sub, child in group.choices.items():
            yield f"### {name} {sub}\n\n{_sentence(helps.get(sub, ''))}\n"
            yield from _described(child, f"{name} {sub}")


def _shown(parser: argparse.ArgumentParser) -> list[argparse.Action]:
    hidden = (argparse._HelpAction, argparse._SubParsersAction)
    return [a for a in parser._actions if not isinstance(a, hidden) and a.help != argparse.SUPPRESS]


def _written(action: argparse.Action) -> str:
    value = "" if action.nargs == 0 else str(action.metavar or action.dest.upper())
    if action.choices:
        value = ",".join(map(str, action.choices))
    if not action.option_strings:
        return f"{value} ..." if action.nargs in {"*", "+"} else value
    return f"{', '.join(action.option_strings)} {value}".strip()


def _says(action: argparse.Action) -> str:
    words = [action.help or ""]
    if action.required and action.option_strings:
        words.append("(needed)")
    plain = action.default not in (None, argparse.SUPPRESS, False, "", (), [])
    if plain and action.option_strings and "default" not in (action.help or ""):
        words.append(f"(default {action.default})")
    return " ".join(word for word in words if word)


def _sentence(text: str) -> str:
    text = text.strip()
    if text.startswith("`todoke") and ": " in text:  # the module's own sentence begins with its name
        text = text.partition(": ")[2]
    return f"{text[:1].upper()}{text[1:]}".rstrip(".") + ("" if text.endswith("?") else ".") if text else ""
