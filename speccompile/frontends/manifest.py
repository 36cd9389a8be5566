"""specs/assertions.json into a Manifest."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from typing import Any, TypedDict

from speccompile.codes.meaning import DUPLICATE_ID, TEMPLATE, TWICE, UNKNOWN_ASSERTION
from speccompile.diagnostics import Diagnostic, Related
from speccompile.frontends import jsontext
from speccompile.frontends.grammar import Grammar, Steps
from speccompile.frontends.reading import Read, tree_of, validated, without_echoes
from speccompile.frontends.wording import shown, suggestion
from speccompile.spec.located import Located, LocatedList, SourceText, value_span
from speccompile.spec.manifest import CATEGORIES, SETTLED, STATUSES, TYPES, Assertion, FormalSpec, Manifest, Metadata

GRAMMAR = Grammar(
    name="the format of assertions.json",
    models={"": Manifest, "assertions": Assertion, "formalSpec": FormalSpec, "metadata": Metadata},
    words={"type": TYPES, "category": CATEGORIES, "status": STATUSES},
    examples={
        "id": '"A-001"',
        "natural": '"Account balance never goes negative"',
        "type": '"invariant"',
        "category": '"structure"',
        "status": '"confirmed"',
        "source": '"user-interview-001"',
        "assertions": "[]",
        "archetype": '"web-service"',
        "version": '"1.0.0"',
        "file": '"specs/dafny/structure.dfy"',
        "lines": '"15-16"',
        "formalSpec": '{"file": "specs/dafny/structure.dfy", "lines": "15-16"}',
        "capabilities": '{"customer": ["deposit"]}',
    },
)

_UNSETTLED = frozenset(STATUSES) - SETTLED


def read(text: str, path: str) -> Read[Manifest]:
    """The manifest that *text* (the file *path*) holds, and everything that is wrong with it."""
    raw, found = tree_of(SourceText(path, text), jsontext.read)
    if raw is None:
        return Read(None, None, tuple(found))
    manifest, objections = validated(
        raw, Manifest, lambda: GRAMMAR, skip=[("version",)] if "version" not in raw else ()
    )
    if "version" not in raw:
        objections.append(_without_version(raw))
    return Read(manifest, raw, without_echoes(found, objections, _references(raw)))


def _items(raw: Located) -> Iterator[tuple[int, Located]]:
    """The assertions of *raw* that are mappings, whatever is in them, and their indexes."""
    assertions = raw.get("assertions")
    if isinstance(assertions, LocatedList):
        yield from ((index, item) for index, item in enumerate(assertions) if isinstance(item, Located))


def _without_version(raw: Located) -> Diagnostic:
    statuses = [item.get("status") for _, item in _items(raw)]
    span = raw.source.span(raw.offset)
    if statuses and all(isinstance(status, str) and status in _UNSETTLED for status in statuses):
        return TEMPLATE.at(
            span,
            f"the manifest has no `version` and all of its {len(statuses)} assertions are unsettled; "
            "it looks like a template",
            found=f"no version, and {len(statuses)} unsettled assertions",
            expected="a semantic version",
            expected_by=GRAMMAR.name,
            fix='work through the assertions (set the status of each to "confirmed" or "denied"), '
            'then add "version": "1.0.0"',
        )
    return TEMPLATE.at(
        span,
        "the manifest has no `version`",
        fix='add "version": "1.0.0"',
        found="no version",
        expected="a semantic version",
        expected_by=GRAMMAR.name,
    )


def _references(raw: Located) -> Iterator[Diagnostic]:
    """Duplicate ids, and references to assertions that do not exist."""
    first_at: dict[str, tuple[str | int, ...]] = {}
    for index, item in _items(raw):
        name, place = item.get("id"), ("assertions", index, "id")
        if not isinstance(name, str):
            continue
        if name in first_at:
            first = Related(f"the first {shown(name)} is here", value_span(raw, first_at[name]))
            yield DUPLICATE_ID.at(
                value_span(raw, place),
                f"the id {shown(name)} belongs to an earlier assertion already",
                found=shown(name),
                expected="an id of its own",
                expected_by=GRAMMAR.name,
                fix="give this assertion an id of its own",
                related=(first,),
            )
        first_at.setdefault(name, place)
    for index, item in _items(raw):
        yield from _unknown(raw, index, item, first_at.keys())


class _Parts(TypedDict):
    found: str
    expected: str
    expected_by: str


def _parts(name: str, expected: str) -> _Parts:
    return {"found": shown(name), "expected": expected, "expected_by": GRAMMAR.name}


def _unknown(raw: Located, index: int, item: Located, known: Collection[str]) -> Iterator[Diagnostic]:
    """The references of one assertion to assertions that are not *known*, to itself, and repeated ones."""
    dependencies = item.get("dependencies")
    listed = list(dependencies) if isinstance(dependencies, LocatedList) else []
    named: list[tuple[Any, Steps]] = [(name, ("dependencies", position)) for position, name in enumerate(listed)]
    seen: set[tuple[Any, str | int]] = set()
    for name, steps in [*named, (item.get("refinedFrom"), ("refinedFrom",))]:
        if not isinstance(name, str):
            continue
        span = value_span(raw, ("assertions", index, *steps))
        what = f"{steps[0]} of {shown(str(item.get('id')))} names"
        if name not in known:
            fix = suggestion(
                name, set(known) - {item.get("id")}, "name an assertion of this manifest, or take the entry out"
            )
            yield UNKNOWN_ASSERTION.at(
                span,
                f"{what} {shown(name)}, and there is no such assertion",
                fix=fix,
                **_parts(name, "another assertion of this manifest"),
            )
        elif name == item.get("id"):
            yield UNKNOWN_ASSERTION.at(
                span,
                f"{what} the assertion itself",
                fix="take the entry out",
                **_parts(name, "another assertion of this manifest"),
            )
        elif (name, steps[0]) in seen:
            yield TWICE.at(
                span, f"{what} {shown(name)} twice", fix="take one of the two out", **_parts(name, "each entry once")
            )
        seen.add((name, steps[0]))
