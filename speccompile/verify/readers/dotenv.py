"""A reader of env files: the part of compose's format (compose-go's dotenv) that a POSIX shell reads alike, and nothing else."""

from __future__ import annotations

import re

from speccompile.record import record
from speccompile.regex import regex

_ASSIGNMENT = regex(r"([A-Za-z_][A-Za-z0-9_]*)=(.*)")
_PLAIN = regex(r"[A-Za-z0-9_./:@%+,=-]*")
_SINGLE = regex(r"'([^'\n]*[^'\\\n]|)'")
_DOUBLE = regex(r'"((?:[^"\\$`\n]|\\["\\$])*)"')


class Unreadable(ValueError):
    """The text is not such a file; ``line`` counts from 1."""

    def __init__(self, line: int, message: str) -> None:
        super().__init__(message)
        self.line = line


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
            name, value = _variable(line, number)
            if any(variable.name == name for variable in variables):
                raise Unreadable(number, f"{name} is there twice")
            variables.append(Variable(name, value, number, tuple(pending)))
            pending = []
    return EnvFile(tuple(variables), (*loose, *pending))


def operators(text: str) -> dict[str, str]:
    """The values that an operator has written, by name: as a shell takes them in (``. ./.env``), so that the last line of a name counts, ``export`` may
    stand before it, and blanks at the end are none of it. Raises ``Unreadable``."""
    lines = enumerate((line.strip().removeprefix("export ").lstrip() for line in text.split("\n")), start=1)
    return dict(_variable(line, number) for number, line in lines if line and not line.startswith("#"))


def _variable(line: str, number: int) -> tuple[str, str]:
    match = _ASSIGNMENT.fullmatch(line)
    if not match:
        raise Unreadable(number, "neither a comment nor NAME=value")
    if _PLAIN.fullmatch(match[2]):
        return match[1], match[2]
    if single := _SINGLE.fullmatch(match[2]):
        return match[1], single[1]
    if double := _DOUBLE.fullmatch(match[2]):
        return match[1], re.sub(r"\\(.)", r"\1", double[1])
    raise Unreadable(number, f"compose and a shell may read the value of {match[1]} differently")
