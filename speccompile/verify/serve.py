"""serve.sh, read back: the reviewed lines, by their digests, with the plan's values between them."""

from __future__ import annotations

import shlex
from collections.abc import Iterator, Mapping

from speccompile.codes import serve as codes
from speccompile.diagnostics import Diagnostic
from speccompile.plan.fpm import Fpm
from speccompile.plan.plan import Plan
from speccompile.source import Span
from speccompile.verify import place
from speccompile.verify.health_parts import Part, reviewed
from speccompile.verify.reviewed_lines import departure


def verify(plan: Plan, files: Mapping[str, str]) -> tuple[Diagnostic, ...]:
    """Findings about the scripts among *files* (path relative to the output directory → text)."""
    scripts = (service.fpm for service in plan.services if service.fpm)
    return tuple(
        finding
        for fpm in scripts
        for finding in _findings(fpm, place.on_disk(plan, fpm.script), files.get(fpm.script, ""))
    )


def _findings(fpm: Fpm, path: str, text: str) -> Iterator[Diagnostic]:
    """The first line that is not as it must be."""
    if found := departure((*_pieces(fpm), ""), text):
        yield codes.NOT_THE_PLAN.at(Span(path, found.line, 1), found.message, fix=place.FIX)


def _values(fpm: Fpm) -> dict[str, str]:
    return {
        "ROOT": fpm.root,
        "ROUTED": "true" if fpm.routed else "false",
        "CLOSED": "true" if fpm.closed else "false",
        "LISTEN": str(fpm.listen.port),
        "DRAIN": str(fpm.drain.seconds),
        "CHILDREN": str(fpm.children.number),
    }


def _pieces(fpm: Fpm) -> Iterator[str | Part]:
    """The lines with values, each in the one way in which bash reads them, and the parts around them."""
    yield "#!/bin/bash"
    yield from (f"# {line}" for line in place.header(fpm.script))
    yield reviewed("serve", "head")
    yield from (f"{name}={shlex.quote(value)}" for name, value in _values(fpm).items())
    yield reviewed("serve", "tail")
