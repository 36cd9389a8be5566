"""Overlays, read back: put over the files that they are for, they must give what the plan has in that environment.

What is merged is written as JSON, which is YAML too, and goes through the verifier of the files that it stands for: so an environment is asked all
that the system is asked.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from speccompile.codes import environments as codes
from speccompile.diagnostics import Diagnostic
from speccompile.plan.plan import Plan
from speccompile.source import Span
from speccompile.verify import place
from speccompile.verify.readers.yaml import Document, Unreadable, read


def unreadable(plan: Plan, path: str, problem: Unreadable) -> Diagnostic:
    """That the overlay at *path* is no YAML that everybody reads alike."""
    return codes.UNREADABLE.at(
        Span(place.on_disk(plan, path), problem.line, problem.column), str(problem), fix=place.FIX
    )


def not_the_plan(plan: Plan, path: str, message: str, at: tuple[int, int] = (1, 1)) -> Diagnostic:
    """That an overlay does not say what the plan wants."""
    return codes.NOT_THE_PLAN.at(Span(place.on_disk(plan, path), *at), message, fix=place.FIX)


def together(plan: Plan, path: str, found: Sequence[Diagnostic]) -> Iterator[Diagnostic]:
    """What is wrong with the whole, of which the overlay at *path* is the part that is looked at here: each by its own code, so that a patch is told
    which invariant it breaks."""
    at = Span(place.on_disk(plan, path), 1, 1)
    for one in found:
        yield replace(one, span=at, message=f"with it, {one.message}")


def as_text(data: Any, path: str) -> str:
    """*data* as the file at *path* would have it, for another verifier to read."""
    head = "".join(f"# {line}\n" for line in place.header(path))
    return f"{head}---\n{json.dumps(data, indent=1)}\n"


def headed(document: Document, path: str, *more: str) -> bool:
    """Whether the comments at the head of the file at *path* are the generated ones."""
    return tuple(comment for _, comment in document.comments) == (*place.header(path), *more)


def repeated(base: Any, said: Any, at: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    """The places of *said* that say what *base* says already: there is nothing of them in an overlay."""
    if isinstance(base, Mapping) and isinstance(said, Mapping):
        for key in said:
            if key in base:
                yield from repeated(base[key], said[key], (*at, str(key)))
    elif base == said:
        yield at


def parsed(files: Mapping[str, str], path: str) -> Document | None:
    """The document at *path*; None where there is none; raises ``Unreadable``."""
    return read(files[path]) if path in files else None
