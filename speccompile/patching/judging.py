"""What the verifiers say of patched files, laid at the door of the patch that caused it.

The files as they were emitted have been accounted for line by line, so what differs from the plan afterwards is what the patches wrote, and no
finding. What stays are the invariants: each one that a patch breaks is that patch's, and needs its consent.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import TypeAlias

from speccompile.codes import patching as codes
from speccompile.diagnostics import Diagnostic, Related
from speccompile.patching.applying import Applied, in_one_line

Judge: TypeAlias = Callable[[Mapping[str, str]], tuple[Diagnostic, ...]]
"""The findings about files, path → text."""

CLOSED_WORLD = frozenset((
    "SC911", "SC930", "SC938", "SC941", "SC961", "SC966", "SC977", "SC978", "SC986", "SC928", "SC831", "SC881", "SC861", "SC865", "SC982",
    "SC809", "SC810", "SC902", "SC906", "SC488",
))  # fmt: skip
"""«This is not the plan»: just what a patch is for."""

NOT_READ = frozenset((
    "SC910", "SC940", "SC960", "SC965", "SC970", "SC985", "SC927", "SC830", "SC880", "SC860", "SC873", "SC984",
    "SC800", "SC487",
))  # fmt: skip
"""What follows such a finding was not looked at."""


def judged(applied: Sequence[Applied], emitted: Mapping[str, str], judge: Judge) -> tuple[Diagnostic, ...]:
    """Findings about what *applied* made of the files *emitted*, all of which hold what *judge* looks for, but for what these break."""
    texts = {**emitted, **{one.after.path: one.after.text for one in applied if one.after.path in emitted}}
    if texts == dict(emitted):
        return ()
    last = _broken(judge, texts)
    if not last and not any(one.patch.allow for one in applied):
        return ()
    return tuple(_laid(applied, emitted, judge))


def _broken(judge: Judge, texts: Mapping[str, str]) -> dict[tuple[str, str, str], Diagnostic]:
    """The findings by code, file and message: their lines move with what is put above them."""
    found = (finding for finding in judge(texts) if finding.code not in CLOSED_WORLD)
    return {(finding.code, finding.span.path, finding.message): finding for finding in found}


def _laid(applied: Sequence[Applied], emitted: Mapping[str, str], judge: Judge) -> Iterator[Diagnostic]:
    """Patch after patch: what is broken with one and was not before it is its own."""
    texts, before = dict(emitted), _broken(judge, emitted)
    for one in applied:
        if one.after.path not in texts:
            continue
        texts[one.after.path] = one.after.text
        now = _broken(judge, texts)
        new = [finding for key, finding in now.items() if key not in before]
        new = [finding for finding in new if finding.code in NOT_READ] or new  # all else follows from that
        yield from (_said(one, finding) for finding in new)
        for code in sorted(set(one.patch.allow) - {finding.code for finding in new}):
            message = f"{code} is allowed here, and {one.after.path} holds it with the patch, too"
            yield codes.ALLOWED_IN_VAIN.at(one.patch.at("allow"), message, fix=f"take {code} out of `allow`")
        before = now


def _said(one: Applied, finding: Diagnostic) -> Diagnostic:
    related = (Related("the line with the patch", finding.span),)
    about = f"{finding.code}: {finding.message}"
    if finding.code in NOT_READ:
        fix = "change the patch; or make the whole file yours: " + f"`speccompile eject {finding.span.path}`"
        message = f"with the patch {finding.span.path} cannot be read back ({about})"
        return codes.NOT_READ_BACK.at(one.place, message, fix=fix, related=related)
    if finding.code in one.patch.allow:
        fix = "nothing, while that is meant"
        message = f"the patch breaks {about}; it allows that"
        return codes.ALLOWED.at(one.place, message, fix=fix, related=related)
    fix = f"change the patch, or write `allow: [{finding.code}]` beside its reason, when that is meant"
    return codes.BREAKS.at(
        one.place, f"the patch “{in_one_line(one.patch.reason)}” breaks {about}", fix=fix, related=related
    )
