"""Programs that are built already, as releases name them: archives of files of the project, and closures of Nix's that a link of it leads to."""

from __future__ import annotations

import os
from collections.abc import Collection, Iterator
from pathlib import Path

from speccompile.codes.units import NOT_PACKED
from speccompile.diagnostics import Diagnostic, quoted
from speccompile.digests import digest
from speccompile.errors import Refused
from speccompile.plan.plan import Plan
from speccompile.plan.program import Program
from speccompile.record import record
from speccompile.regex import regex
from speccompile.releases.archives import BadArchive, packed
from speccompile.releases.record import ARCHIVE
from speccompile.source import Span

_STORE = "/nix/store/"
_CLOSURE = regex(r"/nix/store/[0-9a-z]{32}-[A-Za-z0-9+._?=-]{1,200}")


@record()
class Packed:
    """What a service *runs*, in the words of a record, and what the store has to keep of it: nothing of a closure, which a cache of Nix's has."""

    runs: str
    content: bytes | None


def programs(root: Path, plan: Plan, names: Collection[str]) -> dict[str, Packed]:
    """What the workloads *names* of *plan* run, of the project in *root*; raises ``Refused`` (SC737) for all that cannot be kept."""
    found: dict[str, Packed] = {}
    problems: list[Diagnostic] = []
    built = {one.name: one.program for service in plan.services for one in service.workloads if one.name in names}
    for name, program in built.items():
        if program is None:
            continue
        try:
            found[name] = _packed(root, program)
        except (BadArchive, OSError) as problem:
            said = f"{problem.strerror}" if isinstance(problem, OSError) else f"{problem}"
            problems.append(_problem(name, program, said))
    if problems:
        raise Refused(problems)
    return found


def _packed(root: Path, program: Program) -> Packed:
    place = root / program.path
    if place.is_symlink() and (path := os.readlink(place)).startswith(_STORE):  # noqa: PTH115  # a text, whatever it leads to
        return Packed(_closure(path, program), None)
    real = Path(os.path.realpath(place))
    if not real.is_relative_to(os.path.realpath(root)):
        raise BadArchive("it leads out of the project")
    if real.is_dir() != (program.within is not None):
        raise BadArchive(
            "it is a directory, and `program` does not say which file to start"
            if program.within is None
            else f"it is no directory in which {quoted(program.within)} could be"
        )
    content = packed(real, program.within or place.name)
    return Packed(f"{ARCHIVE}{digest(content)}", content)


def _closure(path: str, program: Program) -> str:
    if not _CLOSURE.fullmatch(path) or path.endswith(".drv"):
        raise BadArchive(f"it leads to {quoted(path[:200])}, which is not what Nix has built")
    if program.within is None:
        raise BadArchive("it leads into Nix's store, and `program` does not say which file to start there")
    if not os.access(f"{path}/{program.within}", os.X_OK):
        raise BadArchive(f"there is no program {quoted(program.within)} in {path} here")
    return path


def _problem(name: str, program: Program, said: str) -> Diagnostic:
    where: Iterator[Span] = (cause.span for cause in program.origin.causes)
    return NOT_PACKED.at(
        next(where, Span("specs/deploy.yaml")),
        f"{name} runs {program.path}, which no release can keep: {said}",
        fix="build it first, as the project does; of a link name what it leads to, and of a directory the program in it, too: "
        "`artifact: {path: dist, program: bin/api}`",
    )
