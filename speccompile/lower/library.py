"""A library: its package instead of an image."""

from __future__ import annotations

import posixpath
from typing import TypeAlias

from speccompile.codes.stacks import NO_PUBLISHING
from speccompile.detect.library.sources import NpmSources, PythonSources
from speccompile.diagnostics import Diagnostic
from speccompile.errors import Refused
from speccompile.lower.package import Choices, Place, npm_package, python_package
from speccompile.lower.subject import Subject
from speccompile.plan.package import Package
from speccompile.provenance import because
from speccompile.stacks.facts import Facts

CODE = "SC390"
TITLE = "package"

Made: TypeAlias = tuple[Package, tuple[Diagnostic, ...]]


def package_of(subject: Subject, sources: NpmSources | PythonSources | None, *, alone: bool) -> Made:
    """What is missing to publish the library with these *sources*, and notes. Errors: Refused."""
    facts = subject.facts
    if sources is None:
        raise Refused((_unpublished(facts),))
    origin = because(CODE, subject.because_of_archetype, *facts.causes)
    choices = Choices(bun=facts.runtime.value) if facts.stack == "bun" else Choices()
    if isinstance(sources, NpmSources):
        return npm_package(_place(subject, "package.json", alone=alone), sources, origin, choices)
    return python_package(_place(subject, "pyproject.toml", alone=alone), sources, origin, choices)


def _place(subject: Subject, manifest: str, *, alone: bool) -> Place:
    path = posixpath.join(subject.spec.directory, manifest)
    return Place(service=subject.name, manifest=path, output="" if alone else subject.name, alone=alone)


def _unpublished(facts: Facts) -> Diagnostic:
    return NO_PUBLISHING.at(
        facts.evidence[0],
        f"this is a library written for {facts.stack}; publishing is set up for npm and Python packages",
        fix="publish it with its own tools; if it is run after all, correct the archetype in the manifest",
    )
