"""From a compilation to what a report says of it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import groupby

from speccompile.artifacts import Artifact
from speccompile.cli.coverage import readings
from speccompile.cli.workspace import Compiled
from speccompile.diagnostics import in_order
from speccompile.frontends.secretlike import shows_secret
from speccompile.lower.catalogue import RULE_DOCS
from speccompile.paths import join
from speccompile.pipeline import Compilation
from speccompile.provenance import Cause, Origin
from speccompile.report.ages import age, moment
from speccompile.report.changes import Changes, Side
from speccompile.report.content import (
    Block,
    CausedBy,
    Chosen,
    Evidence,
    File,
    Lacking,
    Lost,
    Overridden,
    Reason,
    Report,
    Rule,
    StandingOn,
    Told,
)
from speccompile.report.system import system
from speccompile.spec.runs import passed
from speccompile.spec.verification import Verification
from speccompile.targets import platforms_of
from speccompile.verify.shortcomings import shortcomings
from speccompile.verify.standings import Account

_EXCERPT = 120


def content(compiled: Compiled, changes: Changes | None, at: str | None) -> Report:
    """What there is to say of *compiled*, with *changes* since a commit; ages are counted to *at*, else to the newest time in the specs."""
    compilation = compiled.compilation
    plan = compilation.plan
    written = dict(_verifications(compilation))
    reference = at or _newest(compilation, written.values())
    return Report(
        app=plan.app,
        platforms=tuple(one.platform for one in compilation.platforms),
        system=system(plan),
        assertions=tuple(_told(compiled)),
        losses=tuple(_losses(compilation)),
        reference=reference,
        evidence=tuple(_evidence(written, reference)),
        lacking=tuple(Lacking(one.service, (*one.tests, *one.proofs)) for one in plan.evidence),
        overrides=tuple(_overrides(compilation)),
        versions=tuple(Chosen(one.name, one.value, one.source) for one in plan.versions),
        to_supply=tuple(one.name for one in plan.parameters if one.default is None),
        findings=in_order((*compilation.notes, *shortcomings(compilation.platforms), *compilation.defects)),
        files=tuple(_file(compiled, artifact) for artifact in compilation.artifacts),
        rules=tuple(_rules(compilation.artifacts)),
        changes=changes,
    )


def side(compilation: Compilation) -> Side:
    """What is compared of *compilation* with that of another commit."""
    together = zip(*(one.accounts for one in compilation.platforms), strict=True)
    names = [one.platform for one in compilation.platforms]
    output = compilation.plan.layout.output
    return Side(
        {
            (each[0].assertion.assertion, each[0].assertion.origin.causes[0].span.path): (
                each[0].assertion.text,
                {name: one.standing.value for name, one in zip(names, each, strict=True)},
            )
            for each in together
        },
        system(compilation.plan),
        {one.name: f"{one.value} ({one.source})" for one in compilation.plan.versions},
        {join(output, path): text for path, text in compilation.files.items()},
    )


def _told(compiled: Compiled) -> Iterator[Told]:
    compilation = compiled.compilation
    output = compilation.plan.layout.output
    names = [one.platform for one in compilation.platforms]
    there = _lines_by_assertion(compilation, output)
    for each in zip(*(one.accounts for one in compilation.platforms), strict=True):
        covered = each[0].assertion
        span = covered.origin.causes[0].span
        yield Told(
            id=covered.assertion,
            text=covered.text,
            status=covered.status,
            services=covered.services,
            path=span.path,
            line=span.line,
            says=tuple(readings(covered)),
            standings=tuple(_standing(name, one, output) for name, one in zip(names, each, strict=True)),
            lines=there.get((covered.assertion, span.path), {}),
        )


def _standing(platform: str, one: Account, output: str) -> StandingOn:
    lines = {join(output, path): numbers for path, numbers in one.lines.items()}
    return StandingOn(platform=platform, standing=one.standing.value, why=one.why, lines=lines)


def _lines_by_assertion(compilation: Compilation, output: str) -> dict[tuple[str, str], dict[str, tuple[int, ...]]]:
    """The lines that are there because of each assertion, by its id and its manifest."""
    found: dict[tuple[str, str], dict[str, list[int]]] = {}
    for artifact in compilation.artifacts:
        for number, origins in sorted(artifact.origins.items()):
            causes = (cause for origin in origins for cause in origin.causes)
            for named in dict.fromkeys((one.assertion, one.span.path) for one in causes if one.assertion):
                found.setdefault(named, {}).setdefault(join(output, artifact.path), []).append(number)
    return {named: {path: tuple(numbers) for path, numbers in files.items()} for named, files in found.items()}


def _losses(compilation: Compilation) -> Iterator[Lost]:
    for platform in platforms_of(compilation.targets):
        for loss in platform.losses(compilation.plan):
            yield Lost(platform=platform.name, of=loss.of, what=loss.what, why=loss.why, fix=loss.fix)
    for target in compilation.targets:
        for finding in target.loses(compilation.plan):
            yield Lost(platform=target.name, of=(), what=finding.message, why="", fix=finding.fix)


def _overrides(compilation: Compilation) -> Iterator[Overridden]:
    """Patches first, then files that are somebody's own."""
    output, found = compilation.plan.layout.output, compilation.overrides
    for one in found.applied:
        yield Overridden(join(output, one.before.path), str(one.place), one.patch.reason, one.patch.allow, kept=False)
    for mine in found.ejected:
        yield Overridden(join(output, mine.path), str(mine.place), mine.entry.reason, mine.entry.allow, kept=True)


def _verifications(compilation: Compilation) -> Iterator[tuple[str, Verification]]:
    """The evidence that was read, once each, with the manifest beside which it stands."""
    for service in compilation.spec.services:
        if service.evidence is not None:
            yield service.manifest_path, service.evidence


def _newest(compilation: Compilation, written: Iterable[Verification]) -> str:
    """The newest time that the specs name; "" where they name none."""
    said = (service.manifest.metadata for service in compilation.spec.services)
    stated = [(one.created, one.last_modified, one.last_verified) for one in said if one is not None]
    times = [run.time for one in written for run in one.runs]
    times += [time for three in stated for time in three if time is not None]
    return max((time for time in times if moment(time)), key=lambda time: (moment(time), time), default="")


def _evidence(written: Mapping[str, Verification], reference: str) -> Iterator[Evidence]:
    for path, one in written.items():
        for run in one.runs:
            counts = run.counts.model_dump()
            yield Evidence(
                service=run.service,
                tool=run.tool,
                runner=run.runner,
                version=run.tool_version,
                time=run.time,
                age=age(run.time, reference),
                passed=passed(run),
                counts=tuple((name, count) for name, count in counts.items() if count),
                assertions=tuple(sorted(run.assertions)),
                inputs=len(run.inputs),
                path=path,
            )


def _file(compiled: Compiled, artifact: Artifact) -> File:
    """The file, in blocks of lines that are there for the same reasons."""
    lines = artifact.text.removesuffix("\n").split("\n")
    told = [artifact.origins.get(number, ()) for number in range(1, len(lines) + 1)]
    blocks, shown = [], _Excerpts(compiled)
    for origins, numbers in groupby(range(len(lines)), key=lambda at: told[at]):
        at = tuple(numbers)
        blocks.append(Block(at[0] + 1, tuple(lines[one] for one in at), _reasons(origins, shown)))
    return File(join(compiled.lock.output, artifact.path), artifact.target, tuple(blocks))


def _reasons(origins: Sequence[Origin], shown: _Excerpts) -> tuple[Reason, ...]:
    """A reason a rule, with all its causes, each once."""
    causes: dict[str, dict[Cause, None]] = {}
    for origin in origins:
        for rule in origin.rules:
            causes.setdefault(rule, {}).update(dict.fromkeys(origin.causes))
    return tuple(
        Reason(
            rule=rule,
            title=RULE_DOCS[rule][0] if rule in RULE_DOCS else "",
            causes=tuple(CausedBy(c.span.path, c.span.line, c.assertion, shown.of(c)) for c in found),
        )
        for rule, found in causes.items()
    )


def _rules(artifacts: Iterable[Artifact]) -> Iterator[Rule]:
    """Each that put a line there, by its code."""
    used = {
        rule
        for artifact in artifacts
        for origins in artifact.origins.values()
        for origin in origins
        for rule in origin.rules
    }
    yield from (Rule(code, *RULE_DOCS[code]) for code in sorted(used & RULE_DOCS.keys()))


class _Excerpts:
    """What stands at causes; each line is read once."""

    def __init__(self, compiled: Compiled) -> None:
        self._workspace = compiled.workspace
        self._known: dict[Cause, str] = {}

    def of(self, cause: Cause) -> str:
        """The line, where it may be shown: not that of an assertion, whose text the report has, and nothing that looks like a secret."""
        if cause.assertion:
            return ""
        if cause not in self._known:
            line = self._workspace.source_line(cause.span.path, cause.span.line)
            self._known[cause] = line.strip()[:_EXCERPT] if line and not shows_secret(line) else ""
        return self._known[cause]
