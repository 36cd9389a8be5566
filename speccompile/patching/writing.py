"""Patches as text: a new one at the end of its file, and the commented start of a file that has none yet."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from speccompile.artifacts import Artifact
from speccompile.backends.yaml import Entry, render
from speccompile.diagnostics import quoted
from speccompile.frontends.patches import FOLDER
from speccompile.frontends.patchfile import read
from speccompile.patching import points
from speccompile.patching.differing import Said
from speccompile.patching.document import is_tree
from speccompile.patching.pointers import NoPlaceError, at, places, shown
from speccompile.patching.yamltree import NoTreeError, entry_of, parsed, pointers
from speccompile.provenance import Origin
from speccompile.regex import regex

_NOBODY = Origin(("written",))
_START = "---\n"
_DASH = regex(r"^( *)- ")
_MOST = 200


def path_of(artifact: str) -> str:
    """Where the patches of the file *artifact* are written."""
    return f"{FOLDER}/{artifact}.yaml"


def appended(text: str | None, path: str, reason: str, operations: Sequence[Said]) -> str | None:
    """The patch file *path*, which has *text* (None: it is not there), with one more patch at its end; None where nothing can be put there."""
    before = read(text, path)[0] if text is not None else None
    patch = {"reason": reason, "operations": list(operations)}
    if text is None or before is None or not before.patches:
        head = "".join(f"{line}\n" for line in (text or "").splitlines() if line.startswith("#") or not line.strip())
        return head + _rendered({"version": 1, "patches": [patch]})
    indent = next((found[1] for line in text.splitlines() if (found := _DASH.match(line))), "")
    body = _rendered({"patches": [patch]}).removeprefix("patches:\n")
    own = "".join(f"{indent}{line.removeprefix('  ')}" for line in body.splitlines(keepends=True))
    whole = f"{text.rstrip()}\n{own}"
    after, findings = read(whole, path)
    grown = after is not None and not findings and len(after.patches) == len(before.patches) + 1
    return whole if grown else None


def listed(text: str | None, file: str, reason: str) -> str:
    """``patches/ejected.yaml``, which has *text*, with one more *file*."""
    entry = _rendered({"ejected": [{"file": file, "reason": reason}]})
    if text is None or not text.strip():
        return _rendered({"version": 1}) + entry
    indent = next((found[1] for line in text.splitlines() if (found := _DASH.match(line))), "  ")
    body = entry.removeprefix("ejected:\n").splitlines(keepends=True)
    return f"{text.rstrip()}\n" + "".join(f"{indent}{line.removeprefix('  ')}" for line in body)


def _rendered(data: Mapping[str, Any]) -> str:
    return render(entry_of(data, _NOBODY), ())[0].removeprefix(_START)


def start(artifact: Artifact, shown_path: str) -> str:
    """The text of a patch file for *artifact* (on disk: *shown_path*) that changes nothing yet: all in comments, with what is really there."""
    lines = _about_tree(artifact) if is_tree(artifact.path) else _about_lines(artifact)
    head = (
        f"Patches of {shown_path}. `speccompile generate` applies them, and proves what comes of it.",
        "Take the # away where a patch begins; each one says why it is made.",
    )
    return "".join(f"# {line}".rstrip() + "\n" for line in (*head, "", *lines))


def _about_lines(artifact: Artifact) -> Iterator[str]:
    line = next(
        (
            one
            for one in artifact.text.split("\n")
            if one.strip() and artifact.text.count(one) == 1 and one[0] not in "#/;"
        ),
        "",
    )
    known = points.named(artifact.path)
    yield from ("version: 1", "patches:", "  - reason: why this is changed", "    operations:")
    yield from ("      - op: insert", f"        at: {next(iter(known))}", "        text: |", "          …")
    yield from ("      - op: replace", f"        find: {quoted(line, 200)}", "        text: …")
    yield from ("      - op: remove", f"        find: {quoted(line, 200)}")
    yield from (
        "",
        "A line is found however it is indented; `nth: 2` means the second of equal ones. Instead of `at` there may be",
    )
    yield from ("`after` or `before` with a line. Points of this file:")
    yield from (f"  {name}: {where}" for name, where in known.items())


def _about_tree(artifact: Artifact) -> Iterator[str]:
    try:
        root = parsed(artifact).root
    except NoTreeError:
        return
    there = [one for one in pointers(root) if not isinstance(_at(root, one).value, Mapping | list | tuple)]
    path = there[len(there) // 2] if there else "/name"
    yield from ("version: 1", "patches:", "  - reason: why this is changed", "    operations:")
    yield f"      - {{op: replace, path: {quoted(path, 300)}, value: …}}"
    yield from (
        "",
        "Operations are those of RFC 6902: add, remove, replace, move, copy, test. A step of a path may select: [name=api], [=edge],",
    )
    yield from ("[build.dockerfile=…], [*] for every one. `add` may say `after: key` or `before: key`. What is there:")
    yield from (f"  {one}: {shown(_at(root, one))}" for one in there[:_MOST])
    if len(there) > _MOST:
        yield f"  and {len(there) - _MOST} more"


def _at(root: Entry, pointer: str) -> Entry:
    try:
        return at(root, places(root, pointer)[0])
    except NoPlaceError:
        return root
