"""A reader of env files: the part of compose's format (compose-go's dotenv) that a POSIX shell reads alike, and nothing else."""

from __future__ import annotations

from speccompile.lexing.envline import Unreadable, assignment
from speccompile.record import record
from speccompile.regex import regex

__all__ = ["EnvFile", "Unreadable", "Variable", "loosely", "operators", "read"]

_ANY = regex(r"(?:export )?\s*([A-Za-z_][A-Za-z0-9_]*)\s*=(.*)")
_COMMENT = regex(r"(?:^|\s)#")


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
    """The env file in *text*, line by line: of a name that is there twice the last one counts, as for whoever takes it in. Raises ``Unreadable``."""
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
            variables.append(Variable(name, value, number, tuple(pending)))
            pending = []
    return EnvFile(tuple(variables), (*loose, *pending))


def operators(text: str) -> dict[str, str]:
    """The values that an operator has written, by name: as a shell takes them in (``. ./.env``), so that the last line of a name counts, ``export`` may
    stand before it, and blanks at the end are none of it. Raises ``Unreadable``."""
    lines = enumerate((line.strip().removeprefix("export ").lstrip() for line in text.split("\n")), start=1)
    return dict(assignment(line, number) for number, line in lines if line and not line.startswith("#"))


def loosely(text: str) -> dict[str, str]:
    """The values in *text* as far as they can be told of any file that compose reads (https://docs.docker.com/compose/how-tos/environment-variables/variable-interpolation/#env-file-syntax):
    the last line of a name counts, quotes are none of the value, nor is what follows `` #`` where there are none. Lines of another form are left out."""
    lines = (_ANY.fullmatch(line) for line in text.splitlines())
    return {found[1]: _unquoted(found[2].strip()) for found in lines if found}


def _unquoted(value: str) -> str:
    quote = value[:1]
    if quote in ("'", '"') and (end := value.find(quote, 1)) > 0:
        return value[1:end]
    return _COMMENT.split(value, maxsplit=1)[0].rstrip().strip("'\"")
