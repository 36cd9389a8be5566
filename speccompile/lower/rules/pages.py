"""Pages: what runs in browsers needs nothing beside its server.

A static site's container holds nginx alone. Stores, external APIs, secrets, volumes, packages and variables that assertions or
deploy.yaml want are left out, with a warning that names them: nobody there could use them. nginx finishes what it is
sending when it gets SIGQUIT.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from speccompile.codes.stacks_static import NO_EFFECT
from speccompile.diagnostics import Diagnostic
from speccompile.lower.draft import Draft
from speccompile.lower.subject import Subject
from speccompile.source import Span

CODE = "SC343"
TITLE = "static site"


def apply(subject: Subject, draft: Draft) -> Draft:
    """Take from a static site what it cannot use."""
    if subject.facts.pages is None or not subject.server:
        return draft
    return replace(
        draft,
        stores=(),
        externals=(),
        secrets=(),
        state=(),
        environment=tuple(variable for variable in draft.environment if variable.name == "PORT"),
        stop=replace(draft.stop, signal="SIGQUIT"),
        notes=(*draft.notes, *(_without(subject, name, span) for name, span in _useless(subject, draft))),
    )


def _useless(subject: Subject, draft: Draft) -> Iterator[tuple[str, Span]]:
    """What is wanted in vain, and where."""
    wanted = (
        *((need.name, need.origin) for need in draft.stores),
        *((need.name, need.origin) for need in draft.externals),
        *((need.name, need.origin) for need in draft.secrets),
        *((f"the volume at {volume.target}", volume.origin) for volume in draft.state),
        *((f"the variable {one.name}", one.origin) for one in draft.environment if one.name != "PORT"),
    )
    for name, origin in wanted:
        yield name, origin.causes[0].span
    if subject.deploy and subject.deploy.packages and subject.deploy.packages.runtime:
        yield "the packages", subject.deployed("packages", "runtime").span
    for number, name in enumerate(subject.deploy.needs if subject.deploy else ()):
        if name not in {name for name, _ in wanted}:
            yield name, subject.deployed("needs", number).span


def _without(subject: Subject, name: str, span: Span) -> Diagnostic:
    return NO_EFFECT.at(
        span,
        f"{subject.name} is a static site: nothing in its container could use {name}",
        fix="say it of the service that the pages call; values for the pages are given when they are built",
    )
