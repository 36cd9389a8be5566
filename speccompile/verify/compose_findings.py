"""What findings about a compose file are, and how its parts are looked at without trusting their types."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any, NamedTuple, TypeAlias

from speccompile.codes.code import Code
from speccompile.plan.plan import Plan
from speccompile.verify.readers.yaml import Document, Path, Unreadable

Services: TypeAlias = Mapping[str, Mapping[str, Any]]


class Finding(NamedTuple):
    """What is wrong at a path of the document."""

    path: Path
    code: Code
    message: str


Invariant: TypeAlias = Callable[[Plan, Mapping[str, Any], Services], Iterator[Finding]]


def services(document: Document) -> Services:
    """The services of *document*; raises ``Unreadable`` when it has none."""
    found = document.data.get("services")
    if not isinstance(found, dict) or not all(isinstance(body, dict) for body in found.values()):
        raise Unreadable(*document.place(("services",)), "the services are not mappings")
    return found


def entries(value: Any) -> dict[str, Any]:
    """*value* where it is a mapping, else an empty one."""
    return value if isinstance(value, dict) else {}


def items(value: Any) -> list[Any]:
    """*value* where it is a list, else an empty one."""
    return value if isinstance(value, list) else []
