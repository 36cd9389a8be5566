"""A project as an editor has it: compiled with what nobody has saved yet."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path

from speccompile.artifacts import Artifact
from speccompile.diagnostics import Diagnostic, in_order
from speccompile.errors import Refused
from speccompile.lock_file import read_lock
from speccompile.lower.lower import Surroundings
from speccompile.lower.settled import unsettled
from speccompile.owned import Ground
from speccompile.ownership import proved
from speccompile.paths import join
from speccompile.pipeline import Compilation, look_at_project
from speccompile.project.disk import DiskTree
from speccompile.project.overlay import Overlay
from speccompile.record import record
from speccompile.targets import generates
from speccompile.verify.shortcomings import contradictions, shortcomings


@record()
class Analysis:
    """What there is to say of a project: findings, in order of place; and what it compiles to, None where it cannot be compiled."""

    root: Path
    compilation: Compilation | None
    findings: tuple[Diagnostic, ...]

    @property
    def artifacts(self) -> Mapping[str, Artifact]:
        """What would be generated, by path from the project's directory."""
        if self.compilation is None:
            return {}
        output = self.compilation.plan.layout.output
        return {join(output, one.path): one for one in self.compilation.artifacts}


def analysed(root: Path, texts: Mapping[str, str]) -> Analysis:
    """The project in *root*, whose files *texts* (by path from there) are as an editor shows them."""
    try:
        own = proved(Ground(str(root), ""), read_lock(root), generates)
        around = Surroundings(None, root.parts[1:] or ("app",), allow_unverified=True, own=own)
        compilation = look_at_project(Overlay(DiskTree(root), texts), around)
    except Refused as refused:
        return Analysis(root, None, refused.diagnostics)
    return Analysis(root, compilation, in_order(_findings(compilation)))


def _findings(compilation: Compilation) -> Iterator[Diagnostic]:
    """What ``generate`` would say, what would keep it from writing anything included."""
    yield from compilation.notes
    yield from unsettled(compilation.spec)
    yield from contradictions(one for platform in compilation.platforms for one in platform.accounts)
    yield from shortcomings(compilation.platforms)
    yield from compilation.defects
