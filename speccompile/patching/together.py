"""All that people changed about what was emitted, put together: what is generated of it, what each change did, and what speaks against it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from speccompile.artifacts import Artifact
from speccompile.codes import patching as codes
from speccompile.diagnostics import Diagnostic, in_order
from speccompile.frontends.patches import EJECTED, FOLDER, Written
from speccompile.patching.applying import meant, patched
from speccompile.patching.ejecting import ejected, misfits
from speccompile.patching.judging import judged
from speccompile.patching.overriding import Checks, Overrides
from speccompile.paths import join
from speccompile.project.tree import Tree
from speccompile.source import Span


def overridden(
    written: Written, artifacts: Sequence[Artifact], chosen: frozenset[str], where: tuple[Tree, str], checks: Checks
) -> Overrides:
    """*artifacts*, those of all targets, as people want them; those of the paths in *chosen* are verified. *where* is the tree, and the output directory
    as seen from its root."""
    tree, output = where
    theirs = ejected(written.ejected, {artifact.path for artifact in artifacts}, tree, output)
    names = {one.path for one in theirs}
    matched = patched(
        [(path, file) for path, file in written.files if not _is_theirs(path, names)],
        [artifact for artifact in artifacts if artifact.path not in names],
        FOLDER,
    )
    emitted = {artifact.path: artifact.text for artifact in artifacts if artifact.path in chosen}
    generated = {**emitted, **{one.path: one.text for one in matched.artifacts if one.path in chosen}}
    findings = (
        *matched.findings,
        *(_patch_of_theirs(path, names, output) for path, _ in written.files if _is_theirs(path, names)),
        *judged(matched.applied, emitted, checks.judge),
        *(finding for one in theirs for finding in one.findings),
        *misfits(theirs, generated, checks.together),
    )
    files = {one.path: one.text for one in matched.artifacts}
    files |= {one.path: one.text for one in theirs if one.text is not None}
    return Overrides(
        artifacts=matched.artifacts,
        files=files,
        applied=matched.applied,
        ejected=theirs,
        inputs=written.inputs,
        findings=in_order(findings),
    )


def _is_theirs(path: str, names: Iterable[str]) -> bool:
    return bool(meant(path.removeprefix(f"{FOLDER}/"), names))


def _patch_of_theirs(path: str, names: Iterable[str], output: str) -> Diagnostic:
    name = meant(path.removeprefix(f"{FOLDER}/"), names)[0]
    message = f"{join(output, name)} is listed in {EJECTED}: nothing generates it, so nothing can be patched"
    fix = f"change the file itself, and delete this one; or take the entry out of {EJECTED}"
    return codes.NO_ARTIFACT.at(Span(path), message, fix=fix)
