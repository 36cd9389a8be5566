"""Which of the services that share a manifest an assertion concerns."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping

from speccompile.regex import regex
from speccompile.spec.manifest import Assertion

_PART = r"(?:service|server|worker|job|process|container|application|app|api|pipeline|tool|site)"
# «Every service but the worker»: who is left out is named, too.
_BUT = regex(
    r"(?:\b(?:except(?: for)?|other than|apart from|besides|excluding|save)"
    r"|\b(?:all|every|each|any|everything|everybody)\b[^.;,]{0,30}\bbut)\s+(?:the\s+|our\s+|`)?\Z",
    re.IGNORECASE,
)
_AND = r"(?:`?,? and |`?,? or |`?, |/)(?:the |our |`)?"
_OF_ROLE = regex(r"\b(?:the|our|each|every|all|background) (worker|job)s?\b")


def concerned(assertion: Assertion, services: Mapping[str, str]) -> tuple[str, ...]:
    """Those of *services* (by name, with their roles) that the assertion's entity, tags or words name; where these name none, all of them.

    A word names a service where it can be nothing else: «the worker», «worker service», at the beginning, in backticks, beside another name.
    So «the Stripe API» names no service that is called ``api``. Where no service is called so, «the worker» is whoever has that role.
    """
    if len(services) == 1:
        return tuple(services)
    fields = {_plain(word.removeprefix("service:")) for word in (assertion.entity, *assertion.tags) if word}
    by_field = tuple(name for name in services if _plain(name) in fields)
    if by_field:
        return by_field
    named, left_out = _by_words(assertion.natural, services)
    if left_out:
        return tuple(name for name in services if name not in left_out)
    if named:
        return tuple(name for name in services if name in named)
    return _by_role(assertion.natural, services) or tuple(services)


def _by_words(text: str, services: Collection[str]) -> tuple[frozenset[str], frozenset[str]]:
    """The services that *text* names, and those that it leaves out."""
    named: set[str] = set()
    left_out: set[str] = set()
    for name in services:
        for match in re.finditer(_naming(name), text, re.IGNORECASE):
            begin = match.start(1) if match[1] is not None else match.start(2)
            (left_out if _BUT.search(text[:begin]) else named).add(name)
    out = _with_neighbours(text, left_out, services)
    return _with_neighbours(text, named - out, services) - out, out


def _with_neighbours(text: str, named: Collection[str], services: Collection[str]) -> frozenset[str]:
    """*named*, and what *text* lists beside them: «the api and worker»."""
    found = set(named)
    for _ in services if named else ():
        found |= {name for name in services for other in found if name not in found and _are_beside(text, other, name)}
    return frozenset(found)


def _are_beside(text: str, one: str, other: str) -> bool:
    pairs = ((_spelt(one), _spelt(other)), (_spelt(other), _spelt(one)))
    return any(re.search(rf"\b{left}{_AND}{right}\b", text, re.IGNORECASE) for left, right in pairs)


def _naming(name: str) -> str:
    """A pattern of which one group is *name* where a text can mean nothing else by it."""
    spelt = _spelt(name)
    return (
        rf"(?:(?:\A|\b(?:the|our|each|every|but|except|excluding) |`)(?=({spelt})\b)|(?<![\w-])(?=({spelt}) {_PART}\b))"
    )


def _spelt(name: str) -> str:
    return "[-_ ]?".join(map(re.escape, _plain(name).split("-")))


def _by_role(text: str, services: Mapping[str, str]) -> tuple[str, ...]:
    """Whoever has the role of which *text* speaks; nobody where all have it."""
    said = {match[1] for match in _OF_ROLE.finditer(text.lower())}
    found = tuple(name for name, role in services.items() if role in said)
    return found if len(found) < len(services) else ()


def _plain(name: str) -> str:
    """*name* in lower case with hyphens: ``OrderWorker`` is ``order-worker``."""
    apart = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "-", name.strip())
    return re.sub(r"[-_ ]+", "-", apart.lower())
