"""What verification evidence still shows: nothing is claimed that it does not.

The labels com.spec-driven say "true" only where specs/verification.json records runs that passed and whose inputs are byte for byte
what is there now; without it they say "false" and "never".
"""

from __future__ import annotations

import posixpath
from collections.abc import Callable, Iterator

from speccompile.provenance import Cause
from speccompile.record import record
from speccompile.spec.project import ServiceSpec
from speccompile.spec.verification import Run, still_holds

CODE = "SC371"
TITLE = "evidence"

_SUFFIX = {"dafny": ".dfy", "tlc": ".tla"}


@record()
class Standing:
    """Whether each kind of proof stands, when the oldest of them was made, and where that is written."""

    verified: bool
    dafny: bool
    tlc: bool
    at: str | None
    causes: tuple[Cause, ...]


_NOTHING = Standing(verified=False, dafny=False, tlc=False, at=None, causes=())


def standing(spec: ServiceSpec, read: Callable[[str], str | None], settled: bool) -> Standing:
    """What the evidence of *spec* shows; *read* gives the text of a file of the project now.

    Verified means: every assertion is settled, the tests and each prover that a confirmed assertion's ``formalSpec`` calls for have a
    recorded run, and all recorded runs passed and read what is there now. A prover's run that did not read each file that a
    ``formalSpec`` of its kind names proves nothing about those assertions, so it does not count.
    """
    if spec.evidence is None:
        return _NOTHING
    runs = spec.evidence.runs
    holding = {run.tool for run in runs if still_holds(run, read) and _read_all(spec, run)}
    broken = {run.tool for run in runs} - holding
    needed = {"tests", *_provers(spec)}
    verified = settled and needed <= holding and not broken
    return Standing(
        verified=verified,
        dafny="dafny" in holding,
        tlc="tlc" in holding,
        at=min(run.time for run in runs) if verified else None,
        causes=tuple(_causes(runs)),
    )


def _read_all(spec: ServiceSpec, run: Run) -> bool:
    """Whether *run* read every formal specification that it is said to prove; paths are the project's or the service's."""
    given = {file.path for file in run.inputs}
    return all(
        file in given or posixpath.join(spec.directory, file) in given
        for file in _formal(spec)
        if file.endswith(_SUFFIX.get(run.tool, "\0"))
    )


def _formal(spec: ServiceSpec) -> Iterator[str]:
    for assertion in spec.manifest.assertions:
        if assertion.is_active() and assertion.formal_spec:
            yield assertion.formal_spec.file


def _provers(spec: ServiceSpec) -> Iterator[str]:
    for file in _formal(spec):
        yield from (tool for tool, suffix in _SUFFIX.items() if file.endswith(suffix))


def _causes(runs: tuple[Run, ...]) -> Iterator[Cause]:
    for run in runs:
        yield Cause(run.at("tool"))
