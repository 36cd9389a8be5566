"""The only place that sets exit codes: 0 fine, 1 diagnostics or drift, 2 usage, 3 internal, 75 transient, 130 interrupted."""

from __future__ import annotations

import errno
import json
import sys
from collections.abc import Callable
from enum import IntEnum
from importlib import import_module

import click

from speccompile.cli.interruption import Interruption, interruptible, no_more
from speccompile.cli.reporters import report
from speccompile.cli.saying import unsaid
from speccompile.cli.workspace import Workspace
from speccompile.errors import Refused


class Exit(IntEnum):
    """What the process says when it ends."""

    FINE = 0
    FOUND = 1
    USAGE = 2
    INTERNAL = 3
    TRANSIENT = 75
    INTERRUPTED = 130


# What is no bug of ours and may pass: a full disk, a quota, too many open files.
_PASSING = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EMFILE, errno.ENFILE})


class Broken(Exception):
    """An emitted artifact failed verification; what there is to say has been said."""


def guarded(action: Callable[[Workspace], int], workspace: Workspace, style: str) -> None:
    """Run *action* on *workspace* and end the process with its code, an ``Exit`` or that of a command that was run; *style* is the format for
    diagnostics.

    Bad input gives diagnostics and 1; anything unexpected a kept dump and 3, never a traceback.
    """
    with interruptible() as interruption:
        code = _run(action, workspace, style, interruption)
    sys.exit(code)


def _run(action: Callable[[Workspace], int], workspace: Workspace, style: str, interruption: Interruption) -> int:
    try:
        return action(workspace)
    except Refused as refused:
        report(refused.diagnostics, workspace, style)
        return Exit.FOUND
    except Broken:
        return Exit.INTERNAL
    except (KeyboardInterrupt, click.Abort):
        return _interrupted(style)
    except BrokenPipeError:
        return Exit.FINE
    except click.ClickException:
        _ended(Exit.USAGE, style, "usage-error")
        raise
    except OSError as problem:
        if problem.errno not in _PASSING:
            return _ended(_internal(problem), style, "internal-error")
        click.echo(f"the system refuses: {problem.strerror}; try again when there is room", err=True)
        return _without_room(style)
    except Exception as problem:  # the last resort: a bug of ours must not look like a bug of theirs
        # Libraries in other languages make errors of their own of an interruption.
        if interruption.happened:
            return _interrupted(style)
        return _ended(_internal(problem), style, "internal-error")


def _interrupted(style: str) -> Exit:
    click.echo("interrupted", err=True)
    return _ended(Exit.INTERRUPTED, style, "interrupted")


def _ended(code: Exit, style: str, status: str) -> Exit:
    """Who asked for JSON gets a document whatever happens."""
    no_more()
    if style == "json":
        click.echo(json.dumps({"status": status, "diagnostics": []}))
    return code


def _without_room(style: str) -> Exit:
    """The end where the system refuses; the answer itself may be what there is no room for."""
    try:
        return _ended(Exit.TRANSIENT, style, "transient")
    except OSError:
        unsaid()
        return Exit.TRANSIENT


def _internal(problem: Exception) -> Exit:
    dump: str = import_module("speccompile.cli.dumps").of_problem(problem)
    click.echo(f"internal error: {type(problem).__name__}: {problem}", err=True)
    click.echo(f"  this is a bug of speccompile; nothing was written. Please report it with {dump}", err=True)
    return Exit.INTERNAL
