"""Patches applied to the artifacts that they are of, one after the other; what cannot be applied is said and left out."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from difflib import get_close_matches

from speccompile.artifacts import Artifact
from speccompile.codes import patching as codes
from speccompile.diagnostics import Diagnostic, Related, quoted
from speccompile.frontends.patches import RULE
from speccompile.patching.document import Document, document_of
from speccompile.patching.pointers import NoPlaceError
from speccompile.patching.treeoperations import NotSaidError
from speccompile.provenance import Cause, Origin
from speccompile.record import record
from speccompile.source import Span
from speccompile.spec.patch import Operation, Patch, PatchFile


@record()
class Applied:
    """A patch, the file in ``patches/`` that it is in, and the artifact before and after it. What is wrong with it is in ``findings``; then
    ``after`` is as far as it came. ``steps`` are the operations that could be done, each with what it was done to and what came of it."""

    file: str
    patch: Patch
    before: Artifact
    after: Artifact
    findings: tuple[Diagnostic, ...] = ()
    steps: tuple[tuple[Operation, Document, Document], ...] = ()

    @property
    def place(self) -> Span:
        """Where its reason stands."""
        return self.patch.at("reason")

    @property
    def removed(self) -> frozenset[str]:
        """The lines that it took away, or altered, as they were."""
        return frozenset(self.before.text.split("\n")) - frozenset(self.after.text.split("\n"))


def applied(artifact: Artifact, path: str, file: PatchFile) -> tuple[Applied, ...]:
    """Each patch of *file*, which is at *path*, applied to what the ones before it made of *artifact*."""
    return one_after_another(artifact, path, file.patches)


def one_after_another(artifact: Artifact, path: str, patches: Iterable[Patch]) -> tuple[Applied, ...]:
    """*patches* of the file at *path*, each applied to what the ones before it made of *artifact*."""
    done: list[Applied] = []
    document: Document | None = None
    for patch in patches:
        document = document or document_of(artifact)
        one, document = _one(document, path, patch)
        done.append(one)
    return tuple(done)


def _one(document: Document, path: str, patch: Patch) -> tuple[Applied, Document]:
    before, findings = document, []
    steps: list[tuple[Operation, Document, Document]] = []
    for number, operation in enumerate(patch.operations):
        found = _operated(document, patch, number, operation)
        if isinstance(found, Diagnostic):
            findings.append(found)
            continue
        if operation.op != "test" and found.artifact.text == document.artifact.text:
            where = document.artifact.path
            message = f"the patch “{in_one_line(patch.reason)}” changes nothing here: {where} is like that without it"
            fix = "take the operation out, and with the last one the patch"
            findings.append(codes.NO_EFFECT.at(operation.at(), message, fix=fix))
        steps.append((operation, document, found))
        document = found
    return Applied(path, patch, before.artifact, document.artifact, tuple(findings), tuple(steps)), document


def _operated(document: Document, patch: Patch, number: int, operation: Operation) -> Document | Diagnostic:
    """*document* after an operation of *patch*, or why that cannot be."""
    path = document.artifact.path
    try:
        return document.after(operation, _origin(patch, number))
    except NotSaidError as problem:
        fix = f"write it as the others are; `speccompile patch new {path}` shows all of them"
        return codes.OPERATION.at(operation.at(), str(problem), fix=fix)
    except NoPlaceError as problem:
        message = f"the patch “{in_one_line(patch.reason)}” no longer applies to {path}: {problem}"
        related = (Related("why it is made", patch.at("reason")),)
        fix = "write what is meant there now, or take the operation out"
        return codes.NOT_APPLICABLE.at(operation.at(), message, fix=fix, related=related)


def in_one_line(reason: str) -> str:
    """A reason as a message shows it."""
    return quoted(" ".join(reason.split()), 100)[1:-1]


def _origin(patch: Patch, number: int) -> Origin:
    """Why lines are there that the operation *number* of *patch* gives: its reason, and itself."""
    return Origin((RULE,), (Cause(patch.at("reason")), Cause(patch.at("operations", number))))


@record()
class Matched:
    """The artifacts, patched; what each patch did; the findings about files that belong to none."""

    artifacts: tuple[Artifact, ...]
    applied: tuple[Applied, ...]
    findings: tuple[Diagnostic, ...]


def patched(files: Iterable[tuple[str, PatchFile]], artifacts: Iterable[Artifact], folder: str) -> Matched:
    """*artifacts* with the patches of *files*, which lie below *folder*."""
    by_path = {artifact.path: artifact for artifact in artifacts}
    done: dict[str, tuple[str, tuple[Applied, ...]]] = {}
    findings: list[Diagnostic] = []
    for path, file in files:
        names = meant(path.removeprefix(f"{folder}/"), by_path)
        if len(names) == 1 and names[0] not in done:
            done[names[0]] = (path, applied(by_path[names[0]], path, file))
        elif file.patches:
            findings.append(_not_one(path, names, by_path, {name: first for name, (first, _) in done.items()}, folder))
    last = {name: each[-1].after for name, (_, each) in done.items() if each}
    every = tuple(one for _, each in done.values() for one in each)
    return Matched(
        tuple(last.get(path, artifact) for path, artifact in by_path.items()),
        every,
        (*findings, *(finding for one in every for finding in one.findings)),
    )


def meant(name: str, artifacts: Iterable[str]) -> tuple[str, ...]:
    """Which of *artifacts* a patch file called *name* is of: that of its whole name, or those of it without their endings."""
    stem = name.rpartition(".")[0]
    paths = tuple(artifacts)
    return tuple(path for path in paths if path == stem) or tuple(
        path for path in paths if path.rpartition(".")[0] == stem
    )


def _not_one(
    path: str, names: tuple[str, ...], known: Mapping[str, Artifact], taken: Mapping[str, str], folder: str
) -> Diagnostic:
    """Why the patch file *path* is of no single artifact."""
    if len(names) > 1:
        fix = f"call it {folder}/{names[0]}.yaml, or as the other one"
        return codes.AMBIGUOUS.at(Span(path), f"this could be a patch of {' or of '.join(names)}", fix=fix)
    if names:
        message = f"{taken[names[0]]} is of {names[0]}, too"
        related = (Related("the other one", Span(taken[names[0]])),)
        return codes.TWO_PATCHES.at(
            Span(path), message, fix="put the patches of both into one of them", related=related
        )
    close = [f"{folder}/{name}.yaml" for name in _closest(path.removeprefix(f"{folder}/").rpartition(".")[0], known)]
    fix = "delete it, or choose its target"
    if close:
        which = "that" if len(close) == 1 else "one of these"
        fix = f"call it {' or '.join(close)}, if {which} is meant; else delete it"
    there = ", ".join(sorted(known)[:8])
    message = f"no chosen target gives the file that this is a patch of; there are {there}"
    return codes.NO_ARTIFACT.at(Span(path), message, fix=fix)


def _closest(stem: str, known: Mapping[str, Artifact]) -> list[str]:
    """Artifacts of the same last name, else those with a like name; three at most."""
    last = stem.rpartition("/")[2]
    same = sorted(path for path in known if path.rpartition("/")[2] == last)
    return (
        same or get_close_matches(stem, sorted(known), n=3, cutoff=0.8) or get_close_matches(stem, sorted(known), n=1)
    )[:3]
