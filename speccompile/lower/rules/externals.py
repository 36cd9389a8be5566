"""External APIs: each becomes an environment slot for its base URL that the operator fills in, and a readiness probe.

deploy.yaml's ``needs`` name them outright. A boundary that is called external, third-party or an API, gateway, provider
or processor is one too, unless it is the system's own («REST API»), or deploy.yaml has declared it under a name of which the boundary's words are made.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from speccompile.catalog import CATALOG
from speccompile.digests import digest
from speccompile.lower.draft import Draft, ExternalNeed
from speccompile.lower.statement import Statement
from speccompile.lower.subject import Subject
from speccompile.provenance import Cause, because, merged
from speccompile.requirements.phrases import Phrase, words

CODE = "SC312"
TITLE = "external APIs"

_EXTERNAL = words("external", "third party", "api", "gateway", "provider", "processor", "webhook", "upstream", "saas")

# The system's own edge is no API that somebody else runs.
_OWN = Phrase(
    r"(?:(?:the|our|its|this|own|a|public|internal|private|admin|management|rest|restful|http|https|web|json|graphql|grpc|soap|rpc|v\d+)\s+)*"
    r"apis?(?:\s+(?:clients?|consumers?|users?|gateway|endpoints?|surface|v\d+))?"
)
_LONGEST = 50


def apply(subject: Subject, draft: Draft) -> Draft:
    """Add the external APIs; a library has none at run time."""
    if subject.archetype == "library":
        return draft
    declared = {need.name: need for need in _declared(subject)}
    names = sorted(declared)
    for boundary in subject.wishes:
        if _is_external(boundary):
            name = _declared_name(boundary, names) or _name(boundary.text)
            before = declared.get(name)
            origin = because(CODE, boundary.cause)
            declared[name] = (
                replace(before, origin=merged((before.origin, origin)))
                if before
                else ExternalNeed(name=name, url=None, origin=origin)
            )
    return replace(draft, externals=tuple(need for _, need in sorted(declared.items())))


def _declared(subject: Subject) -> Iterator[ExternalNeed]:
    externals = {external.name: external for external in subject.project.externals}
    for number, name in enumerate(subject.deploy.needs if subject.deploy else ()):
        if name in externals:
            external = externals[name]
            yield ExternalNeed(
                name=name, url=external.url, origin=because(CODE, subject.deployed("needs", number), Cause(external.at))
            )


def _is_external(statement: Statement) -> bool:
    return (
        statement.kind == "boundaries"
        and statement.says(_EXTERNAL) is not None
        and not _is_store(statement)
        and not _OWN.fullmatch(statement.text.strip())
    )


def _name(text: str) -> str:
    """The boundary's words with hyphens between; a long name is cut, and told from others that begin alike by its digest."""
    whole = "-".join(re.findall(r"[a-z0-9]+", text))
    return (
        whole
        if len(whole) <= _LONGEST
        else f"{whole[: _LONGEST - 9].rstrip('-')}-{digest(whole.encode()).rpartition(':')[2][:8]}"
    )


def _is_store(boundary: Statement) -> bool:
    return any(boundary.mentions(words(*backing.words)) for backing in CATALOG.values())


def _declared_name(boundary: Statement, names: Sequence[str]) -> str | None:
    """The declared external that a boundary speaks of: «external payment processor» is ``payments``."""
    said = _telling(boundary.text)
    return next((name for name in names if said & _telling(name)), None)


def _telling(text: str) -> set[str]:
    """The words of *text*, in the singular, without those that only say that it is an external API."""
    return {word.rstrip("s") for word in re.findall(r"[a-z0-9]+", _EXTERNAL.sub(" ", text.replace("-", " ")))}
