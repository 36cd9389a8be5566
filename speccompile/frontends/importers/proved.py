"""What was made of an imported file is read back by the reader of deploy.yaml: what that refuses is left out, and said.

So nothing that stands in a stranger's file gets into deploy.yaml but what a person could have written there, and what is given always loads.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable

from speccompile.codes.importing import REFUSED
from speccompile.codes.meaning import SECRET_VALUE
from speccompile.diagnostics import Diagnostic, errors
from speccompile.frontends import deploy
from speccompile.frontends.importers.variables import in_clear_text
from speccompile.frontends.importers.written import Entry, Lines, text
from speccompile.record import record

PLACE = "specs/deploy.yaml"
_WHOLE = ("image", "uses")  # without it, a service would be another kind of service


@record()
class Proved:
    """The text of deploy.yaml, what was left out of it, and whether a service is in it."""

    text: str
    findings: tuple[Diagnostic, ...]
    services: tuple[str, ...]


def proved(entries: Iterable[Entry], kinds: Collection[str]) -> Proved:
    """*entries* as a text that the reader of deploy.yaml takes; *kinds* are the backing services that there are."""
    kept = tuple(entries)
    findings: list[Diagnostic] = []
    while True:
        written, lines = text(kept)
        dropped: dict[int, Diagnostic] = {}
        for one in errors(deploy.read(written, PLACE, kinds).diagnostics):
            for index in _of(one, lines, kept):
                dropped.setdefault(index, one)
        if not dropped:
            names = dict.fromkeys(one.steps[1] for one in kept if one.steps[0] == "services")
            return Proved(written, tuple(findings), tuple(names))
        first = {one: index for index, one in sorted(dropped.items(), reverse=True)}
        left = {one.steps[1] for index, one in enumerate(kept) if index not in dropped and one.steps[0] == "services"}
        findings += [_finding(kept[index], one, left) for one, index in first.items()]
        kept = tuple(one for index, one in enumerate(kept) if index not in dropped)


def _of(diagnostic: Diagnostic, lines: Lines, kept: tuple[Entry, ...]) -> tuple[int, ...]:
    """Which entries go where *diagnostic* is followed: the one of its line, or all that are below what the line begins."""
    _, steps, entry = lines[max(0, min(diagnostic.span.line, len(lines)) - 1)]
    whole = len(steps) == 3 and steps[2] in _WHOLE
    if entry is not None and not whole:
        return tuple(index for index, one in enumerate(kept) if one is entry)
    above = steps[:2] if whole else steps
    below = tuple(index for index, one in enumerate(kept) if one.steps[: len(above)] == above)
    return below or tuple(range(len(kept)))


def _finding(entry: Entry, diagnostic: Diagnostic, left: Collection[str]) -> Diagnostic:
    """The finding about what *diagnostic* speaks against; the services that are *left* are in deploy.yaml all the same."""
    if diagnostic.code == SECRET_VALUE.id:
        return in_clear_text(entry.steps[1], f"a secret in `{entry.steps[2]}`", entry.span)
    gone = entry.steps[1] if entry.steps[0] == "services" and entry.steps[1] not in left else None
    what = f"the service {gone}" if gone else "what follows from this"
    fix = f"write the service {gone} into deploy.yaml yourself" if gone else "write it into deploy.yaml yourself"
    return REFUSED.at(
        entry.span,
        f"{what} does not fit into deploy.yaml and is left out: {diagnostic.message}",
        fix=f"{fix}: {diagnostic.fix}",
        found=diagnostic.found,
        expected=diagnostic.expected,
        expected_by=diagnostic.expected_by or "the reader of deploy.yaml",
    )
