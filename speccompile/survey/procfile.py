"""The processes of a Procfile: what runs beside the server, what runs once a release, and the lines that need a shell."""

from __future__ import annotations

import re
from collections.abc import Iterator

from speccompile.frontends.commandline import plain
from speccompile.project.tree import Tree
from speccompile.record import record
from speccompile.regex import regex

NAME = "Procfile"
_LINE = regex(r"^([A-Za-z0-9_-]{1,40}):[ \t]*(\S[^\n]{0,1000}?)[ \t]*\r?$", re.MULTILINE)
_RELEASE = frozenset(("release", "postdeploy"))
# What is on the developer's machine alone, and what the server's stack reads.
_NO_PROCESS = frozenset(("console", "shell", "web"))


@record(kw_only=True)
class Procfile:
    """``workers`` are names with commands, ``release`` the commands that run once a release; ``unused`` are names of lines that need a shell."""

    workers: tuple[tuple[str, tuple[str, ...]], ...] = ()
    release: tuple[tuple[str, ...], ...] = ()
    unused: tuple[str, ...] = ()


def read(tree: Tree, directory: str) -> Procfile:
    """The Procfile in *directory*; an empty one where there is none."""
    lines = _LINE.findall(tree.read(f"{directory}/{NAME}" if directory else NAME) or "")
    workers, release, unused = [], [], []
    for name, line in lines:
        if name.lower() in _NO_PROCESS:
            continue
        if name.lower() in _RELEASE:
            steps = tuple(_steps(line))
            release += [step for step in steps if step]
            unused += [name] if None in steps else []
        elif command := plain(line):
            workers.append((name, command))
        else:
            unused.append(name)
    return Procfile(workers=tuple(workers), release=tuple(release), unused=tuple(unused))


def _steps(line: str) -> Iterator[tuple[str, ...] | None]:
    """The commands that ``&&`` joins; None for one that needs a shell."""
    yield from (plain(part.strip()) for part in line.split("&&"))
