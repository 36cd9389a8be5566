"""What a library gets, read back: the patch is applied and its result compared; so is the workflow."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from speccompile.codes import package as codes
from speccompile.diagnostics import Diagnostic
from speccompile.plan.package import Package
from speccompile.plan.plan import Plan
from speccompile.source import Span
from speccompile.verify import place
from speccompile.verify.package.finding import Finding
from speccompile.verify.package.manifest import check_manifest
from speccompile.verify.package.workflow import check_workflow
from speccompile.verify.readers.patch import Patch, Unreadable, read


def verify(plan: Plan, files: Mapping[str, str]) -> tuple[Diagnostic, ...]:
    """Findings about the patches and workflows among *files* (path relative to the output directory → text)."""
    return tuple(diagnostic for package in plan.packages for diagnostic in _verify(plan, package, files))


def _verify(plan: Plan, package: Package, files: Mapping[str, str]) -> Iterator[Diagnostic]:
    wanted = bool(package.settings or package.marker)
    checks = ((package.patch, _check_patch, wanted), (package.workflow.path, check_workflow, True))
    for path, check, needed in checks:
        where, text = place.on_disk(plan, path), files.get(path)
        if (text is not None) != needed:
            message = "the file is missing" if needed else "there is nothing to patch, but here is a patch"
            yield codes.UNGUARDED.at(Span(where), message, fix=place.FIX)
        elif text is not None:
            for line, code, message in check(package, text):
                yield code.at(Span(where, line, 1 if line else 0), message, fix=place.FIX)


def _check_patch(package: Package, text: str) -> Iterator[Finding]:
    try:
        patch = read(text)
        yield from _check_files(package, patch)
        if package.settings:
            yield from check_manifest(package, patch.files[0])
    except Unreadable as problem:
        yield problem.line, codes.PATCH_BROKEN, str(problem)
        return
    if patch.comments != place.header(package.patch):
        yield 1, codes.PATCH_BROKEN, "the comments are not the generated ones"


def _check_files(package: Package, patch: Patch) -> Iterator[Finding]:
    """The manifest is changed, the marker is created, and nothing else."""
    found = [(file.path, file.created) for file in patch.files]
    wanted = [(package.manifest, False)] if package.settings else []
    if package.marker:
        wanted.append((package.marker.path, True))
    if found != wanted:
        raise Unreadable(f"changes {found}, the plan says {wanted}", 1)
    if package.marker:
        created = patch.files[-1]
        if [hunk.new for hunk in created.hunks] != [(f"{package.marker.line}\n",)]:
            yield created.line, codes.SETTING, f"{created.path} would not hold what the plan says"
        if [(hunk.old_start, hunk.old, hunk.new_start) for hunk in created.hunks] != [(0, (), 1)]:
            yield created.line, codes.PATCH_BROKEN, f"{created.path} would not be made from nothing"
