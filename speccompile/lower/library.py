"""A library: its package instead of an image."""

from __future__ import annotations

from speccompile.codes.stacks import NO_PUBLISHING
from speccompile.diagnostics import Diagnostic
from speccompile.errors import Refused
from speccompile.lower.package import Choices, Place, npm_package, python_package
from speccompile.lower.subject import Subject
from speccompile.plan.package import Package
from speccompile.project.tree import Tree
from speccompile.provenance import because
from speccompile.stacks.facts import Facts

CODE = "SC390"
TITLE = "package"


_MANIFESTS = {
    "python": ("pyproject.toml", python_package),
    "node": ("package.json", npm_package),
    "bun": ("package.json", npm_package),
}


def package_of(subject: Subject, tree: Tree, *, alone: bool) -> tuple[Package, tuple[Diagnostic, ...]]:
    """What is missing to publish the library in *tree*, its own directory, and notes. Errors: Refused."""
    facts = subject.facts
    if facts.stack not in _MANIFESTS:
        raise Refused((_unpublished(facts),))
    name, make = _MANIFESTS[facts.stack]
    place = Place(
        service=subject.name,
        manifest=f"{subject.spec.directory}/{name}" if subject.spec.directory else name,
        output="" if alone else subject.name,
        alone=alone,
    )
    choices = Choices(bun=facts.runtime.value) if facts.stack == "bun" else Choices()
    origin = because(CODE, subject.because_of_archetype, *facts.causes)
    return make(place, tree.read(name) or "", tree, origin, choices)


def _unpublished(facts: Facts) -> Diagnostic:
    return NO_PUBLISHING.at(
        facts.evidence[0],
        f"this is a library written for {facts.stack}; publishing is set up for npm and Python packages",
        fix="publish it with its own tools; if it is run after all, correct the archetype in the manifest",
    )
