"""SC947: what the compose file asks of the operator is what .env.example explains, and the other way round."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from speccompile.codes import compose as codes
from speccompile.plan.plan import Plan
from speccompile.realise.compose import realised
from speccompile.verify.compose_expected import place
from speccompile.verify.compose_findings import Finding, Services
from speccompile.verify.readers.interpolation import Reference, read, references
from speccompile.verify.readers.yaml import Path


def slots(plan: Plan, data: Mapping[str, Any], _: Services) -> Iterator[Finding]:
    """Every reference is to a slot and in its form, and every slot is referred to."""
    known = {slot.name: slot for slot in realised(plan).parameters}
    images = {service.repository.parameter: place(service.repository) for service in plan.services}
    seen: set[str] = set()
    for path, value in _strings(data, ()):
        try:
            asked = tuple(references(read(value)))
        except ValueError as problem:
            yield Finding(path, codes.SLOTS, str(problem))
            continue
        for reference in asked:
            seen.add(reference.name)
            slot = known.get(reference.name)
            if slot is None:
                yield Finding(path, codes.SLOTS, f"{reference.name} is not in .env.example")
            elif not _fits(reference, slot.default) and reference != images.get(reference.name):
                yield Finding(path, codes.SLOTS, f"{reference.name} is asked for in another way than .env.example says")
    for name in sorted(known.keys() - seen):
        yield Finding((), codes.SLOTS, f"{name} is in .env.example, but nothing asks for it")


def _fits(reference: Reference, default: str | None) -> bool:
    if default is None:
        return reference.operator == ":?" and bool(reference.text)
    inside = reference.operator == ":+" and not default
    return inside or (reference.operator == ":-" and reference.text == ((default,) if default else ()))


def _strings(value: Any, path: Path) -> Iterator[tuple[Path, str]]:
    if isinstance(value, dict):
        for key, child in value.items():
            yield from _strings(child, (*path, key))
    elif isinstance(value, list):
        for number, child in enumerate(value):
            yield from _strings(child, (*path, number))
    elif isinstance(value, str):
        yield path, value
