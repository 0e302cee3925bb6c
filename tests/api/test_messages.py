"""What is said when something is refused: one class a code, and a whole sentence in each language."""

from __future__ import annotations

import ast
import importlib
import re
from collections import Counter
from functools import cache
from pathlib import Path

import pytest

from storage.errors import TodokeError

ROOT = Path(__file__).parents[2]
ROOMS = ("api", "intake", "approval", "validators", "ocr", "forms", "storage")
# Terms that a Japanese office writes in Latin letters, too.
TERMS = {
    "API", "Backspace", "Content", "Ctrl", "ETag", "Enter", "Esc", "HTTP", "ID", "Idempotency", "If", "JPEG", "JSON",
    "KIND", "Key", "LZW", "Match", "NAME", "PDF", "PNG", "QR", "RabbitMQ", "Redis", "TIFF", "Type", "URL", "Valkey",
    "XFA", "YAML", "application", "dpi", "json", "make", "mm", "run",
}  # fmt: skip
# Names of the API, of forms and of settings: the same in both languages.
NAMES = {"DD", "MM", "YYYY", "cursor", "entries", "kind", "path", "received", "on", "task", "token", "Todoke", "YYMMDD"}
CODES = {"state", "stage", "file", "path"}  # put into words by the error itself, or a name
_JAPANESE = re.compile(r"[ぁ-んァ-ヶ一-龠]")
_QUOTED = re.compile(
    r"`[^`]*`|todoke(?: -{0,2}[a-z-]+)+|todoke\.[a-z]+/[0-9]|「[^」]*」|\{[^}]*\}"
    r"|(?:GET|PUT|POST) /\S*|/api/\S+|TODOKE_\w*\*?|[\w/]+\.md|(?<=make) run"
)
_WORD = re.compile(r"[A-Za-z]{2,}")


def latin(sentence: str) -> set[str]:
    """Latin words of a Japanese sentence that are neither a quoted name nor a term of the office."""
    return set(_WORD.findall(_QUOTED.sub("", sentence))) - TERMS - NAMES


@cache
def trees() -> dict[Path, ast.Module]:
    """Every module of ours, parsed."""
    return {path: ast.parse(path.read_text("utf-8")) for room in ROOMS for path in sorted((ROOT / room).rglob("*.py"))}


@cache
def names_of_errors() -> frozenset[str]:
    """The names of TodokeError and of all that is made from it."""
    known, before = {"TodokeError"}, 0
    bases = [
        (node.name, {base.id for base in node.bases if isinstance(base, ast.Name)})
        for tree in trees().values()
        for node in ast.walk(tree)
        if isinstance(node, ast.ClassDef)
    ]
    while before != len(known):
        before = len(known)
        known |= {name for name, above in bases if above & known}
    return frozenset(known)


@cache
def errors() -> tuple[type[TodokeError], ...]:
    """Every error class, wherever it is defined."""
    found: dict[str, type[TodokeError]] = {}
    for path, tree in trees().items():
        if any(isinstance(n, ast.ClassDef) and n.name in names_of_errors() for n in ast.walk(tree)):
            module = importlib.import_module(".".join(path.relative_to(ROOT).with_suffix("").parts))
            for thing in vars(module).values():
                if isinstance(thing, type) and issubclass(thing, TodokeError):
                    found[f"{thing.__module__}.{thing.__qualname__}"] = thing
    return tuple(found.values())


def test_one_class_has_one_code() -> None:
    assert len(errors()) > 80
    assert {code: n for code, n in Counter(error.code for error in errors()).items() if n > 1} == {}


@pytest.mark.parametrize("error", errors(), ids=lambda error: error.code)
def test_both_languages_say_it(error: type[TodokeError]) -> None:
    for ja, en in ((error.ja, error.en), (error.remedy_ja, error.remedy_en)):
        assert _JAPANESE.search(ja) and not _JAPANESE.search(en) and en.strip()
        assert latin(ja) == set()
        fills = [{re.sub("_(ja|en)$", "", name) for name in re.findall(r"\{(\w+)", said)} for said in (ja, en)]
        assert fills[0] == fills[1]


def test_words_given_to_an_error_are_given_in_both_languages() -> None:
    wrong = []
    for path, tree in trees().items():
        for node in ast.walk(tree):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in names_of_errors():
                wrong += [f"{path.relative_to(ROOT)}:{node.lineno}: {fault}" for fault in faults(node)]
    assert "\n".join(wrong) == ""


def faults(call: ast.Call) -> list[str]:
    """What is wrong with the words that a call gives an error."""
    given = {keyword.arg: keyword.value for keyword in call.keywords if keyword.arg}
    found = []
    for name, value in given.items():
        stem, _, language = name.rpartition("_")
        if stem and language in {"ja", "en"}:
            other = f"{stem}_{'en' if language == 'ja' else 'ja'}"
            if other not in given:
                found.append(f"{name} without {other}")
            words = " ".join(literals(value))
            if language == "ja" and words.strip() and (latin(words) or not _JAPANESE.search(words)):
                found.append(f"{name} is not Japanese: {words}")
        elif name not in CODES and latin(" ".join(literals(value))):
            found.append(f"{name} is English in the Japanese sentence, too")
    return found


def literals(value: ast.expr) -> list[str]:
    """The texts written out in an expression; what is filled in stands as {}."""
    if isinstance(value, ast.Constant):
        return [value.value] if isinstance(value.value, str) else []
    if isinstance(value, ast.JoinedStr):
        return ["".join(str(part.value) if isinstance(part, ast.Constant) else "{}" for part in value.values)]
    if isinstance(value, ast.BinOp):
        return literals(value.left) + literals(value.right)
    if isinstance(value, ast.BoolOp):
        return [text for part in value.values for text in literals(part)]
    return []


def test_no_text_of_the_pages_stands_twice() -> None:
    for path in (ROOT / "api" / "catalogue").glob("*.yaml"):
        keys = Counter(line.partition(":")[0] for line in path.read_text("utf-8").splitlines() if line.strip())
        assert {key: n for key, n in keys.items() if n > 1} == {}, path.name
