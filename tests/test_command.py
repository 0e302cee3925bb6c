"""The `todoke` command answers plainly."""

from api.cli.main import main


def test_unknown_command_is_named(capsys):
    assert main(["nonsense"]) == 2
    assert "no command 'nonsense'" in capsys.readouterr().err
