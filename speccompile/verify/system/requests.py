"""Whose fault a finding is: where the line that cannot work is there because deploy.yaml says so, or what starts the program because its
sources do, it is not the compiler's."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from speccompile.artifacts import Artifact
from speccompile.codes import system as codes
from speccompile.diagnostics import Diagnostic
from speccompile.discovery import DEPLOYS
from speccompile.paths import join
from speccompile.source import Span

_CODES = frozenset(code.id for code in codes.CODES)
_FIXES = {
    codes.ADDRESS.id: "write the name of a service of this project with its port, or the full name of a host elsewhere, with its domain; "
    "what a program is started with and `port` in deploy.yaml must be one port",
    codes.LOOPBACK.id: "listen on 0.0.0.0 (`env` or `command` in deploy.yaml); a backing service is at its name there, not at localhost",
    codes.ORDER.id: "add what is asked to the `needs` of the service that asks",
    codes.UNWRITABLE.id: "add the directory to the `writable` ones of this service",
}


def asked_for(findings: Sequence[Diagnostic], artifacts: Sequence[Artifact], output: str) -> Iterator[Diagnostic]:
    """Those of *findings* about *artifacts* in *output* that an input asked for, at the place in it that did."""
    by_path = {join(output, artifact.path): artifact for artifact in artifacts}
    for finding in findings:
        artifact = by_path.get(finding.span.path) if finding.code in _CODES else None
        asked = _asked(artifact, finding.span.line) if artifact else None
        if asked:
            fix = _FIXES.get(finding.code, "change this: with it the system that is generated cannot run")
            yield replace(finding, span=asked, fix=fix)


def _asked(artifact: Artifact, line: int) -> Span | None:
    """The place in deploy.yaml that is the closest reason for *line*; of what a Dockerfile starts, whichever place is."""
    causes = [cause.span for origin in artifact.origins.get(line, ())[:1] for cause in origin.causes]
    deployed = [span for span in causes if span.path in DEPLOYS]
    return next(iter(deployed or (causes if artifact.target == "dockerfile" else [])), None)
