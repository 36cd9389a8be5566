"""Image labels: what the sources say about themselves (the annotations of the OCI image specification)."""

from __future__ import annotations

from collections.abc import Iterator

from speccompile.detect.judged import Judged
from speccompile.lower import evidence
from speccompile.lower.subject import Subject
from speccompile.plan.image import Label
from speccompile.provenance import Cause, Origin, because, merged

CODE = "SC370"
TITLE = "image labels"

_OPEN_CONTAINERS = "org.opencontainers.image"
_SPEC_DRIVEN = "com.spec-driven"


def labels(subject: Subject, seen: Judged, *, single: bool) -> tuple[Label, ...]:
    """The labels that can be known before a commit is built, in the order that linters want.

    ``org.opencontainers.image.*`` follow the OCI image specification 1.1, annotations; source, revision and created are put on by
    ``build``. ``com.spec-driven.*`` say what was verified.
    """
    named = (Cause(subject.project.named),) if subject.project.named else ()
    described = because(CODE, *subject.facts.causes, *named)
    verified = because(evidence.CODE, *seen.causes, subject.because_of_archetype)
    return (*_described(subject, single, described), *_verified(subject, seen, verified))


def _described(subject: Subject, single: bool, origin: Origin) -> Iterator[Label]:
    facts = subject.facts
    title = subject.app if single else f"{subject.app}/{subject.name}"
    values = (
        ("title", title),
        ("description", facts.description or f"{title}, a {subject.archetype} compiled from its specs"),
        ("url", facts.url),
        ("licenses", facts.licenses),
        ("version", facts.version),
    )
    stated = dict(facts.stated)
    for key, value in values:
        if value:
            because_of = merged((origin, because(CODE, Cause(stated[key])))) if key in stated else origin
            yield Label(key=f"{_OPEN_CONTAINERS}.{key}", value=_one_line(value), origin=because_of)


def _verified(subject: Subject, seen: Judged, origin: Origin) -> Iterator[Label]:
    confirmed = sum(assertion.status == "confirmed" for assertion in subject.spec.manifest.assertions)
    values = (
        ("verified", _flag(seen.verified)),
        ("verified-at", seen.at or "never"),
        ("assertions", str(confirmed)),
        ("dafny-verified", _flag(seen.dafny)),
        ("tlc-verified", _flag(seen.tlc)),
        ("spec-digest", subject.project.digest),
    )
    for key, value in values:
        yield Label(key=f"{_SPEC_DRIVEN}.{key}", value=value, origin=origin)


def _flag(holds: bool) -> str:
    return "true" if holds else "false"


def _one_line(text: str) -> str:
    return " ".join("".join(char if char.isprintable() else " " for char in text).split())
