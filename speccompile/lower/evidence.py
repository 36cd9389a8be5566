"""What verification evidence still shows: nothing is claimed that it does not.

The labels com.spec-driven say "true" only where specs/verification.json records runs that passed, whose inputs are byte for byte what is
there now, and which read the manifest and every file that gets into the image; without it they say "false" and "never".
"""

from __future__ import annotations

import posixpath
from collections.abc import Callable, Iterator, Sequence

from speccompile.codes.lowering import NOT_VERIFIED
from speccompile.diagnostics import Diagnostic
from speccompile.provenance import Cause
from speccompile.record import record
from speccompile.spec.project import ServiceSpec
from speccompile.spec.verification import Run, changed, passed

CODE = "SC371"
TITLE = "evidence"

_SUFFIX = {"dafny": ".dfy", "tlc": ".tla"}
_SHOWN = 3


@record()
class Standing:
    """Whether each kind of proof stands, when the oldest of them was made, where that is written, and what is missing of it: a reason for
    each, the end of a sentence."""

    verified: bool
    dafny: bool
    tlc: bool
    at: str | None
    causes: tuple[Cause, ...]
    missing: tuple[str, ...] = ()


_NOTHING = Standing(verified=False, dafny=False, tlc=False, at=None, causes=(), missing=("there is no evidence",))


def standing(spec: ServiceSpec, digest: Callable[[str], str | None], shipped: Sequence[str], settled: bool) -> Standing:
    """What the evidence of *spec* shows; *digest* gives the digest of a file of the project now, *shipped* are the files of the image.

    Verified means: every assertion is settled, the tests and each prover that a confirmed assertion's ``formalSpec`` calls for have a
    recorded run, all recorded runs passed and read what is there now, and among what they read are the manifest and all that is shipped. A
    prover's run that did not read each file that a ``formalSpec`` of its kind names proves nothing about those assertions, so it does not
    count.
    """
    if spec.evidence is None:
        return _NOTHING
    runs = spec.evidence.runs
    flaws: dict[str, list[str]] = {run.tool: [] for run in runs}
    for run in runs:
        flaws[run.tool] += _flaws(spec, run, digest)
    needed = {"tests": "", **dict.fromkeys(_provers(spec), " and a formalSpec calls for it")}
    missing = (
        *(() if settled else ("not every assertion is settled",)),
        *(f"no run of {tool} is recorded{why}" for tool, why in needed.items() if tool not in flaws),
        *(flaw for found in flaws.values() for flaw in found),
        *_unread((spec.manifest_path, *shipped), {file.path for run in runs for file in run.inputs}),
    )
    return Standing(
        verified=not missing,
        dafny="dafny" in needed and flaws.get("dafny") == [],
        tlc="tlc" in needed and flaws.get("tlc") == [],
        at=None if missing else min(run.time for run in runs),
        causes=tuple(Cause(run.at("tool")) for run in runs),
        missing=missing,
    )


def not_verified(spec: ServiceSpec, standing: Standing) -> tuple[Diagnostic, ...]:
    """Why the evidence that there is does not make *spec*'s image verified; nothing where it does, and where there is none."""
    if spec.evidence is None or standing.verified:
        return ()
    message = f"the label of {spec.name} says verified=false: {'; '.join(standing.missing)}"
    fix = "run the verifiers again on what is there now, and record all that they read"
    return (NOT_VERIFIED.at(spec.evidence.at(), message, fix=fix),)


def _flaws(spec: ServiceSpec, run: Run, digest: Callable[[str], str | None]) -> Iterator[str]:
    if not passed(run):
        yield f"the run of {run.tool} did not pass, or counted or read nothing"
    if differing := changed(run, digest):
        yield f"{_some(differing)} changed since {run.tool} read {'it' if len(differing) == 1 else 'them'}"
    if overlooked := _overlooked(spec, run):
        yield f"{run.tool} did not read {_some(overlooked)}, which a formalSpec names"


def _unread(wanted: Sequence[str], read: set[str]) -> Iterator[str]:
    lacking = [path for path in wanted if path not in read]
    if lacking:
        yield f"no recorded run read {_some(lacking)}"


def _overlooked(spec: ServiceSpec, run: Run) -> list[str]:
    """The formal specifications that *run* is said to prove and did not read; paths are the project's or the service's."""
    given = {file.path for file in run.inputs}
    named = [file for file in _formal(spec) if file.endswith(_SUFFIX.get(run.tool, "\0"))]
    return [file for file in named if file not in given and posixpath.join(spec.directory, file) not in given]


def _formal(spec: ServiceSpec) -> Iterator[str]:
    for assertion in spec.manifest.assertions:
        if assertion.is_active() and assertion.formal_spec:
            yield assertion.formal_spec.file


def _provers(spec: ServiceSpec) -> Iterator[str]:
    for file in _formal(spec):
        yield from (tool for tool, suffix in _SUFFIX.items() if file.endswith(suffix))


def _some(paths: Sequence[str]) -> str:
    """The first of *paths*, and how many more there are."""
    more = len(paths) - _SHOWN
    return ", ".join(paths[:_SHOWN]) + (f" and {more} more" if more > 0 else "")
