"""The only place where the stages meet: text in, a ``Compilation`` out. Nothing is written and no process started."""

from __future__ import annotations

from collections.abc import Mapping

from speccompile.artifacts import Artifact
from speccompile.catalog import CATALOG
from speccompile.detect.services import detected
from speccompile.diagnostics import Diagnostic, errors, in_order
from speccompile.errors import Refused
from speccompile.frontends.load import load
from speccompile.lower.layout import inside
from speccompile.lower.lower import Surroundings, lower
from speccompile.lower.settled import unsettled
from speccompile.ownership import hidden
from speccompile.plan.plan import Plan
from speccompile.project.tree import ProjectTree
from speccompile.record import record
from speccompile.requirements.said import said
from speccompile.spec.project import ProjectSpec
from speccompile.targets import TARGETS, Target, chosen
from speccompile.verify import consistency, system
from speccompile.verify.shortcomings import contradictions
from speccompile.verify.standings import Account, standings
from speccompile.verify.system.requests import asked_for


@record()
class Compilation:
    """What a project compiles to: its spec, its plan, the artifacts in the order of their paths, and notes and warnings.

    ``unchosen`` are the paths of the artifacts that the targets would give that were not chosen, ``targets`` those that were.
    ``standings`` say what became of each assertion with these.
    ``defects`` are findings about the artifacts themselves: our bugs. When there are any, nothing may be written.
    """

    spec: ProjectSpec
    plan: Plan
    targets: tuple[Target, ...]
    artifacts: tuple[Artifact, ...]
    unchosen: frozenset[str]
    standings: tuple[Account, ...]
    notes: tuple[Diagnostic, ...]
    defects: tuple[Diagnostic, ...]

    @property
    def files(self) -> dict[str, str]:
        """Text by path, relative to the output directory."""
        return {artifact.path: artifact.text for artifact in self.artifacts}


def compile_project(tree: ProjectTree, around: Surroundings, targets: tuple[str, ...] = ()) -> Compilation:
    """Load, detect, read, lower, emit and verify the project in *tree*; raises ``Refused`` when the input cannot be compiled.

    *targets* are those that the command line names; without them deploy.yaml chooses. What we write ourselves is no source: it is
    hidden from *tree* as soon as the specs have said where that is.
    """
    compilation = look_at_project(tree, around, targets)
    against = contradictions(compilation.standings)
    if against:
        raise Refused((*compilation.notes, *against))
    return compilation


def look_at_project(tree: ProjectTree, around: Surroundings, targets: tuple[str, ...] = ()) -> Compilation:
    """The same for who wants to see what would follow: assertions that are contradicted do not stand in the way."""
    spec, read_notes = load(tree, CATALOG)
    output = inside("", spec.output if around.output is None else around.output)
    spoken = said(spec)
    seen = detected(spec, spoken, tree.hiding(hidden(output, around.own)), output)
    doubts = (*(() if around.allow_unverified else unsettled(spec)), *seen.diagnostics)
    if errors(doubts):
        raise Refused((*read_notes, *doubts))
    try:
        plan, lower_notes = lower(spec, seen, spoken, around)
    except Refused as refused:
        raise Refused((*read_notes, *refused.diagnostics)) from None
    wanted = chosen(targets or spec.targets)
    artifacts = tuple(sorted((a for target in wanted for a in target.emit(plan)), key=lambda artifact: artifact.path))
    files = {artifact.path: artifact.text for artifact in artifacts}
    others = {a.path: (a.text, target.name) for target in TARGETS if target not in wanted for a in target.emit(plan)}
    defects = (*verify_files(plan, files, wanted), *(consistency.verify(plan, artifacts) if wanted == TARGETS else ()))
    notes = in_order((*read_notes, *lower_notes))
    if asked := tuple(asked_for(defects, artifacts, plan.layout.output)):
        raise Refused((*notes, *asked))
    unchosen = {path: name for path, (_, name) in others.items() if path not in files}
    whole = {**{path: text for path, (text, _) in others.items()}, **files}
    accounts = standings(plan, whole, unchosen)
    return Compilation(spec, plan, wanted, artifacts, frozenset(unchosen), accounts, notes, in_order(defects))


def verify_files(plan: Plan, files: Mapping[str, str], targets: tuple[Target, ...]) -> tuple[Diagnostic, ...]:
    """Findings about *files* (path relative to the output directory → text), fresh or from the disk: each against *plan*, and where all
    targets were chosen, all of them together as the system that they make."""
    together = system.verify(files, plan.layout.output) if targets == TARGETS else ()
    return in_order((*(d for target in targets for d in target.verify(plan, files)), *together))
