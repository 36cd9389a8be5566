"""What is known about a project of .NET."""

from __future__ import annotations

from speccompile.record import record
from speccompile.stacks.dotnet.locks import Locked
from speccompile.stacks.dotnet.releases import Release
from speccompile.stacks.dotnet.solution import Kind, Program
from speccompile.stacks.facts import Facts
from speccompile.stacks.sources import Sources


@record(kw_only=True)
class Made:
    """A program that can be made: its locks, the files that restoring reads, the directories and files that compiling reads besides, what of publishing is
    put off, whether the program works with languages or time zones, and what it opens beside itself that publishing does not put there."""

    program: Program
    locked: Locked
    manifests: tuple[str, ...]
    directories: tuple[str, ...]
    files: tuple[str, ...]
    off: tuple[str, ...]
    cultures: bool
    opened: Sources

    @property
    def name(self) -> str:
        """What it is called, in deploy.yaml too."""
        return self.program.project.name


@record(kw_only=True)
class DotnetFacts(Facts):
    """What the recipe needs to know: the programs, the one that is taken first, and the release that all are made with."""

    made: tuple[Made, ...]
    release: Release

    @property
    def lasting(self) -> bool:
        """Whether it runs until it is stopped, and does not listen."""
        return bool(self.made) and self.made[0].program.kind is Kind.WORKER
