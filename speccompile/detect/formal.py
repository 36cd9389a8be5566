"""Whether the formal specification that an assertion names is there, and is about it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from speccompile.codes.evidence import FORMAL_ELSEWHERE, FORMAL_NOWHERE
from speccompile.detect.evidence_inputs import formal_file
from speccompile.diagnostics import Diagnostic, quoted
from speccompile.project.tree import Tree
from speccompile.spec.manifest import Assertion
from speccompile.spec.project import ServiceSpec


def misplaced(services: Sequence[ServiceSpec], root: Tree) -> Iterator[Diagnostic]:
    """A finding for each confirmed assertion whose ``formalSpec`` leads nowhere, or to something else, for all of *services* that have it."""
    sharing: dict[str, list[ServiceSpec]] = {}
    for spec in services:
        sharing.setdefault(spec.manifest_path, []).append(spec)
    for group in sharing.values():
        for one in group[0].manifest.assertions:
            if one.is_active() and one.formal_spec:
                found = [_misplaced(one, spec, root) for spec in group]
                yield from filter(None, found[:1] if all(found) else ())


def stated(assertion: Assertion, spec: ServiceSpec, root: Tree) -> str | None:
    """The text in which *assertion* is stated formally; None where there is none, or it mentions neither its id nor its entity."""
    text = _lines(assertion, spec, root)
    return text if text is not None and _is_about(assertion, text) else None


def line_numbers(assertion: Assertion) -> tuple[range, ...]:
    """The lines that its ``formalSpec`` names, the first being 1; none where it names the whole file."""
    lines = assertion.formal_spec.lines if assertion.formal_spec else None
    pairs = [part.strip().partition("-") for part in lines.split(",")] if lines else []
    return tuple(range(int(first), int(last or first) + 1) for first, _, last in pairs)


def _misplaced(one: Assertion, spec: ServiceSpec, root: Tree) -> Diagnostic | None:
    file = one.formal_spec.file if one.formal_spec else ""
    if formal_file(one, spec, root) is None:
        message = f"{one.id} is stated formally in {quoted(file)}, which is not in the project"
        fix = "correct the path, which counts from the project's root, or take `formalSpec` out"
        return FORMAL_NOWHERE.at(one.at("formal_spec", "file"), message, fix=fix)
    text = _lines(one, spec, root)
    where = f"{file}:{one.formal_spec.lines}" if one.formal_spec and one.formal_spec.lines else file
    if text is None:
        message = f"{one.id} is stated formally in {quoted(where)}, and the file has no such lines"
        return FORMAL_NOWHERE.at(one.at("formal_spec", "lines"), message, fix="correct the lines, or take them out")
    if not _is_about(one, text):
        about = one.id + (f" nor {quoted(one.entity)}" if one.entity else "")
        message = f"{quoted(where)}, in which {one.id} is said to be stated formally, does not mention {about}"
        fix = f"write {one.id} into a comment there, or correct `formalSpec`"
        return FORMAL_ELSEWHERE.at(one.at("formal_spec", "file"), message, fix=fix)
    return None


def _lines(assertion: Assertion, spec: ServiceSpec, root: Tree) -> str | None:
    path = formal_file(assertion, spec, root)
    text = root.read(path) if path else None
    if text is None:
        return None
    wanted = line_numbers(assertion)
    if not wanted:
        return text
    lines = text.splitlines()
    if any(one.stop - 1 > len(lines) or not one for one in wanted):
        return None
    return "\n".join(line for one in wanted for line in lines[one.start - 1 : one.stop - 1])


def _is_about(assertion: Assertion, text: str) -> bool:
    words = filter(None, (assertion.id, assertion.entity))
    return any(re.search(rf"(?<![A-Za-z0-9]){re.escape(word)}(?![0-9])", text, re.IGNORECASE) for word in words)
