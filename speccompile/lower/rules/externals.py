"""External APIs: each becomes an environment slot for its base URL that the operator fills in, and a readiness probe.

deploy.yaml's ``needs`` name them outright. A boundary that is called external, third-party or an API, gateway, provider
or processor is one too, unless it is the system's own («REST API»), and what a confirmed assertion says is called («e-mails are sent through
the SMTP relay»). What deploy.yaml has declared under a name of which their words are made is that.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from speccompile.catalog import CATALOG
from speccompile.digests import digest
from speccompile.lower.draft import Draft, ExternalNeed
from speccompile.lower.subject import Subject
from speccompile.provenance import Cause, because, merged
from speccompile.regex import regex
from speccompile.requirements.kinds import External
from speccompile.requirements.phrases import words
from speccompile.requirements.statement import Statement

CODE = "SC312"
TITLE = "external APIs"

_EXTERNAL = words("external", "third party", "api", "gateway", "provider", "processor", "webhook", "upstream", "saas")

# The system's own edge is no API that somebody else runs.
_OWN = regex(
    r"(?:(?:the|our|its|this|own|a|public|internal|private|admin|management|rest|restful|http|https|web|json|graphql|grpc|soap|rpc|v\d+)\s+)*"
    r"apis?(?:\s+(?:clients?|consumers?|users?|gateway|endpoints?|surface|v\d+))?"
)
_LONGEST = 50


def apply(subject: Subject, draft: Draft) -> Draft:
    """Add the external APIs; a library has none at run time."""
    if subject.archetype == "library":
        return draft
    found = {need.name: need for need in _declared(subject)}
    declared = sorted(found)
    for text, cause in _named(subject):
        name = _declared_name(text, declared) or _name(text)
        before, origin = found.get(name), because(CODE, cause)
        found[name] = (
            replace(before, origin=merged((before.origin, origin)))
            if before
            else ExternalNeed(name=name, url=None, origin=origin)
        )
    return replace(draft, externals=tuple(need for _, need in sorted(found.items())))


def _named(subject: Subject) -> Iterator[tuple[str, Cause]]:
    """What boundaries and assertions call, in their words."""
    yield from ((boundary.text, boundary.cause) for boundary in subject.wishes if _is_external(boundary))
    yield from ((one.requirement.name, one.cause) for one in subject.asks(External))


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


def _declared_name(text: str, names: Sequence[str]) -> str | None:
    """The declared external that *text* speaks of: «external payment processor» is ``payments``."""
    said = _telling(text)
    return next((name for name in names if said & _telling(name)), None)


def _telling(text: str) -> set[str]:
    """The words of *text*, in the singular, without those that only say that it is an external API."""
    return {word.rstrip("s") for word in re.findall(r"[a-z0-9]+", _EXTERNAL.sub(" ", text.replace("-", " ")))}
