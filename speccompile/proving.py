"""Whether artifacts are what the plan says: each by its own verifier, and all together as the system that they make."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import TypeAlias

from speccompile.artifacts import Artifact
from speccompile.diagnostics import Diagnostic, in_order
from speccompile.overlays import is_overlay, verified
from speccompile.plan.plan import Plan
from speccompile.plan.variant import Variant
from speccompile.record import record
from speccompile.service_files import Alone, Made, emitted, proved
from speccompile.targets import DEFAULT, Target
from speccompile.verify import consistency, system

Findings: TypeAlias = Callable[
    [Plan, tuple[Artifact, ...], tuple[Target, ...], tuple[Variant, ...], Iterable[Diagnostic]], tuple[Diagnostic, ...]
]
"""Finds what is wrong with a plan's artifacts, of the targets and in the environments given, besides what is known of files of one service each."""


@record()
class Proof:
    """How artifacts are made and proved: those of one service, and then all together."""

    of_service: Callable[[Alone], Made]
    of_all: Findings


def verify_files(
    plan: Plan, files: Mapping[str, str], targets: tuple[Target, ...], there: tuple[Variant, ...] = ()
) -> tuple[Diagnostic, ...]:
    """Findings about *files* (path relative to the output directory → text), fresh or from the disk: each against *plan*, and where all
    targets were chosen, all of them together as the system that they make, in the environments *there*, too."""
    usual = _usual(files)
    of_services = (finding for target in targets if target.apart for finding in target.verify(plan, usual))
    return _verified(plan, files, targets, there, of_services)


def _verified(
    plan: Plan,
    files: Mapping[str, str],
    targets: tuple[Target, ...],
    there: tuple[Variant, ...],
    of_services: Iterable[Diagnostic],
) -> tuple[Diagnostic, ...]:
    """The same, where findings about files that follow from one service each are known."""
    usual, overlays = _usual(files), verified(plan, there, targets, files)
    alone = (finding for target in targets if not target.apart for finding in target.verify(plan, usual))
    return in_order((*of_services, *alone, *together(plan, files, targets), *overlays))


def together(plan: Plan, files: Mapping[str, str], targets: tuple[Target, ...]) -> tuple[Diagnostic, ...]:
    """Findings about *files* as the one system that they make; none where that is not all of it."""
    return system.verify(_usual(files), plan.layout.output) if _is_whole(targets) else ()


def _usual(files: Mapping[str, str]) -> dict[str, str]:
    """Those that are of no environment alone."""
    return {path: text for path, text in files.items() if not is_overlay(path)}


def _is_whole(targets: tuple[Target, ...]) -> bool:
    """Whether *targets* are, together, a system that compose can run."""
    return set(DEFAULT) <= set(targets)


def _found(
    plan: Plan,
    artifacts: tuple[Artifact, ...],
    targets: tuple[Target, ...],
    there: tuple[Variant, ...],
    of_services: Iterable[Diagnostic],
) -> tuple[Diagnostic, ...]:
    """Findings about *artifacts*: each against *plan*, and all together."""
    files = {artifact.path: artifact.text for artifact in artifacts}
    return (
        *_verified(plan, files, targets, there, of_services),
        *(consistency.verify(plan, artifacts) if _is_whole(targets) else ()),
    )


def _nothing_found(*_: object) -> tuple[Diagnostic, ...]:
    return ()


PROVED = Proof(proved, _found)
"""What is written is made so."""

UNPROVED = Proof(emitted, _nothing_found)
"""For who looks at the plan. What is said to hold an assertion is read back from the artifacts all the same, by ``standings``."""
