"""Plan → the publishing set-up of each library: a patch to its own manifest, and the workflow that publishes it."""

from __future__ import annotations

from speccompile.artifacts import Artifact
from speccompile.backends import header, workflow
from speccompile.backends.package import json_edit, toml_edit
from speccompile.backends.package.edit import DiffLine, created, diff, inserted
from speccompile.plan.package import Ecosystem, Package
from speccompile.plan.plan import Plan

TARGET = "package"


def emit(plan: Plan) -> tuple[Artifact, ...]:
    """The patch (when anything is missing) and the workflow of every library of *plan*."""
    return tuple(artifact for package in plan.packages for artifact in _artifacts(package))


def _artifacts(package: Package) -> tuple[Artifact, ...]:
    text, origins = workflow.render(package.workflow)
    publish = Artifact(package.workflow.path, text, origins, TARGET)
    return (_patch(package), publish) if package.settings or package.marker else (publish,)


def _patch(package: Package) -> Artifact:
    lines = [DiffLine(f"# {line}", package.origin) for line in header.lines(package.patch)]
    if package.settings:
        lines += _manifest(package)
    if package.marker:
        lines += created(package.marker.path, package.marker.line, package.marker.origin)
    text = "".join(f"{line.text}\n" for line in lines)
    origins = {number: (line.origin,) for number, line in enumerate(lines, start=1) if line.text.strip()}
    return Artifact(package.patch, text, origins, TARGET)


def _manifest(package: Package) -> list[DiffLine]:
    editor = json_edit if package.ecosystem is Ecosystem.NPM else toml_edit
    new, origins = inserted(package.text, editor.insertions(package.text, package.settings))
    return list(diff(package.manifest, package.text, new, origins, package.origin))
