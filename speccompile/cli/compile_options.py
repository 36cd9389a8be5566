"""The options of every command that compiles: where the files are, and whether unsettled assertions will do."""

from __future__ import annotations

import os
from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar

import click

from speccompile.cli.workspace import Asked
from speccompile.diagnostics import quoted
from speccompile.discovery import project_directory
from speccompile.paths import LOCK, is_reserved, output_from

_Command = TypeVar("_Command", bound=Callable[..., Any])
_SPECIAL = "*?[]\\"  # stand for other characters in most files that name paths
_LONGEST = 1024


def _output(ctx: click.Context, _parameter: click.Parameter, given: str | None) -> str | None:
    """The directory, which counts from where the command is started, as seen from the project; a usage error for what cannot be one."""
    if given is None:
        return None
    start = os.path.realpath(ctx.obj or ".")
    root = project_directory(start) or start
    seen = output_from(root, os.path.join(start, given))  # noqa: PTH118
    place = os.path.normpath(os.path.join(root, seen))  # noqa: PTH118
    if not given or len(given) > _LONGEST or not given.isprintable() or any(char in _SPECIAL for char in given):
        raise click.BadParameter(
            f"{quoted(given)} is no usable name: empty, too long, or with characters that stand for others"
        )
    if place == "/":
        raise click.BadParameter("the root of the file system is no output directory")
    if is_reserved(seen) or LOCK in seen.split("/"):
        raise click.BadParameter(f"{quoted(given)} is in a directory of git's, or has a name of a file of our own")
    if os.path.lexists(place) and not os.path.isdir(place):  # noqa: PTH112
        raise click.BadParameter(f"{quoted(given)} is there and is no directory")
    return seen


def output_option(text: str, *names: str) -> Callable[[_Command], _Command]:
    """``-o``, or *names* where that is another thing, explained by *text*: the output directory as seen from the project."""
    return click.option(*(names or ("-o", "--output")), "output", metavar="DIR", callback=_output, help=text)


allow_unverified_option = click.option(
    "--allow-unverified",
    is_flag=True,
    help="Go on although assertions are not settled, or tests and proofs have not passed; nothing is labelled verified that is not. Given to `generate`, "
    "it holds here for `build` and `push` of the same specs.",
)

strict_option = click.option(
    "--strict",
    is_flag=True,
    help="Want every confirmed assertion held, evidenced or the program's: nothing lost, contradicted or not understood.",
)


def compile_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """The options of a command that looks at files that are there: it gets them as ``asked``."""

    @wraps(command)
    def with_asked(*args: Any, output: str | None, allow_unverified: bool, **others: Any) -> Any:
        return command(*args, asked=Asked(output=output, allow_unverified=allow_unverified), **others)

    where = "Where the files are: what `generate` was given with -o. Default: as for `generate`."
    return output_option(where)(allow_unverified_option(with_asked))
