"""deploy.yml, read back: it is what the plan calls for, and what a workflow that delivers should be."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any, TypeAlias

from speccompile.codes import delivery as codes
from speccompile.codes.code import Code
from speccompile.diagnostics import Diagnostic, quoted
from speccompile.plan.plan import Plan
from speccompile.source import Span
from speccompile.verify import place
from speccompile.verify.actions.expected import comments, document, path, reasons
from speccompile.verify.actions.invariants import findings
from speccompile.verify.actions.scripts import Script, is_reviewed
from speccompile.verify.readers.yaml_text import Unreadable, differences, load, rows

Finding: TypeAlias = tuple[int, Code, str]


def verify(plan: Plan, files: Mapping[str, str]) -> tuple[Diagnostic, ...]:
    """Findings about the workflow among *files* (path relative to the output directory → text)."""
    at = path(plan)
    text, where = files.get(at), place.on_disk(plan, at)
    if text is None and not plan.services:
        return ()
    missing = ((0, codes.WORKFLOW_NOT_THE_PLAN, "the file is missing"),)
    found = _findings(plan, text) if text is not None else missing
    return tuple(code.at(Span(where, line, 1 if line else 0), message, fix=place.FIX) for line, code, message in found)


def _findings(plan: Plan, text: str) -> Iterator[Finding]:
    try:
        have = load(text)
    except Unreadable as problem:
        yield problem.line, codes.WORKFLOW_NOT_THE_PLAN, f"not readable: {problem}"
        return
    if not isinstance(have, dict):
        yield 0, codes.WORKFLOW_NOT_THE_PLAN, "not a mapping"
        return
    if "\r" in text or "\t" in text:
        yield 0, codes.WORKFLOW_NOT_THE_PLAN, "there is white space that is never written"
    want = document(plan)
    settled = _with_scripts(want, have)
    if settled != have:
        yield (
            0,
            codes.WORKFLOW_NOT_THE_PLAN,
            f"what a CI system reads is not what the plan says: {_first(settled, have)}",
        )
    yield from _lines(plan, settled, text)
    yield from findings(have)


def _with_scripts(want: Any, have: Any) -> Any:
    """*want*, where each script is the one in *have* if that is the reviewed one that is wanted there."""
    if isinstance(want, dict):
        there = have if isinstance(have, dict) else {}
        return {key: _with_scripts(value, there.get(key)) for key, value in want.items()}
    if isinstance(want, list):
        items: list[Any] = have if isinstance(have, list) and len(have) == len(want) else [None] * len(want)
        return [_with_scripts(one, other) for one, other in zip(want, items, strict=True)]
    if isinstance(want, Script):
        return have if isinstance(have, str) and is_reviewed(want, have) else f"the reviewed script {want.name}"
    return want


def _first(want: Any, have: Any, at: str = "") -> str:
    """The first place where two documents differ."""
    if isinstance(want, dict) and isinstance(have, dict):
        for key in (*want, *(key for key in have if key not in want)):
            if want.get(key) != have.get(key):
                return _first(want.get(key), have.get(key), f"{at}.{key}")
    if isinstance(want, list) and isinstance(have, list) and len(want) == len(have):
        for number, (one, other) in enumerate(zip(want, have, strict=True)):
            if one != other:
                return _first(one, other, f"{at}[{number}]")
    return f"{at.lstrip('.')}: found {_shown(have)}, expected {_shown(want)}"


def _shown(value: object) -> str:
    return "nothing" if value is None else json.dumps(value, default=str, ensure_ascii=False)[:160]


def _lines(plan: Plan, want: dict[str, Any], text: str) -> Iterator[Finding]:
    """The head, the document's mark, and then every line in its place."""
    lines = text.split("\n")
    if lines.pop() != "":
        yield len(lines) + 1, codes.WORKFLOW_NOT_THE_PLAN, "the last line has no line feed"
    head = [*(f"# {line}" for line in comments(plan)), "---"]
    for number, (wanted, have) in enumerate(zip(head, lines, strict=False), start=1):
        if wanted != have:
            yield number, codes.WORKFLOW_NOT_THE_PLAN, f"found {quoted(have)}, expected {quoted(wanted)}"
    for number, wanted in differences(list(rows(want, reasons())), lines[len(head) :]):
        yield number + len(head) + 1, codes.WORKFLOW_NOT_THE_PLAN, f"the plan says {quoted(wanted)} here"
        return
