"""A verifier to run: its words, and where what it says is read."""

from __future__ import annotations

from speccompile.record import record

REPORT = "{report}"
"""Stands for the path of a file of ours, in a word of a command."""


@record(kw_only=True)
class Invocation:
    """How the tests of a service are run.

    ``command`` is argv; its first word is a program, or a path from the service's directory. ``environment`` is set besides. ``version`` asks the
    runner for its version. ``reports`` are patterns of files below the service's directory that it writes reports to, where it cannot be told where to.
    """

    runner: str
    command: tuple[str, ...]
    version: tuple[str, ...]
    environment: tuple[tuple[str, str], ...] = ()
    reports: tuple[str, ...] = ()


@record()
class Unknown:
    """That nobody can tell how the tests are run: why, and what to do."""

    why: str
    fix: str
