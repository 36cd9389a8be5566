"""A library: its package instead of an image."""

from __future__ import annotations

from speccompile.diagnostics import Diagnostic
from speccompile.lower.package import Choices, Place, npm_package, python_package
from speccompile.lower.subject import Subject
from speccompile.plan.package import Package
from speccompile.project.tree import Tree
from speccompile.provenance import because

CODE = "SC390"
TITLE = "package"


def package_of(subject: Subject, tree: Tree, *, alone: bool) -> tuple[Package, tuple[Diagnostic, ...]]:
    """What is missing to publish the library in *tree*, its own directory, and notes."""
    facts = subject.facts
    python = facts.stack == "python"
    name = "pyproject.toml" if python else "package.json"
    make = python_package if python else npm_package
    place = Place(
        service=subject.name,
        manifest=f"{subject.spec.directory}/{name}" if subject.spec.directory else name,
        output="" if alone else subject.name,
        alone=alone,
    )
    choices = Choices(bun=facts.runtime.value) if facts.stack == "bun" else Choices()
    origin = because(CODE, subject.because_of_archetype, *facts.causes)
    return make(place, tree.read(name) or "", tree, origin, choices)
