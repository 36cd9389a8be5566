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
# A variable, and one with a plain default: as they stand between words, a value with blanks in it would be several.
_VARIABLE = regex(r"\$(?:[A-Z][A-Z0-9_]*|\{[A-Z][A-Z0-9_]*(?::?-[\w./:@-]*)?\})")
_SHELL = ("/bin/sh", "-c")
_RELEASE = frozenset(("release", "postdeploy"))
# What is on the developer's machine alone, and what the server's stack reads.
_NO_PROCESS = frozenset(("console", "shell", "web"))


@record(kw_only=True)
class Procfile:
    """``workers`` are names with commands, ``release`` the commands that run once a release; ``unused`` are names of lines that need a shell."""

    workers: tuple[tuple[str, tuple[str, ...]], ...] = ()
    release: tuple[tuple[str, ...], ...] = ()
    unused: tuple[str, ...] = ()

    def names(self, name: str) -> bool:
        """Whether it has a line *name*, whatever is made of it."""
        return name in self.unused or any(name == one for one, _ in self.workers)


def read(tree: Tree, directory: str, *, shell: bool) -> Procfile:
    """The Procfile in *directory*; an empty one where there is none. *shell* is whether the image of its service has one: then a worker's command
    may have variables in it, as those of Heroku's commands mostly have (`--url $REDIS_URL`)."""
    lines = _LINE.findall(tree.read(f"{directory}/{NAME}" if directory else NAME) or "")
    workers, release, unused = [], [], []
    for name, line in lines:
        if name.lower() in _NO_PROCESS:
            continue
        if name.lower() in _RELEASE:
            steps = tuple(_steps(line))
            release += [step for step in steps if step]
            unused += [name] if None in steps else []
        elif command := plain(line) or (_in_shell(line) if shell else None):
            workers.append((name, command))
        else:
            unused.append(name)
    return Procfile(workers=tuple(workers), release=tuple(release), unused=tuple(unused))


def _in_shell(line: str) -> tuple[str, ...] | None:
    """The command of *line* by a shell that becomes it, where all that it needs one for is to put variables in."""
    without = _VARIABLE.sub("x", line)
    words = plain(without)
    return (*_SHELL, f"exec {line}") if words and without != line and not _VARIABLE.match(line) else None


def _steps(line: str) -> Iterator[tuple[str, ...] | None]:
    """The commands that ``&&`` joins; None for one that needs a shell."""
    yield from (plain(part.strip()) for part in line.split("&&"))
