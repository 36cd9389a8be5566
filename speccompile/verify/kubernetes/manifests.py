"""The manifests, read back: each is what the plan says, and all of them together hold what any good ones do."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any, TypeAlias

from speccompile.codes import kubernetes as codes
from speccompile.diagnostics import Diagnostic
from speccompile.plan.plan import Plan
from speccompile.realise.kubernetes.realisation import realised
from speccompile.source import Span
from speccompile.verify import place
from speccompile.verify.differences import differences
from speccompile.verify.kubernetes import kustomization, restricted, wiring
from speccompile.verify.kubernetes.expected import expected, found
from speccompile.verify.kubernetes.findings import Finding, Manifest, Manifests
from speccompile.verify.kubernetes.place import DIRECTORY
from speccompile.verify.readers.yaml import Document, Unreadable, read

Invariant: TypeAlias = Callable[[Plan, Manifests], Iterator[Finding]]

INVARIANTS: tuple[Invariant, ...] = (
    restricted.privileges,
    restricted.limits,
    restricted.probes,
    restricted.overlap,
    wiring.naming,
    wiring.references,
    wiring.secrets,
    wiring.images,
    wiring.network,
)


def verify(plan: Plan, files: Mapping[str, str]) -> tuple[Diagnostic, ...]:
    """Findings about the manifests among *files* (path relative to the output directory → text)."""
    mine = {path.removeprefix(DIRECTORY): text for path, text in files.items() if path.startswith(DIRECTORY)}
    return tuple(_verify(plan, mine))


def _verify(plan: Plan, files: Mapping[str, str]) -> Iterator[Diagnostic]:
    documents: dict[str, Document] = {}
    for name, text in sorted(files.items()):
        path = place.on_disk(plan, DIRECTORY + name)
        try:
            documents[name] = read(text)
        except Unreadable as problem:
            yield codes.UNREADABLE.at(Span(path, problem.line, problem.column), str(problem), fix=place.FIX)
            continue
        if tuple(comment for _, comment in documents[name].comments) != place.header(name):
            text_ = "the comments are not the generated ones"
            yield codes.NOT_THE_PLAN.at(Span(path, 1, 1), text_, fix=place.FIX)
    for finding in _findings(plan, documents, frozenset(files)):
        document = documents.get(finding.file)
        at = document.place(finding.path) if document else ()
        where = Span(place.on_disk(plan, DIRECTORY + finding.file), *at)
        yield finding.code.at(where, finding.message, fix=place.FIX)


def _findings(plan: Plan, documents: Mapping[str, Document], files: frozenset[str]) -> Iterator[Finding]:
    realisation = realised(plan)
    wanted = expected(realisation) if realisation else {}
    if realisation:
        wanted[kustomization.FILE] = kustomization.expected(realisation, wanted)
    for name in sorted(wanted.keys() - files):
        yield Finding(name, (), codes.NOT_THE_PLAN, f"{name} is missing")
    for name in sorted(files - wanted.keys()):
        yield Finding(name, (), codes.NOT_THE_PLAN, f"{name} is there, and the plan knows nothing of it")
    for name in sorted(wanted.keys() & documents.keys()):
        yield from _same(name, wanted[name], documents[name])
    if kustomization.FILE in documents:
        yield from kustomization.listed(documents[kustomization.FILE].data, files - {kustomization.FILE})
    manifests = tuple(Manifest(name, one.data) for name, one in documents.items() if name != kustomization.FILE)
    for check in INVARIANTS if files else ():
        yield from check(plan, manifests)


def _same(name: str, want: Any, document: Document) -> Iterator[Finding]:
    try:
        have = kustomization.found(document.data) if name == kustomization.FILE else found(document.data)
    except ValueError as problem:
        yield Finding(name, (), codes.NOT_THE_PLAN, str(problem))
        return
    for path, message in differences(want, have, ()):
        yield Finding(name, path, codes.NOT_THE_PLAN, message)
