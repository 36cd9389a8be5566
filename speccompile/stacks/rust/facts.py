"""The facts of a Cargo project."""

from __future__ import annotations

from speccompile.diagnostics import Diagnostic
from speccompile.record import record
from speccompile.stacks.facts import Facts
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
    there is what sqlx knows about the database; ``problems`` stand in the way of its image.
    """

    package: Package
    target: Target
    packages: tuple[Package, ...]
    material: Material
    assets: tuple[tuple[str, str], ...]
    env: tuple[tuple[str, str], ...]
    prepared: bool
    problems: tuple[Diagnostic, ...]


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
