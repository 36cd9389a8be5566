"""Amounts in other formats' words: CPUs, memory, times."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from speccompile.frontends.importers.keys import key_at, not_carried, text
from speccompile.frontends.importers.parts import Part, Service
from speccompile.frontends.wording import shown
from speccompile.regex import regex
from speccompile.spec.located import Located

_CPUS = regex(r"(\d{1,6}(?:\.\d{1,3})?)(m?)")
_MEMORY = regex(r"(\d{1,12})(?:\.(\d{1,3}))?\s*(?:([kmgtKMGT])[iI]?)?[bB]?")
_LARGE = {"M": "K", "G": "M", "T": "G"}
_UNITS = {"k": "K", "m": "M", "g": "G", "t": "T"}


def cpus(service: Service, holder: Located | None, key: str) -> Iterator[Part]:
    """The CPUs below *key*: a number, or thousandths with an ``m``."""
    if holder is None or holder.get(key) is None:
        return
    found = _CPUS.fullmatch(text(holder[key]) or "")
    if found is None:
        yield _unread(service, holder, key, "cpus: 0.5")
    else:
        count = float(found[1]) / (1000 if found[2] else 1)
        yield service.put("resources.cpus", int(count) if count == int(count) else count, key_at(holder, key))


def memory(service: Service, holder: Located | None, key: str, plain: str = "") -> Iterator[Part]:
    """The memory below *key*, with a unit; a number without one counts in *plain*."""
    if holder is None or holder.get(key) is None:
        return
    found = _MEMORY.fullmatch(text(holder[key]) or "")
    if found is None:
        yield _unread(service, holder, key, "memory: 512M")
    else:
        unit = _UNITS[found[3].lower()] if found[3] else plain
        size: str | int = f"{found[1]}{unit}" if unit else int(found[1])
        if found[2] and unit in _LARGE:  # no fractions here: the same in the next smaller unit
            size = f"{int(float(f'{found[1]}.{found[2]}') * 1024)}{_LARGE[unit]}"
        yield service.put("resources.memory", size, key_at(holder, key))


def _unread(service: Service, holder: Located, key: str, example: str) -> Part:
    why, fix = (
        "it is no amount that can be read",
        f"write `resources: {{{example}}}` below {service.name}, with what it needs",
    )
    return not_carried(key_at(holder, key), f"{service.name}: {shown(key)[1:-1]}", why, fix)


def first(holder: Mapping[str, object], *keys: str) -> str | None:
    """The first of *keys* that *holder* has."""
    return next((key for key in keys if holder.get(key) is not None), None)


def milliseconds(held: str) -> str:
    """A duration without a unit, which is in milliseconds."""
    return f"{held[:-3]}s" if held.endswith("000") else f"{held}ms"
