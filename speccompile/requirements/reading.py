"""A requirement as a sentence has it: of what it speaks, and in which words."""

from __future__ import annotations

from dataclasses import fields
from typing import Literal

from speccompile.record import record
from speccompile.requirements.kinds import Requirement


@record()
class Scope:
    """Of what a requirement speaks: the whole service, one path, one client, one run, the host, the stores. ``path`` is a URL path, or a word for
    the operation where the sentence has no path (``login``)."""

    of: Literal["service", "path", "client", "run", "host", "store"] = "service"
    path: str | None = None


SERVICE = Scope()
"""The whole service."""


@record()
class Reading:
    """What a reader made of some words of a sentence: characters *begin* to *end* of its text."""

    requirement: Requirement
    scope: Scope
    begin: int
    end: int

    @property
    def kind(self) -> str:
        """The requirement's kind as reports name it."""
        return kind_of(self.requirement)


def kind_of(requirement: Requirement) -> str:
    """The name of a requirement's kind: its class's in lower case."""
    return type(requirement).__name__.lower()


def value_of(requirement: Requirement) -> dict[str, object]:
    """The fields of a requirement as JSON has them; a rate's key only where it is not the client as such, and callers only where they alone are meant."""
    value: dict[str, object] = {}
    for each in fields(requirement):
        one = getattr(requirement, each.name)
        if (each.name, one) not in (("key", "client"), ("callers", False)):
            value[each.name] = list(one) if isinstance(one, tuple) else one
    return value
