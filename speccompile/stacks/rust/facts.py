"""The facts of a Cargo project."""

from __future__ import annotations

import posixpath
from collections.abc import Sequence
from dataclasses import replace
from typing import Self

from speccompile.diagnostics import Diagnostic
from speccompile.record import record
from speccompile.stacks.facts import Chosen, Facts
from speccompile.stacks.rust.libraries import Library
from speccompile.stacks.rust.manifest import Package, Target
from speccompile.stacks.rust.sources import Material


@record(kw_only=True)
class Program:
    """A program that can be the service, with all that its image is made of.

    ``packages`` are those of the tree that are compiled into it, ``material`` what they are compiled from; ``assets``
    what it may read when it runs: the place in the tree (of a directory with a slash), and the
    place below the working directory. ``env`` is what
    its framework or its sources want to hear about the address and the port (``{port}`` stands for that). ``prepared`` is whether
    there is what sqlx knows about the database; ``problems`` stand in the way of its image. ``health`` is the route in its own sources.
    """

    package: Package
    target: Target
    packages: tuple[Package, ...]
    material: Material
    assets: tuple[tuple[str, str], ...]
    env: tuple[tuple[str, str], ...]
    prepared: bool
    problems: tuple[Diagnostic, ...]
    health: Chosen | None = None

    @property
    def dependencies(self) -> frozenset[str]:
        """What is compiled into it."""
        return frozenset().union(*(one.names | one.chosen for one in self.packages))


@record(kw_only=True)
class RustFacts(Facts):
    """Facts of a Cargo project.

    ``program`` is the one that is taken unless deploy.yaml's command names another one of ``binaries``.
    ``packages`` are all that Cargo wants to see the manifests of. ``configured`` is Cargo's configuration, where it is
    taken over. ``settings`` are for the build's environment.
    """

    program: Program | None
    binaries: tuple[Program, ...]
    packages: tuple[Package, ...]
    configured: str | None
    libraries: tuple[Library, ...]
    authorities: bool
    settings: tuple[tuple[str, str], ...]

    def named(self, command: Sequence[str]) -> Program | None:
        """The program that *command* begins with."""
        name = posixpath.basename(command[0]) if command else None
        return next((one for one in self.binaries if one.target.name == name), None)

    def of(self, command: Sequence[str]) -> Self:
        """Those of another program of the workspace: what it depends on, and the route that it has."""
        named = self.named(command)
        if named is None or (self.program and named.target == self.program.target):
            return self
        path = named.target.path
        return replace(
            self, program=named, dependencies=named.dependencies, health=named.health, entry=path, source=path
        )

    @property
    def apart(self) -> frozenset[str]:
        """The packages that are not compiled into the program."""
        within = {one.directory for one in self.program.packages} if self.program else set[str]()
        others = (one.directory for one in self.packages) if self.program else ()
        return frozenset(one for one in others if one and one not in within)
