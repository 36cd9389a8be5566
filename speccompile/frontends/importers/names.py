"""Names of services: what other formats call them, in the grammar of deploy.yaml."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping

from speccompile.codes.importing import CHOSEN
from speccompile.diagnostics import Diagnostic
from speccompile.frontends.wording import shown
from speccompile.regex import regex
from speccompile.source import Span
from speccompile.spec.names import SERVICE_NAME

_NAME = regex(SERVICE_NAME, re.ASCII)
_LONGEST = 41


def said_here(given: str, otherwise: str = "app") -> str:
    """*given* as a name of deploy.yaml; *otherwise* where nothing of it can be one."""
    name = re.sub(r"[^a-z0-9]+", "-", given.lower()).strip("-")
    name = re.sub(r"^[0-9-]+", "", name)[:_LONGEST].rstrip("-")
    return name if _NAME.fullmatch(name) else otherwise


def services(given: Iterable[tuple[str, Span]]) -> tuple[Mapping[Span, str], tuple[Diagnostic, ...]]:
    """The name of each service here, by where it stands there, no two of them one; and a finding for each that is called otherwise than there."""
    names: dict[Span, str] = {}
    found = []
    for said, span in given:
        name = free(said_here(said, "service"), names.values())
        names[span] = name
        if name != said:
            found.append(renamed(span, f"the service {shown(said)}", name))
    return names, tuple(found)


def free(name: str, taken: Iterable[str]) -> str:
    """*name*, with a number behind it where it is *taken*."""
    others, number, tried = frozenset(taken), 2, name
    while tried in others:
        tried, number = f"{name[: _LONGEST - 4].rstrip('-')}-{number}", number + 1
    return tried


def renamed(span: Span, what: str, name: str) -> Diagnostic:
    """A finding: *what* is called *name* here."""
    fix = f"nothing, or choose another name for {name} in deploy.yaml: lower-case letters, digits and hyphens, a letter first"
    return CHOSEN.at(
        span, f"{what} is called {name} in deploy.yaml", fix=fix, found=what, expected="a name of deploy.yaml"
    )


def application(given: object, span: Span) -> Iterator[tuple[str, Diagnostic | None]]:
    """The project's name, where *given* has anything of one, and a finding where it is another one than there."""
    if isinstance(given, str) and (name := said_here(given, "")):
        yield name, renamed(span, f"the project {shown(given)}", name) if name != given else None
