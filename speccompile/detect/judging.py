"""What verification evidence still shows of the tree as it is now: nothing that its inputs do not bear out."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

from speccompile.detect.evidence_inputs import SPECIFICATIONS, of_proofs, of_tests, specifications
from speccompile.detect.judged import CODE, Judged
from speccompile.plan.assertions import Evidence
from speccompile.project.tree import Tree
from speccompile.provenance import Cause, because
from speccompile.spec.project import ServiceSpec
from speccompile.spec.runs import differences, passed, texts_of

if TYPE_CHECKING:
    from speccompile.spec.verification import Run

_SHOWN = 3
_NONE = "there is no evidence: `speccompile verify` has not run"


def judged(spec: ServiceSpec, shipped: Sequence[str], root: Tree) -> Judged:
    """What the evidence of *spec* shows of the tree *root* as it is now; *shipped* are the files of its image.

    Verified means: every assertion is settled, and the tests of the service and each prover for which there are specifications have a run
    that passed and holds. Any recorded run that does not hold is one too many.
    """
    called = {tool: files for tool in SPECIFICATIONS if (files := specifications(tool, spec, root))}
    runs = _runs(spec)
    flaws = {id(run): tuple(_flaws(spec, run, _now(run, spec, called, shipped, root))) for run in runs}
    none = _NONE if spec.evidence is None else "no run of its tests is recorded"
    tests = (*_lacking([run for run in runs if run.tool == "tests"], flaws, none), *_unrun(spec, runs))
    proofs = {tool: tuple(_unproven(tool, files, runs, flaws)) for tool, files in called.items()}
    settled = all(assertion.is_settled() for assertion in spec.manifest.assertions)
    verified = settled and not tests and not any(proofs.values())
    cited = tuple(Cause(run.at("tool")) for run in runs)
    return Judged(
        verified=verified,
        dafny=proofs.get("dafny") == (),
        tlc=proofs.get("tlc") == (),
        at=min(run.time for run in runs) if verified else None,
        causes=cited,
        named=_named([run for run in runs if not flaws[id(run)]]),
        lacks=Evidence(
            service=spec.name,
            tests=tests,
            proofs=tuple(reason for found in proofs.values() for reason in found),
            provers=tuple(called),
            origin=because(CODE, *cited, Cause(spec.at)),
        ),
    )


def _runs(spec: ServiceSpec) -> tuple[Run, ...]:
    """The runs that are about *spec*: its own, and those of provers, which are about all services of the manifest."""
    runs = spec.evidence.runs if spec.evidence else ()
    return tuple(run for run in runs if run.service in (None, spec.name))


def _now(
    run: Run, spec: ServiceSpec, called: Mapping[str, Sequence[str]], shipped: Sequence[str], root: Tree
) -> Mapping[str, str]:
    if run.tool == "tests":
        return of_tests(spec, shipped, root)
    return of_proofs(run.tool, called.get(run.tool, ()), root)


def _flaws(spec: ServiceSpec, run: Run, now: Mapping[str, str]) -> Iterator[str]:
    if not passed(run):
        yield f"{run.runner} did not pass: {'; '.join(run.problems) or _counted(run)}"
    if run.manifest != texts_of(spec.manifest):
        yield f"the assertions changed since {run.runner} ran"
    wanted = spec.deploy.verify if spec.deploy else ()
    if run.tool == "tests" and wanted and run.command not in wanted:
        yield f"deploy.yaml does not say {' '.join(run.command)}, which ran"
    if run.tool == "tests" and not wanted and run.chosen_by == "deploy":
        yield f"deploy.yaml said {' '.join(run.command)}, and does not any more"
    changed, gone, new = differences(run, now)
    for paths, what in ((changed, "changed"), (gone, f"{_be(gone)} gone"), (new, f"{_be(new)} new")):
        if paths:
            yield f"{_some(paths)} {what} since {run.runner} ran"


def _be(paths: Sequence[str]) -> str:
    return "is" if len(paths) == 1 else "are"


def _counted(run: Run) -> str:
    counts = run.counts
    said = ", ".join(f"{number} {name}" for name, number in counts.model_dump().items() if number)
    return f"it ended with {run.exit_status} and counted {said or 'nothing'}"


def _lacking(runs: Sequence[Run], flaws: Mapping[int, tuple[str, ...]], none: str) -> tuple[str, ...]:
    return tuple(flaw for run in runs for flaw in flaws[id(run)]) if runs else (none,)


def _unrun(spec: ServiceSpec, runs: Sequence[Run]) -> Iterator[str]:
    """The commands of deploy.yaml that no run is of, where there are runs."""
    done = {run.command for run in runs}
    for command in spec.deploy.verify if spec.deploy and any(run.tool == "tests" for run in runs) else ():
        if command not in done:
            yield f"no run of {' '.join(command)} is recorded"


def _unproven(
    tool: str, files: Sequence[str], runs: Sequence[Run], flaws: Mapping[int, tuple[str, ...]]
) -> Iterator[str]:
    """What the runs of *tool* lack; a specification that none of them was given proves nothing."""
    mine = [run for run in runs if run.tool == tool]
    yield from _lacking(mine, flaws, f"no run of {tool} is recorded, and there is {_some(files)}")
    given = {file for run in mine for file in run.subjects}
    if mine and (lacking := [file for file in files if file not in given]):
        yield f"{tool} was not given {_some(lacking)}"


def _named(runs: Sequence[Run]) -> Mapping[str, tuple[str, ...]]:
    found: dict[str, list[str]] = {}
    for run in runs:
        for assertion, tests in run.assertions.items():
            found.setdefault(assertion, []).extend(tests)
    return {assertion: tuple(dict.fromkeys(tests)) for assertion, tests in found.items()}


def _some(paths: Sequence[str]) -> str:
    """The first of *paths*, and how many more there are."""
    more = len(paths) - _SHOWN
    return ", ".join(paths[:_SHOWN]) + (f" and {more} more" if more > 0 else "")
