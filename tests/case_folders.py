"""The case folders: a project that is wrong in one way, and what the command line says of it.

A folder ``tests/cases/CODE-slug/`` is a project's tree. Besides there may be, and do not belong to the tree:

``expected.txt``
    what the last command writes to standard error, without colours
``command.txt``
    what is done, a line each; without the file it is ``generate``. A line is a command of speccompile (``check``,
    ``generate -o out``), or a change that a person makes: ``delete PATH``, ``append PATH TEXT`` (a line), ``link PATH
    TARGET`` (a symbolic link), ``track PATH`` (what ``git add -f`` does), or ``change``, which copies ``changed/`` over the project
``changed/``
    files for ``change``
"""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import chdir
from dataclasses import dataclass
from pathlib import Path

import pytest

from speccompile.__main__ import main
from tools import need

FOLDER = Path(__file__).parent / "cases"
EXPECTED, COMMAND, CHANGED = "expected.txt", "command.txt", "changed"


@dataclass(frozen=True, slots=True)
class Outcome:
    """How the last command of a case ended: its exit code, what it said on both streams, the project before and after it."""

    code: int
    said: str
    errors: str
    before: dict[str, bytes]
    after: dict[str, bytes]


def cases() -> list[Path]:
    """All case folders."""
    return sorted(folder for folder in FOLDER.iterdir() if folder.is_dir())


def run_case(folder: Path, scratch: Path, capsys: pytest.CaptureFixture[str]) -> Outcome:
    """Do what the case says in a copy of its project, below *scratch*."""
    project = scratch / "project"
    aside = {folder / name for name in (EXPECTED, COMMAND, CHANGED)}
    shutil.copytree(folder, project, symlinks=True, ignore=lambda at, names: [n for n in names if Path(at, n) in aside])
    *steps, last = command_of(folder)
    for step in steps:
        _take(step, folder, project, capsys)
    before = contents(project)
    code, said, errors = command(last.split(), project, capsys)
    return Outcome(code, said, errors, before, contents(project))


def command(arguments: list[str], project: Path, capsys: pytest.CaptureFixture[str]) -> tuple[int, str, str]:
    """The exit code, the standard output and the standard error of ``speccompile ARGUMENTS`` in the directory *project*."""
    capsys.readouterr()
    code = 0
    with pytest.MonkeyPatch.context() as patch, chdir(project):
        patch.setattr(sys, "argv", ["speccompile", *arguments])
        try:
            main()
        except SystemExit as end:
            code = int(end.code or 0)
    told = capsys.readouterr()
    return code, told.out, told.err


def contents(project: Path) -> dict[str, bytes]:
    """What is in the project, by path: files with their bytes, links with where they lead, directories."""
    return dict(_contents(project))


def _contents(project: Path) -> Iterator[tuple[str, bytes]]:
    for path in sorted(project.rglob("*")):
        name = path.relative_to(project).as_posix()
        if path.is_symlink():
            yield name, b"-> " + bytes(path.readlink())
        else:
            yield name, path.read_bytes() if path.is_file() else b"directory"


def command_of(folder: Path) -> list[str]:
    """What is done in the case, a line each."""
    told = folder / COMMAND
    return told.read_text(encoding="utf-8").splitlines() if told.is_file() else ["generate"]


def _take(step: str, folder: Path, project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A step before the last one; a command must succeed."""
    verb, *rest = step.split(maxsplit=2)
    match verb, rest:
        case "delete", [path]:
            (project / path).unlink()
        case "append", [path, *text]:
            with (project / path).open("a", encoding="utf-8") as file:
                file.write("".join(text) + "\n")
        case "link", [path, target]:
            (project / path).symlink_to(target)
        case "track", [path]:
            git = need("git", "apt-get install git")
            for argv in (["init", "-q"], ["add", "-f", path]):
                subprocess.run([git, *argv], cwd=project, check=True)
        case "change", []:
            shutil.copytree(folder / CHANGED, project, symlinks=True, dirs_exist_ok=True)
        case _:
            code, _, errors = command(step.split(), project, capsys)
            assert code == 0, f"{step}: {errors}"
