"""Which of the services that share a manifest an assertion concerns."""

from __future__ import annotations

import re
from collections.abc import Collection

from speccompile.spec.manifest import Assertion

_PART = r"(?:service|server|worker|job|process|container|application|app|api|pipeline|tool)"


def concerned(assertion: Assertion, services: Collection[str]) -> tuple[str, ...]:
    """Those of *services* that the assertion's entity, tags or words name; where these name none, all of them.

    A word names a service where it can be nothing else: «the worker», «worker service», at the beginning, in backticks. So «the Stripe
    API» names no service that is called ``api``.
    """
    if len(services) == 1:
        return tuple(services)
    fields = {_plain(word) for word in (assertion.entity, *assertion.tags) if word}
    by_field = tuple(name for name in services if _plain(name) in fields)
    if by_field:
        return by_field
    text = assertion.natural.lower()
    return tuple(name for name in services if _names(text, name)) or tuple(services)


def _plain(name: str) -> str:
    return re.sub(r"[-_ ]+", "-", name.strip().lower())


def _names(text: str, name: str) -> bool:
    spelt = "[-_ ]".join(map(re.escape, _plain(name).split("-")))
    return bool(re.search(rf"(?:\A|\b(?:the|our|each|every) |`){spelt}\b|(?<![\w-]){spelt} {_PART}\b", text))
