"""The `todoke` command answers plainly."""

import subprocess
import sys

import pytest

from api.cli.main import BROKEN_PIPE, main


def test_unknown_command_is_named(capsys):
    assert main(["nonsense"]) == 2
    assert "no command 'nonsense'" in capsys.readouterr().err


@pytest.mark.parametrize("arguments", [("forms", "geometry", "acquisition", "--json"), ("rules", "list")])
def test_a_reader_that_leaves_ends_the_command_quietly(arguments):
    command = [sys.executable, "-W", "error", "-m", "api.cli.main", *arguments]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        assert process.stdout is not None and process.stderr is not None
        process.stdout.close()
        said = process.stderr.read()
    assert (process.returncode, said) == (BROKEN_PIPE, b"")
