"""The files that follow from one service alone, made and verified a service: whatever else there is in a plan, they are the same.

One thing in them is of the whole project: the digest of all specs, which is a label of each image. Files are made and verified with another digest in
its place, which is then put there. All digests have one alphabet and one length, so that what was read back is read back with any of them.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import TypeAlias

from speccompile.artifacts import Artifact
from speccompile.derived.memory import Memory
from speccompile.diagnostics import Diagnostic
from speccompile.plan.image import Label
from speccompile.plan.plan import Plan, Service
from speccompile.record import record
from speccompile.regex import regex
from speccompile.targets import NAMES, TARGETS, Target

SPEC_DIGEST = "com.spec-driven.spec-digest"
_DIGEST = regex(r"sha256:[0-9a-f]{64}")
_ANY = "sha256:" + 64 * "0"

Made: TypeAlias = tuple[Artifact | Diagnostic, ...]
"""Files, and findings about them."""


@record()
class ServiceFiles:
    """The files of all services, and findings about them."""

    artifacts: tuple[Artifact, ...]
    findings: tuple[Diagnostic, ...]


@record()
class Alone:
    """A plan with one service and nothing else, and the names of the targets that are wanted of it."""

    plan: Plan
    targets: tuple[str, ...]


def service_files(plan: Plan, wanted: Sequence[Target], memory: Memory, make: Callable[[Alone], Made]) -> ServiceFiles:
    """The files of those of the *wanted* targets whose files follow from one service each, as *make* makes them: ``proved`` or ``emitted``. What
    *memory* knows is neither made nor verified anew."""
    names = tuple(target.name for target in wanted if target.apart)
    members = tuple(one for service in plan.services for one in _of_service(plan, service, names, memory, make))
    return ServiceFiles(
        tuple(one for one in members if isinstance(one, Artifact)),
        tuple(one for one in members if isinstance(one, Diagnostic)),
    )


def _of_service(
    plan: Plan, service: Service, names: tuple[str, ...], memory: Memory, make: Callable[[Alone], Made]
) -> Made:
    digests = [one.value for one in service.labels if one.key == SPEC_DIGEST]
    if len(digests) == 1 and _DIGEST.fullmatch(digests[0]):
        common = _only(plan, replace(service, labels=tuple(map(_labelled, service.labels))))
        made = memory.part(f"files {service.name}", make, Alone(common, names))
        if sum(one.text.count(_ANY) for one in made if isinstance(one, Artifact)) <= 1:
            return tuple(_put(digests[0], one) for one in made)
    return make(Alone(_only(plan, service), names))


def _labelled(label: Label) -> Label:
    return replace(label, value=_ANY) if label.key == SPEC_DIGEST else label


def _put(value: str, one: Artifact | Diagnostic) -> Artifact | Diagnostic:
    """*one*, with the digest *value* where any could stand."""
    if isinstance(one, Artifact) and _ANY in one.text:
        return replace(one, text=one.text.replace(_ANY, value))
    return one


def _only(plan: Plan, service: Service) -> Plan:
    """*plan* as if *service* were all that there is: nothing else can enter then into what is made of it."""
    return Plan(
        app=plan.app,
        layout=replace(plan.layout, origin=service.origin),
        services=(service,),
        stores=(),
        externals=(),
        ingress=None,
        packages=(),
        secrets=(),
        parameters=(),
        versions=(),
        assertions=(),
        origin=service.origin,
    )


def emitted(alone: Alone) -> Made:
    """The files of a service alone, of which nothing is verified."""
    return tuple(one for target in _targets(alone) for one in target.emit(alone.plan))


def proved(alone: Alone) -> Made:
    """The same, and what is wrong with them."""
    targets = _targets(alone)
    artifacts = tuple(one for target in targets for one in target.emit(alone.plan))
    files = {one.path: one.text for one in artifacts}
    return (*artifacts, *(one for target in targets for one in target.verify(alone.plan, files)))


def _targets(alone: Alone) -> tuple[Target, ...]:
    return tuple(TARGETS[NAMES.index(name)] for name in alone.targets)
