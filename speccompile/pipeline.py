"""The only place where the stages meet: text in, a ``Compilation`` out. Nothing is written and no process started."""

from __future__ import annotations

from collections.abc import Mapping

from speccompile.artifacts import Artifact
from speccompile.catalog import CATALOG
from speccompile.diagnostics import Diagnostic, in_order
from speccompile.errors import Refused
from speccompile.frontends.load import load
from speccompile.lower.lower import Surroundings, lower
from speccompile.plan.plan import Plan
from speccompile.project.tree import Tree
from speccompile.record import record
from speccompile.spec.project import ProjectSpec
from speccompile.targets import Target, chosen
from speccompile.verify import consistency


@record()
class Compilation:
    """What a project compiles to: its spec, its plan, the artifacts in the order of their paths, and notes and warnings.

    ``defects`` are findings about the artifacts themselves: our bugs. When there are any, nothing may be written.
    """

    spec: ProjectSpec
    plan: Plan
    artifacts: tuple[Artifact, ...]
    notes: tuple[Diagnostic, ...]
    defects: tuple[Diagnostic, ...]

    @property
    def files(self) -> dict[str, str]:
        """Text by path, relative to the output directory."""
        return {artifact.path: artifact.text for artifact in self.artifacts}


def compile_project(tree: Tree, around: Surroundings, targets: tuple[str, ...] = ()) -> Compilation:
    """Load, lower, emit and verify the project in *tree*; raises ``Refused`` when the input cannot be compiled."""
    spec, read_notes = load(tree, CATALOG)
    try:
        plan, lower_notes = lower(spec, tree, around)
    except Refused as refused:
        raise Refused((*read_notes, *refused.diagnostics)) from None
    wanted = chosen(targets)
    artifacts = tuple(sorted((a for target in wanted for a in target.emit(plan)), key=lambda artifact: artifact.path))
    files = {artifact.path: artifact.text for artifact in artifacts}
    defects = (*verify_files(plan, files, wanted), *(consistency.verify(plan, artifacts) if not targets else ()))
    return Compilation(spec, plan, artifacts, in_order((*read_notes, *lower_notes)), in_order(defects))


def verify_files(plan: Plan, files: Mapping[str, str], targets: tuple[Target, ...]) -> tuple[Diagnostic, ...]:
    """Findings about *files* (path relative to the output directory → text), fresh or from the disk, against *plan*."""
    return in_order(d for target in targets for d in target.verify(plan, files))
