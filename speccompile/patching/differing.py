"""An edited file as the smallest patch that gives its bytes: which operations lead from what is generated to what somebody made of it."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from difflib import SequenceMatcher
from typing import Any, TypeAlias

from speccompile.artifacts import Artifact
from speccompile.backends.yaml import Block, Entry
from speccompile.patching import lines, yamltree
from speccompile.patching.document import is_tree
from speccompile.patching.yamltree import escaped, named, plain

Said: TypeAlias = dict[str, Any]
"""An operation as it is written in a patch."""

_CONTEXT = 3


class NotReadError(ValueError):
    """The edited file cannot be read; ``line`` counts from 1."""

    def __init__(self, line: int, message: str) -> None:
        super().__init__(message)
        self.line = line


def operations(artifact: Artifact, edited: str) -> tuple[Said, ...]:
    """The operations that make *edited* of *artifact*, as far as there are any; raises ``NotReadError``. Whether they give its bytes is for the caller
    to try."""
    if not is_tree(artifact.path):
        return tuple(_of_lines(artifact, edited))
    try:
        after = yamltree.parsed(Artifact(artifact.path, edited, {}, artifact.target))
    except yamltree.NoTreeError as problem:
        raise NotReadError(problem.line, str(problem)) from None
    return tuple(_of_mappings("", _children(yamltree.parsed(artifact).root), _children(after.root)))


def is_relaid(artifact: Artifact, given: str, edited: str) -> bool:
    """Whether *edited* says just what *given* does, in YAML of another layout: the same values, in their order, and no line with a comment is another."""
    if not is_tree(artifact.path):
        return False
    try:
        trees = [yamltree.parsed(Artifact(artifact.path, text, {}, artifact.target)) for text in (given, edited)]
    except yamltree.NoTreeError:
        return False
    comments = [[line.strip() for line in text.split("\n") if "#" in line] for text in (given, edited)]
    return _form(trees[0].root) == _form(trees[1].root) and comments[0] == comments[1]


def _of_lines(artifact: Artifact, edited: str) -> Iterator[Said]:
    """Hunk by hunk from the top: what is above one is as it will be already."""
    old = [line.text for line in lines.lines_of(artifact)]
    new = edited.removesuffix("\n").split("\n")
    first = lines.header_end(lines.lines_of(artifact))
    state = list(old)
    for tag, i1, i2, j1, j2 in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if tag == "equal":
            continue
        count, text = i2 - i1, new[j1:j2]
        if j1 < first and count:
            continue
        yield _hunk(state, j1, count, text, first)
        state[j1 : j1 + count] = text


def _hunk(state: Sequence[str], start: int, count: int, text: Sequence[str], first: int) -> Said:
    """The operation that puts *text* in the place of *count* lines from *start* on."""
    if not count:
        return _insertion(state, start, text, first)
    candidates = (
        (above, below)
        for size in range(_CONTEXT + 1)
        for above, below in ((size, 0), (0, size), (size, size))
        if start - above >= first and start + count + below <= len(state)
    )
    taken = [(a, b) for a, b in candidates if _says(state[start - a : start + count + b])]
    chosen = next(
        ((a, b) for a, b in taken if _is_single(state, start - a, count + a + b, first)), (taken or [(0, 0)])[0]
    )
    above, below = chosen
    begin, end = start - above, start + count + below
    find = list(state[begin:end])
    whole = [*state[begin:start], *text, *state[start + count : end]]
    nth = _nth(state, begin, end - begin, first)
    return {"op": "replace", "find": find, "text": whole, **nth} if whole else {"op": "remove", "find": find, **nth}


def _insertion(state: Sequence[str], start: int, text: Sequence[str], first: int) -> Said:
    """Beside the line above or below that says something, and with more of them where that is there twice."""
    ways: list[tuple[str, int, int]] = []
    for size in range(1, _CONTEXT + 1):
        ways += [("after", start - size, size)] if start - size >= first else []
        ways += [("before", start, size)] if first <= start and start + size <= len(state) else []
    ways = [way for way in ways if _says(state[way[1] : way[1] + way[2]])]
    single = (way for way in ways if _is_single(state, way[1], way[2], first))
    way = next(single, ways[0] if ways else None)
    if way is None:
        return {"op": "insert", "at": "end", "text": list(text)}
    where, begin, size = way
    anchor = state[begin] if size == 1 else list(state[begin : begin + size])
    return {"op": "insert", where: anchor, "text": list(text), **_nth(state, begin, size, first)}


def _says(block: Sequence[str]) -> bool:
    return any(line.strip() for line in block)


def _starts(state: Sequence[str], begin: int, size: int, first: int) -> list[int]:
    stripped = [line.strip() for line in state]
    wanted = stripped[begin : begin + size]
    return [n for n in range(first, len(stripped) - size + 1) if stripped[n : n + size] == wanted]


def _is_single(state: Sequence[str], begin: int, size: int, first: int) -> bool:
    return len(_starts(state, begin, size, first)) == 1


def _nth(state: Sequence[str], begin: int, size: int, first: int) -> Said:
    starts = _starts(state, begin, size, first)
    return {"nth": starts.index(begin) + 1} if len(starts) > 1 else {}


def _children(entry: Entry) -> Mapping[str, Entry]:
    return entry.value if isinstance(entry.value, Mapping) else {}


def _of_mappings(at: str, old: Mapping[str, Entry], new: Mapping[str, Entry]) -> Iterator[Said]:
    """Keys that go, keys whose values change, keys that come; a key that is moved goes and comes."""
    kept = _kept(list(old), list(new))
    yield from ({"op": "remove", "path": f"{at}/{escaped(key)}"} for key in old if key not in kept)
    there = [key for key in old if key in kept]
    for number, (key, entry) in enumerate(new.items()):
        path = f"{at}/{escaped(key)}"
        if key in kept:
            yield from _of_values(path, old[key], entry)
            continue
        above, below = list(new)[:number], [one for one in there if one not in list(new)[:number]]
        beside: Said = {"after": above[-1]} if above and below else {"before": below[0]} if below else {}
        yield {"op": "add", "path": path, "value": plain(entry), **beside}


def _kept(old: list[str], new: list[str]) -> set[str]:
    blocks = SequenceMatcher(None, old, new, autojunk=False).get_matching_blocks()
    return {key for block in blocks for key in old[block.a : block.a + block.size]}


def _of_values(path: str, old: Entry, new: Entry) -> Iterator[Said]:
    if isinstance(old.value, Mapping) and isinstance(new.value, Mapping) and old.value and new.value:
        yield from _of_mappings(path, old.value, new.value)
    elif isinstance(old.value, tuple) and isinstance(new.value, tuple) and old.value and new.value:
        yield from _of_lists(path, old.value, new.value)
    elif _form(old) != _form(new):
        yield {"op": "replace", "path": path, "value": plain(new)}


def _of_lists(path: str, old: tuple[Entry, ...], new: tuple[Entry, ...]) -> Iterator[Said]:
    """Item by item from the first: what is before one is as it will be already."""
    state = list(old)
    codes = SequenceMatcher(
        None, [_form(one) for one in old], [_form(one) for one in new], autojunk=False
    ).get_opcodes()
    for tag, i1, i2, j1, j2 in codes:
        if tag == "equal":
            continue
        both = min(i2 - i1, j2 - j1)
        for n in range(j1, j1 + both):
            yield from _of_item(f"{path}/{named(state, n)}", state, n, new)
            state[n] = new[n]
        for _ in range(i2 - i1 - both):
            yield {"op": "remove", "path": f"{path}/{named(state, j1 + both)}"}
            del state[j1 + both]
        for n in range(j1 + both, j2):
            place = "-" if n == len(state) else str(n)
            yield {"op": "add", "path": f"{path}/{place}", "value": plain(new[n])}
            state.insert(n, new[n])


def _of_item(path: str, state: Sequence[Entry], number: int, new: Sequence[Entry]) -> Iterator[Said]:
    """An item that is still called the same is changed inside; another one takes its place."""
    if path.rpartition("/")[2] == named([*state[:number], new[number], *state[number + 1 :]], number):
        yield from _of_values(path, state[number], new[number])
    else:
        yield {"op": "replace", "path": path, "value": plain(new[number])}


def _form(entry: Entry) -> str:
    """What tells values apart, types and the order of keys included."""
    return json.dumps([plain(entry), isinstance(entry.value, Block)], ensure_ascii=False)
