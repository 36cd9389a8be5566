"""A reader of env files: the part of compose's format (compose-go's dotenv) that a POSIX shell reads alike, and nothing else."""

from __future__ import annotations

from speccompile.lexing.envline import Unreadable, assignment
from speccompile.record import record

__all__ = ["EnvFile", "Unreadable", "Variable", "operators", "read"]


@record()
class Variable:
    """A variable, its value without quotes, its line, and the comment lines directly above it."""

    name: str
    value: str
    line: int
    comments: tuple[str, ...]


@record()
class EnvFile:
    """The variables of an env file, and the comment lines that stand above none of them."""

    variables: tuple[Variable, ...]
    loose: tuple[str, ...]


def read(text: str) -> EnvFile:
    """The env file in *text*; raises ``Unreadable``."""
    variables: list[Variable] = []
    loose: list[str] = []
    pending: list[str] = []
    for number, line in enumerate(text.split("\n"), start=1):
        if line != line.rstrip():
            raise Unreadable(number, "blanks at the end")
        if line.startswith("#"):
            pending.append(line[1:].removeprefix(" "))
        elif not line:
            loose += pending
            pending = []
        else:
            name, value = assignment(line, number)
            if any(variable.name == name for variable in variables):
                raise Unreadable(number, f"{name} is there twice")
            variables.append(Variable(name, value, number, tuple(pending)))
            pending = []
    return EnvFile(tuple(variables), (*loose, *pending))


def operators(text: str) -> dict[str, str]:
    """The values that an operator has written, by name: as a shell takes them in (``. ./.env``), so that the last line of a name counts, ``export`` may
    stand before it, and blanks at the end are none of it. Raises ``Unreadable``."""
    lines = enumerate((line.strip().removeprefix("export ").lstrip() for line in text.split("\n")), start=1)
    return dict(assignment(line, number) for number, line in lines if line and not line.startswith("#"))
