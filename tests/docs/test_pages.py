"""No dead link, no command that does not exist, no path of somebody's machine."""

from __future__ import annotations

import argparse
import re
from urllib.parse import unquote

import pytest

from scripts.reference.commands import commands as existing
from scripts.reference.commands import parser_of
from tests.docs.pages import ROOT, anchors, commands, documents, links, mentions, name_of, shell

PAGES = documents()
# A document may name places of any Linux (/etc, /srv, /var/lib), never somebody's.
_MACHINE = re.compile(r"(?<![\w.])/(?:root|home|work|tmp|Users)/")


def text_of(path):
    return path.read_text(encoding="utf-8")


@pytest.mark.parametrize("path", PAGES, ids=name_of)
def test_links_lead_somewhere(path):
    for target in links(text_of(path)):
        if re.match(r"https?://|mailto:", target):
            continue
        place, _, fragment = unquote(target).partition("#")
        there = (path.parent / place).resolve() if place else path
        assert there.is_relative_to(ROOT) and there.exists(), f"{target} is not there"
        if fragment:
            assert fragment in anchors(text_of(there)), f"{target}: no such heading"


def test_a_dead_link_would_be_seen():
    text = "# One `two`\n[a](b.md) ![c](d.png#one-two)\n```\n[no](link.md)\n```\n"
    assert links(text) == ["b.md", "d.png#one-two"]
    assert anchors(text) == {"one-two"}


def test_every_page_is_reached_from_the_readme():
    seen, waiting = set(), [ROOT / "README.md"]
    while waiting:
        path = waiting.pop()
        if path in seen or path.suffix != ".md":
            continue
        seen.add(path)
        targets = (target.partition("#")[0] for target in links(text_of(path)) if not target.startswith("http"))
        waiting += [(path.parent / target).resolve() for target in targets if target]
    assert [name_of(path) for path in PAGES if path not in seen] == []


@pytest.fixture(scope="module")
def parsers():
    return {name: parser_of(name) for name in existing()}


@pytest.mark.parametrize("path", PAGES, ids=name_of)
def test_commands_parse(path, parsers, capsys):
    for words in commands(text_of(path)):
        _parse(parsers, words, capsys)


def _parse(parsers, words, capsys):
    assert words and words[0] in parsers, f"there is no `todoke {' '.join(words)}`"
    try:
        parsers[words[0]].parse_args(words[1:])
    except SystemExit:
        pytest.fail(f"todoke {' '.join(words)}: {capsys.readouterr().err.splitlines()[-1]}")


@pytest.mark.parametrize("path", PAGES, ids=name_of)
def test_commands_that_are_mentioned_exist(path, parsers):
    for words in mentions(text_of(path)):
        _known(parsers, words)


def _known(parsers, words):
    """Command, sub-command and options exist; placeholders in capitals stand for values."""
    assert words[0] in parsers, f"there is no `todoke {words[0]}`"
    parser = parsers[words[0]]
    below = next((a.choices for a in parser._actions if isinstance(a, argparse._SubParsersAction)), None)
    if below is not None and len(words) > 1:
        assert words[1] in below, f"there is no `todoke {' '.join(words[:2])}`"
        parser = below[words[1]]
    for option in (word for word in words if word.startswith("--")):
        assert option in parser._option_string_actions, f"todoke {' '.join(words)}"


def test_a_wrong_command_would_be_seen(parsers, capsys):
    text = "```sh\n.venv/bin/todoke worker --reaper\n```\nor `todoke db downgrade`"
    assert list(commands(text)) == [["worker", "--reaper"]]
    with pytest.raises(pytest.fail.Exception, match="--reaper"):
        _parse(parsers, ["worker", "--reaper"], capsys)
    with pytest.raises(AssertionError, match="db downgrade"):
        _known(parsers, *mentions(text))


@pytest.mark.parametrize("path", PAGES, ids=name_of)
def test_make_targets_and_scripts_exist(path):
    targets = set(re.findall(r"^([a-z-]+):.*##", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))
    for line in shell(text_of(path)):
        if found := re.match(r"make +([a-z-]+)", line):
            assert found[1] in targets, line
        for script in re.findall(r"\bscripts/\S+", line):
            assert (ROOT / script).exists(), line
        if found := re.match(r"python -m (benchmarks|scripts)\.(\w+)", line):
            assert list((ROOT / found[1]).glob(f"{found[2]}*")), line


@pytest.mark.parametrize("path", PAGES, ids=name_of)
def test_no_machine_path(path):
    assert _MACHINE.findall(text_of(path)) == []
