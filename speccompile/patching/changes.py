"""What operations of patches change: the values at a place before and after, or the lines; and which patches matter in the end."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from difflib import SequenceMatcher
from typing import Any

from speccompile.backends.yaml import Entry
from speccompile.patching.applying import Applied, one_after_another
from speccompile.patching.document import Document
from speccompile.patching.pointers import Steps, at, homes, places, written
from speccompile.patching.yamltree import plain
from speccompile.record import record
from speccompile.spec.patch import Operation


@record()
class Value:
    """A value of a YAML file, as plain data."""

    data: Any


@record()
class Change:
    """What the operation ``op`` does at ``where`` (a pointer; "" in a file of lines). ``before`` and ``after`` are a value, or lines; None where there is
    nothing."""

    op: str
    where: str
    before: Value | tuple[str, ...] | None
    after: Value | tuple[str, ...] | None


def changes(one: Applied) -> Iterator[Change]:
    """What the operations of a patch changed, one after the other; nothing of those that could not be done."""
    for operation, before, after in one.steps:
        if operation.op == "test":
            continue
        if before.tree and after.tree:
            yield from _of_values(operation, before.tree.root, after.tree.root)
        else:
            yield from _of_lines(operation, before, after)


def without_effect(applied: Sequence[Applied]) -> frozenset[int]:
    """The places in *applied*, all patches of one artifact in their order, of those that change something which later ones undo: without them the file
    would be the same."""
    if len(applied) < 2:
        return frozenset()
    last = applied[-1].after.text
    return frozenset(
        number
        for number, one in enumerate(applied)
        if one.before.text != one.after.text
        and not any(each.findings for each in applied)
        and _without(applied, number) == last
    )


def _without(applied: Sequence[Applied], number: int) -> str | None:
    """What the file would be without that patch; None where others need it."""
    rest = tuple(one.patch for at_, one in enumerate(applied) if at_ != number)
    done = one_after_another(applied[0].before, applied[0].file, rest)
    return None if any(one.findings for one in done) else done[-1].after.text


def _of_values(operation: Operation, before: Entry, after: Entry) -> Iterator[Change]:
    if operation.op == "move" and operation.source:
        yield from _gone(operation, operation.source, before)
    path = operation.path or ""
    if operation.op == "remove":
        yield from _gone(operation, path, before)
        return
    for steps in _placed(operation, path, before, after):
        yield Change(operation.op, written(steps), _at(before, steps, operation), Value(plain(at(after, steps))))


def _gone(operation: Operation, path: str, before: Entry) -> Iterator[Change]:
    for steps in places(before, path):
        yield Change(operation.op, written(steps), Value(plain(at(before, steps))), None)


def _placed(operation: Operation, path: str, before: Entry, after: Entry) -> Iterator[Steps]:
    """Where in *after* the values are that an operation put there."""
    if operation.op == "replace":
        yield from places(before, path)
        return
    for home, key in homes(after if operation.op == "move" else before, path):
        value = at(after, home).value
        last = len(value) - 1 if isinstance(value, list | tuple) else 0
        yield (*home, key if isinstance(value, Mapping) else last if key == "-" else int(key))


def _at(root: Entry, steps: Steps, operation: Operation) -> Value | None:
    """What was there; what is put into a list takes nothing's place."""
    *home, last = steps
    if operation.op != "replace" and not isinstance(last, str):
        return None
    try:
        there = at(root, tuple(home))
    except (KeyError, IndexError, TypeError):
        return None
    if isinstance(there.value, Mapping) and last not in there.value:
        return None
    return Value(plain(at(root, steps)))


def _of_lines(operation: Operation, before: Document, after: Document) -> Iterator[Change]:
    old, new = (one.artifact.text.removesuffix("\n").split("\n") for one in (before, after))
    for tag, i1, i2, j1, j2 in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if tag != "equal":
            yield Change(operation.op, "", tuple(old[i1:i2]) or None, tuple(new[j1:j2]) or None)
