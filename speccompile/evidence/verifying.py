"""The verifiers of a project, run one after the other: what came of each becomes a run of the record, and a finding where it did not pass."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from speccompile.codes.evidence import ALTERED, FAILED, NO_WAY
from speccompile.detect.evidence_inputs import of_proofs, of_tests, specifications
from speccompile.diagnostics import Diagnostic
from speccompile.evidence.cases import Report, Verdict
from speccompile.evidence.invocation import Invocation, Unknown
from speccompile.evidence.naming import evidenced
from speccompile.evidence.proof import Proof
from speccompile.evidence.provers import PROVERS
from speccompile.evidence.proving import proved
from speccompile.evidence.runners import chosen
from speccompile.evidence.running import Bench, Ran, run
from speccompile.evidence.sources import Sources
from speccompile.project.tree import Tree
from speccompile.record import record
from speccompile.spec.project import ServiceSpec
from speccompile.spec.runs import passed, texts_of
from speccompile.spec.verification import Chooser, Counts, Input, Run, Tool

_SHOWN = 3
_MEND = "mend it, and run `speccompile verify` again"


@record()
class Subject:
    """A service to verify: its stack, and the files of its image."""

    spec: ServiceSpec
    stack: str
    shipped: tuple[str, ...]


@record()
class Project:
    """Where verifiers run: the project's directory, and a fresh view of its tree whenever it is asked for."""

    root: Path
    tree: Callable[[], Tree]


@record()
class Done:
    """A run as it is recorded, how long it took, the last lines that it wrote where it did not pass, and what is to be said of it."""

    run: Run
    seconds: float
    tail: tuple[str, ...]
    findings: tuple[Diagnostic, ...]


def tests(bench: Bench, project: Project, subject: Subject) -> Iterator[Done | Diagnostic]:
    """The tests of *subject*: a run for each command; a finding where nobody knows how."""
    spec = subject.spec
    tree = project.tree()
    directory = project.root / spec.directory
    said = spec.deploy.verify if spec.deploy else ()
    if said:
        for command in said:
            yield _tested(bench, project, subject, _said(command), "deploy")
        return
    invocation = chosen(subject.stack, tree.below(spec.directory) if spec.directory else tree, directory)
    if isinstance(invocation, Unknown):
        yield NO_WAY.at(spec.at, f"{spec.name}: {invocation.why}", fix=invocation.fix)
    else:
        yield _tested(bench, project, subject, invocation, "stack")


def proofs(bench: Bench, project: Project, services: Sequence[ServiceSpec]) -> Iterator[Done]:
    """The proofs of one manifest, which all *services* have."""
    for tool, prove in PROVERS.items():
        files = _specifications(tool, services, project.tree())
        if files:
            before = of_proofs(tool, files, project.tree())
            for proof in prove(bench, project.root, files):
                yield _proved(tool, proof, services, before, project.tree())


def _said(command: tuple[str, ...]) -> Invocation:
    return Invocation(runner=command[0], command=command, version=(command[0], "--version"))


def _tested(bench: Bench, project: Project, subject: Subject, invocation: Invocation, chooser: Chooser) -> Done:
    spec = subject.spec
    before = of_tests(spec, subject.shipped, project.tree())
    ran = run(bench, invocation, project.root / spec.directory)
    after = of_tests(spec, subject.shipped, project.tree())
    altered = tuple(sorted(path for path in before.keys() | after.keys() if before.get(path) != after.get(path)))
    report = _within(ran.report, altered)
    sources = Sources(project.tree(), tuple(before))
    done = Run(
        tool="tests",
        service=spec.name,
        runner=invocation.runner,
        toolVersion=ran.version,
        chosenBy=chooser,
        command=invocation.command,
        subjects=(),
        exitStatus=_status(ran.status),
        counts=_counted(report),
        problems=report.problems,
        time=_now(),
        manifest=texts_of(spec.manifest),
        assertions=dict(evidenced(report.cases, sources, (one.id for one in spec.manifest.assertions))),
        inputs=_inputs(before),
    )
    found = _changed(spec, invocation.runner, altered) + _failed(spec, done, ran)
    if passed(done):
        return Done(done, ran.seconds, (), found)
    return Done(done.model_copy(update={"assertions": {}}), ran.seconds, ran.tail, found)


def _within(report: Report, altered: tuple[str, ...]) -> Report:
    """*report*, and that the tests changed what they were about."""
    if not altered:
        return report
    return replace(report, problems=(*report.problems, f"{_some(altered)} changed while it ran"))


def _counted(report: Report) -> Counts:
    return Counts(
        passed=report.count(Verdict.PASSED),
        failed=report.count(Verdict.FAILED),
        skipped=report.count(Verdict.SKIPPED),
        verified=0,
        states=0,
        errors=report.errors,
    )


def _changed(spec: ServiceSpec, runner: str, altered: tuple[str, ...]) -> tuple[Diagnostic, ...]:
    if not altered:
        return ()
    message = f"{_some(altered)} changed while {runner} ran for {spec.name}"
    fix = "have the tests write outside of the project, or name what they write in .gitignore, and run `speccompile verify` again"
    return (ALTERED.at(spec.at, message, fix=fix),)


def _failed(spec: ServiceSpec, done: Run, ran: Ran) -> tuple[Diagnostic, ...]:
    if passed(done) or (done.problems and not ran.report.problems):
        return ()
    failing = [case.name for case in ran.report.cases if case.verdict is Verdict.FAILED]
    counts = done.counts
    why = (
        *ran.report.problems,
        *([f"{_some(failing)} failed"] if failing else []),
        *([f"{counts.errors} errors that are no test's"] if counts.errors else []),
        *(["no test passed"] if not counts.passed and not failing and not ran.report.problems else []),
        *([f"it ended with {ran.status}"] if ran.status and not failing and not ran.report.problems else []),
    )
    message = f"the tests of {spec.name} did not pass ({done.runner}): {'; '.join(dict.fromkeys(why))}"
    return (FAILED.at(spec.at, message, fix=_MEND),)


def _specifications(tool: str, services: Sequence[ServiceSpec], tree: Tree) -> tuple[str, ...]:
    return tuple(sorted({file for spec in services for file in specifications(tool, spec, tree)}))


def _proved(tool: str, proof: Proof, services: Sequence[ServiceSpec], before: Mapping[str, str], tree: Tree) -> Done:
    kind: Tool = "dafny" if tool == "dafny" else "tlc"
    verified, states = (proof.done, 0) if kind == "dafny" else (0, proof.done)
    done = Run(
        tool=kind,
        service=None,
        runner=proof.runner,
        toolVersion=proof.version,
        chosenBy="stack",
        command=proof.command,
        subjects=proof.subjects,
        exitStatus=_status(proof.status),
        counts=Counts(passed=0, failed=0, skipped=0, verified=verified, states=states, errors=proof.errors),
        problems=proof.problems,
        time=_now(),
        manifest=texts_of(services[0].manifest),
        assertions={},
        inputs=_inputs(before),
    )
    if passed(done):
        return Done(done.model_copy(update={"assertions": proved(proof, services, tree)}), 0.0, (), ())
    why = "; ".join(proof.problems) or f"it counted {proof.errors} errors and {proof.done} successes"
    message = f"{proof.runner} did not prove {_some(proof.subjects)}: {why}"
    return Done(done, 0.0, proof.lines, (FAILED.at(services[0].at, message, fix=_MEND),))


def _inputs(found: Mapping[str, str]) -> tuple[Input, ...]:
    return tuple(Input(path=path, digest=digest) for path, digest in sorted(found.items()))


def _status(code: int) -> int:
    return max(-255, min(255, code))


def _now() -> str:
    return datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _some(names: Sequence[str]) -> str:
    more = len(names) - _SHOWN
    return ", ".join(names[:_SHOWN]) + (f" and {more} more" if more > 0 else "")
