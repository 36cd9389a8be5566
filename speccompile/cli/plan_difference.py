"""``plan --diff``: how the system is in one environment, and how in another."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, TypeAlias

from speccompile.cli.workspace import Compiled
from speccompile.plan.dump import data
from speccompile.plan.plan import Plan
from speccompile.record import record

Values: TypeAlias = Mapping[str, Any]
_NOT_OF_THE_SYSTEM = ("because", "kind")
"""Why something is so, and what it is called in the plan's own words."""


@record()
class Different:
    """A place of the plan, its value in the one environment and in the other; None where it is not there."""

    path: str
    values: tuple[Any, Any]


def environments(compiled: Compiled) -> tuple[str, ...]:
    """The names of all environments."""
    return tuple(one.name for one in compiled.compilation.spec.environments)


def differences(compiled: Compiled, one: str, other: str) -> tuple[Different, ...]:
    """What is otherwise in the environment *other* than in *one*, in the order of the plan: places by the names of what they are of."""
    mine, theirs = _described(compiled, one), _described(compiled, other)
    return tuple(
        Different(path, (mine.get(path), theirs.get(path)))
        for path in dict.fromkeys((*mine, *theirs))
        if mine.get(path) != theirs.get(path)
    )


def _described(compiled: Compiled, name: str) -> Values:
    """The platform, the namespace and every value of the plan there."""
    said = next(one.says for one in compiled.compilation.spec.environments if one.name == name)
    head = {"on": said.on, **({"namespace": said.namespace} if said.namespace else {})}
    return {**head, **dict(_flat(data(_plan(compiled, name)), ""))}


def _plan(compiled: Compiled, name: str) -> Plan:
    there = (one.plan for one in compiled.compilation.variants if one.name == name)
    return next(there, compiled.compilation.plan)


def _flat(value: Any, path: str) -> Iterator[tuple[str, Any]]:
    if isinstance(value, dict):
        for key, child in value.items():
            if key not in _NOT_OF_THE_SYSTEM:
                yield from _flat(child, f"{path}.{key}" if path else key)
    elif isinstance(value, list) and any(isinstance(one, dict) for one in value):
        for number, child in enumerate(value):
            yield from _flat(child, f"{path}[{_called(child, number)}]")
    else:
        yield path, value


def _called(value: Any, number: int) -> str:
    """What an item of a list is known by: its name, or that of what it is mostly, else its number."""
    named = value.get("name") if isinstance(value, dict) else None
    workload = value.get("workload") if isinstance(value, dict) else None
    return str(named or (workload.get("name") if isinstance(workload, dict) else None) or number)


def as_text(found: tuple[Different, ...], one: str, other: str) -> str:
    """A line for each, in columns."""
    if not found:
        return f"{one} and {other} are the same system"
    rows = [("", one, other), *((each.path, _shown(each.values[0]), _shown(each.values[1])) for each in found)]
    widths = [max(len(row[column]) for row in rows) for column in range(2)]
    return "\n".join("  ".join((row[0].ljust(widths[0]), row[1].ljust(widths[1]), row[2])).rstrip() for row in rows)


def _shown(value: Any) -> str:
    if isinstance(value, list):
        return " ".join(map(str, value)) or "none"
    return "-" if value is None else str(value)


def as_data(found: tuple[Different, ...], one: str, other: str) -> dict[str, Any]:
    """The same for programs."""
    return {
        "status": "ok",
        "environments": [one, other],
        "differences": [{"path": each.path, "values": list(each.values)} for each in found],
    }
