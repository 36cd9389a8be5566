"""Help that was written down is what click makes of the commands, and costs no import of theirs."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest
from click import Context

from speccompile import __version__
from speccompile.cli import COMMANDS, main
from speccompile.quick_help import quick_help


def _made(name: str) -> str:
    root = Context(main, info_name="speccompile", terminal_width=78, **main.context_settings)
    one = main.get_command(root, name) if name else None
    return (one.get_help(Context(one, parent=root, info_name=name)) if one else main.get_help(root)) + "\n"


@pytest.mark.parametrize("name", ["", *COMMANDS])
@pytest.mark.parametrize("option", ["-h", "--help"])
def test_a_page_is_what_click_makes(name: str, option: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "argv", ["/usr/bin/speccompile"])
    monkeypatch.setenv("COLUMNS", "120")
    assert quick_help([*name.split(), option]) == _made(name)


@pytest.mark.parametrize(
    ("arguments", "columns"),
    [
        (["generate"], "80"),
        (["generate", "--diff", "--help"], "80"),
        (["nothing", "--help"], "80"),
        (["--help"], "79"),
        ([], "80"),
    ],
)
def test_all_else_is_left_to_the_command_line(
    arguments: list[str], columns: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "argv", ["speccompile"])
    monkeypatch.setenv("COLUMNS", columns)
    assert quick_help(arguments) is None


@pytest.mark.parametrize("arguments", [["--help"], ["generate", "--help"], ["--version"]])
def test_a_process_imports_no_command(arguments: list[str]) -> None:
    code = "import sys; from speccompile.__main__ import main; main(); print(*sys.modules, file=sys.stderr)"
    # Started in another way its name is another: the command line would be asked.
    code = f"import sys; sys.argv[0] = 'speccompile'; {code}"
    run = subprocess.run(
        [sys.executable, "-c", code, *arguments],
        capture_output=True,
        text=True,
        check=True,
        env={**os.environ, "COLUMNS": "80"},
    )
    assert not {"click", "json", "speccompile.cli", "speccompile.quick_check"} & set(run.stderr.split())
    assert run.stdout == (
        f"speccompile, version {__version__}\n"
        if arguments == ["--version"]
        else _made(arguments[0] if len(arguments) > 1 else "")
    )


def test_a_module_is_called_as_it_was_started() -> None:
    command = [sys.executable, "-m", "speccompile", "check", "--help"]
    run = subprocess.run(command, capture_output=True, text=True, check=True, env={**os.environ, "COLUMNS": "100"})
    assert run.stdout == _made("check").replace("speccompile", "python -m speccompile", 1)
