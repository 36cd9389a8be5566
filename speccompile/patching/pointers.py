"""JSON pointers (RFC 6901) whose steps may select: ``/services[name=api]/networks/[=edge]``, ``/services/[*]/logging``.

A selector is what makes a patch survive: a list's item is found by what names it, and not by its place in the list.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from difflib import get_close_matches
from typing import Any, TypeAlias

from speccompile.backends.yaml import Entry
from speccompile.diagnostics import quoted
from speccompile.patching.yamltree import escaped, plain, pointers
from speccompile.record import record
from speccompile.regex import regex

Steps: TypeAlias = tuple[str | int, ...]
"""Where something is: keys of mappings, numbers of items."""

_SELECTORS = regex(r"(?P<key>[^\[]*)(?P<selectors>(?:\[[^\[\]]*\])+)\Z", re.DOTALL)
_PART = regex(r"/((?:\[[^\[\]]*\]|[^/])*)", re.DOTALL)  # what a selector wants may have slashes in it
_SELECTOR = regex(r"\[([^\[\]]*)\]")
_SHOWN = 5
_SEARCHED = 4000


class NoPlaceError(Exception):
    """A pointer leads nowhere; the message says what there is instead."""


@record()
class Step:
    """A step of a pointer: a ``key`` (or a number, or ``-``), or a selector: a field (dotted; "" is the item itself) with its value,
    ``*`` for every one."""

    key: str = ""
    field: str | None = None
    wanted: str = ""

    def __str__(self) -> str:
        if self.field is None:
            return escaped(self.key)
        return "[*]" if self.field == "*" else f"[{self.field}={escaped(self.wanted)}]"


def steps_of(pointer: str) -> tuple[Step, ...]:
    """The steps of *pointer*; raises ``NoPlaceError`` where it is none."""
    if not pointer.startswith("/"):
        raise NoPlaceError("a path begins with /")
    return tuple(step for part in _PART.findall(pointer) for step in _steps(part))


def _steps(part: str) -> Iterator[Step]:
    found = _SELECTORS.match(part)
    insides = _SELECTOR.findall(found["selectors"]) if found else []
    if found is None or not all(inside == "*" or "=" in inside for inside in insides):
        yield Step(_unescaped(part))
        return
    if found["key"]:
        yield Step(_unescaped(found["key"]))
    for inside in insides:
        field, _, wanted = inside.partition("=")
        yield Step(field=field.strip(), wanted=_unescaped(wanted))


def _unescaped(text: str) -> str:
    return text.replace("~1", "/").replace("~0", "~")


def places(root: Entry, pointer: str) -> tuple[Steps, ...]:
    """Where *pointer* leads in *root*, all of it there; raises ``NoPlaceError``."""
    return _resolved(root, steps_of(pointer), pointer)


def homes(root: Entry, pointer: str) -> tuple[tuple[Steps, str], ...]:
    """Where in *root* something could be added at *pointer*: the mappings or lists that hold it, and the key or number (``-``: the end)."""
    *above, last = steps_of(pointer)
    if last.field is not None:
        raise NoPlaceError("what is added has a key or a number, or - for the end of a list, and no selector")
    found = _resolved(root, tuple(above), pointer) if above else ((),)
    for home in found:
        there = at(root, home).value
        if isinstance(there, Mapping) or (isinstance(there, list | tuple) and _is_number(last.key, len(there) + 1)):
            continue
        raise NoPlaceError(_nothing(root, home, str(last), pointer))
    return tuple((home, last.key) for home in found)


def at(root: Entry, steps: Steps) -> Entry:
    """What is at *steps* in *root*."""
    entry: Any = root
    for step in steps:
        entry = entry.value[step]
    found: Entry = entry
    return found


def written(steps: Steps) -> str:
    """*steps* as a pointer."""
    return "".join(f"/{escaped(str(step))}" for step in steps)


def _resolved(root: Entry, wanted: tuple[Step, ...], pointer: str) -> tuple[Steps, ...]:
    found: tuple[Steps, ...] = ((),)
    for step in wanted:
        further = tuple((*home, key) for home in found for key in _matching(at(root, home), step))
        if not further:
            raise NoPlaceError(_nothing(root, found[0], str(step), pointer))
        if step.field not in (None, "*") and len(further) > len(found):
            raise NoPlaceError(f"{step} is there {len(further)} times below {written(found[0]) or '/'}")
        found = further
    return found


def _matching(entry: Entry, step: Step) -> Iterator[str | int]:
    """The keys or numbers of what *step* means in *entry*."""
    value = entry.value
    if isinstance(value, Mapping):
        if step.field is None:
            yield from (key for key in value if key == step.key)
        else:
            yield from (key for key, child in value.items() if _is(step, child, key))
    elif isinstance(value, list | tuple):
        if step.field is None:
            yield from (n for n in range(len(value)) if step.key == str(n))
        else:
            yield from (n for n, child in enumerate(value) if _is(step, child, None))


def _is(step: Step, child: Entry, key: str | None) -> bool:
    if step.field == "*":
        return True
    if key is not None and step.field == "name":
        return key == step.wanted
    there: Any = child
    for name in (step.field or "").split(".") if step.field else ():
        if not isinstance(there.value, Mapping) or name not in there.value:
            return False
        there = there.value[name]
    return not isinstance(there.value, Mapping | list | tuple) and _said(there.value) == step.wanted


def _said(value: object) -> str:
    return {True: "true", False: "false"}[value] if isinstance(value, bool) else "" if value is None else str(value)


def _is_number(key: str, count: int) -> bool:
    return key == "-" or (
        key.isascii() and key.isdigit() and len(key) < 8 and str(int(key)) == key and int(key) < count
    )


def _nothing(root: Entry, home: Steps, step: str, pointer: str) -> str:
    """That there is no *step* at *home*; what is there; and what comes closest to *pointer* in the whole file."""
    return (
        f"there is no {step} at {written(home) or 'the top'}, which has {_has(at(root, home))}{_nearest(root, pointer)}"
    )


def _has(entry: Entry) -> str:
    value = entry.value
    if isinstance(value, Mapping):
        keys = list(value)
        return ", ".join(keys[:_SHOWN]) + (f" and {len(keys) - _SHOWN} more" if len(keys) > _SHOWN else "") or "no keys"
    if isinstance(value, list | tuple):
        return f"{len(value)} {'item' if len(value) == 1 else 'items'}"
    return f"the value {quoted(value)}"


def _nearest(root: Entry, pointer: str) -> str:
    there = [one for one, _ in zip(pointers(root), range(_SEARCHED), strict=False)]
    close = [one for one in get_close_matches(pointer[:200], there, n=8, cutoff=0.6) if one != pointer]
    same_end = [one for one in close if one.rpartition("/")[2] == pointer.rpartition("/")[2]]
    if not close:
        return ""
    best = (same_end or close)[0]
    return f"; nearest is {best}, where {shown(at(root, places(root, best)[0]))} is"


def shown(entry: Entry) -> str:
    """What stands there, for a message."""
    return quoted(plain(entry), 60)
