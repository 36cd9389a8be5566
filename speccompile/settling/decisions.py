"""A decision about one assertion, and what the file that holds it says with it."""

from __future__ import annotations

import json
import posixpath
from collections.abc import Callable, Mapping
from typing import Any, TypeAlias

from speccompile.catalog import CATALOG
from speccompile.codes.binding import NO_PLACE
from speccompile.diagnostics import Diagnostic, errors
from speccompile.discovery import DEPLOYS
from speccompile.errors import Refused
from speccompile.frontends import deploy as deploy_format
from speccompile.record import record
from speccompile.settling.bindings import NEW, with_binding
from speccompile.settling.statuses import with_status
from speccompile.source import Span

Read: TypeAlias = Callable[[str], str | None]
"""Gives the text of a file of the project; None where there is none."""


@record(kw_only=True)
class Decision:
    """That *assertion* of the *manifest* gets a ``status``, or its ``binding`` these keys."""

    assertion: str
    manifest: str
    status: str | None = None
    binding: Mapping[str, Any] | None = None


@record()
class Revision:
    """The file at *path* with its text *before* (None: it is not there) and *after* a decision."""

    path: str
    before: str | None
    after: str


def revision(decision: Decision, read: Read) -> Revision:
    """What *decision* makes of the specs that *read* gives; raises ``Refused`` where they would be wrong, or no place is found."""
    if decision.status is not None:
        text = read(decision.manifest)
        changed = with_status(text, decision.assertion, decision.status) if text is not None else None
        if text is None or changed is None:
            raise Refused([_no_place(decision, decision.manifest, f'"status": "{decision.status}"')])
        return Revision(decision.manifest, text, changed)
    return _bound(decision, read)


def _bound(decision: Decision, read: Read) -> Revision:
    there = next((path for path in DEPLOYS if read(path) is not None), None)
    path = there or posixpath.join(posixpath.dirname(decision.manifest), "deploy.yaml")
    before = read(path) if there else None
    said = decision.binding or {}
    changed = with_binding(NEW if before is None else before, decision.assertion, said)
    if changed is None:
        raise Refused([_no_place(decision, path, f"assertions: {{{decision.assertion}: {json.dumps(dict(said))}}}")])
    found = errors(deploy_format.read(changed, path, CATALOG).diagnostics)
    if found:
        raise Refused(found)
    return Revision(path, before, changed)


def _no_place(decision: Decision, path: str, text: str) -> Diagnostic:
    return NO_PLACE.at(
        Span(path),
        f"no place was found in it for the decision about {decision.assertion}",
        fix=f"write it there yourself: {text}",
    )
