"""What is known about a Go project."""

from __future__ import annotations

from speccompile.record import record
from speccompile.stacks.facts import Facts
from speccompile.stacks.go.hints import Listening
from speccompile.stacks.go.programs import Program
from speccompile.stacks.written import Written


@record()
class Start:
    """A program, and what its image is made of beside it.

    ``listening`` is its port as its sources say, ``subcommand`` the word that starts its server. ``sources`` are the
    directories and files (paths in the tree, directories with a trailing slash) that it is compiled from, ``assets``
    those below its module that it reads at run time. ``writes`` is what it writes into.
    """

    program: Program
    listens: bool
    listening: Listening | None
    subcommand: str | None
    sources: tuple[str, ...]
    assets: tuple[str, ...]
    writes: tuple[Written, ...]


@record(kw_only=True)
class GoFacts(Facts):
    """What the recipe needs to know.

    ``starts`` are the programs, the likely service first. ``manifests`` are the files that name and lock the modules,
    ``vendored`` is whether their sources are in vendor/. ``calls_c`` is why the build needs a C compiler (None: it does
    not); the packages are Debian's, for that. ``linked`` are the directories of a workspace whose modules are compiled together.
    """

    starts: tuple[Start, ...]
    manifests: tuple[str, ...]
    vendored: bool
    calls_c: str | None
    build_packages: tuple[str, ...] = ()
    runtime_packages: tuple[str, ...] = ()
    linked: tuple[str, ...] = ()


def likely(starts: tuple[Start, ...]) -> tuple[Start, ...]:
    """Those of *starts* that may be the service, unless deploy.yaml names another: programs for developers only where
    there is nothing else."""
    return tuple(one for one in starts if not one.program.aside) or starts
