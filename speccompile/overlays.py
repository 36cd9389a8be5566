"""Overlays: what differs in each environment, over what is generated for all of them. Adding a platform's is a module in ``backends``, one in
``verify`` and a line here."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import replace
from importlib import import_module
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, TypeAlias

from speccompile.artifacts import Artifact
from speccompile.codes import environments as codes
from speccompile.codes import values as codes_of_values
from speccompile.diagnostics import Diagnostic
from speccompile.errors import Refused
from speccompile.plan.plan import Plan
from speccompile.plan.variant import Variant
from speccompile.plan.workload import Parameter
from speccompile.realise import front_door
from speccompile.record import record
from speccompile.targets import TARGETS, Target

if TYPE_CHECKING:
    from speccompile.backends.overlay import Overlay

Emit: TypeAlias = Callable[[Plan, Variant], "Overlay"]
Verify: TypeAlias = Callable[[Plan, Variant, Mapping[str, str]], tuple[Diagnostic, ...]]


@record()
class Overlays:
    """How the overlays of a platform are emitted, and verified together with what they lie over."""

    emit: Emit
    verify: Verify


def _of(module: str, name: str) -> Callable[..., Any]:
    """The function *name* of one of our *module*s, which is imported when it is first called: a system without environments does not wait for it."""

    def call(*given: object) -> Any:
        return getattr(import_module(f"speccompile.{module}"), name)(*given)

    return call


OVERLAYS: Mapping[str, Overlays] = MappingProxyType(
    {
        "compose": Overlays(_of("backends.compose_overlay", "emit"), _of("verify.compose_overlay", "verify")),
        "swarm": Overlays(_of("backends.swarm_overlay", "emit"), _of("verify.swarm_overlay", "verify")),
        "quadlet": Overlays(_of("backends.quadlet.overlay", "emit"), _of("verify.quadlet.overlay", "verify")),
        "kubernetes": Overlays(_of("backends.kubernetes.overlay", "emit"), _of("verify.kubernetes.overlay", "verify")),
    }
)
"""By platform."""


def is_overlay(path: str) -> bool:
    """Whether the artifact at *path*, seen from the output directory, is of an overlay."""
    of_compose = path.startswith("compose.") and path.endswith(".yml")
    name = path.removeprefix("swarm/")
    of_stack = name != path and name.startswith("stack.") and name != "stack.yml"
    of_nginx = name.startswith("nginx.") and name.endswith(".conf") and name != "nginx.conf"
    apart = path.startswith(("kubernetes/overlays/", "quadlet/overlays/"))
    return of_compose or of_stack or of_nginx or name.startswith("Caddyfile.") or apart


def overlaid(
    plan: Plan, found: Sequence[Variant], wanted: Collection[Target], usual: Collection[Target]
) -> tuple[tuple[Artifact, ...], tuple[Diagnostic, ...]]:
    """The overlays of the environments *found* for *wanted* targets, and what there is to say of them; *usual* are those of the specs.

    Raises ``Refused`` where an environment would change what no overlay can.
    """
    names = {one.platform for one in wanted}
    problems = [one for variant in found for one in _everywhere(plan, variant)]
    artifacts: list[Artifact] = []
    notes: list[Diagnostic] = []
    for variant in found:
        if variant.on not in {*names, *(one.platform for one in usual)}:
            notes += _left_out(plan, variant)
        elif variant.on in names:
            made = OVERLAYS[variant.on].emit(plan, variant)
            artifacts += made.artifacts
            notes += _asked_all_the_same(plan, variant) if variant.on == "compose" else ()
            problems += [_unsayable(variant, where) for where in made.unsayable]
    if problems:
        raise Refused((*notes, *problems))
    return tuple(artifacts), tuple(notes)


def verified(
    plan: Plan, found: Sequence[Variant], wanted: Collection[Target], files: Mapping[str, str]
) -> Iterator[Diagnostic]:
    """Findings about the overlays among *files*, each together with what it lies over."""
    names = {one.platform for one in wanted}
    for variant in found:
        if variant.on in names:
            yield from OVERLAYS[variant.on].verify(plan, variant, files)


def _everywhere(plan: Plan, variant: Variant) -> Iterator[Diagnostic]:
    """What an environment would change of what is the same in all of them."""
    for target in (one for one in TARGETS if one.platform is None):
        usual = {one.path: one.text for one in target.emit(plan)}
        for one in target.emit(replace(variant.plan, parameters=_asked_of_all(plan, variant))):
            if usual.get(one.path) != one.text:
                yield _changed(variant, f"change {one.path}")
    if more := sorted(_asked(variant.plan) - _asked(plan)):
        yield _changed(variant, f"ask the operator for {', '.join(more)}")


def _asked_of_all(plan: Plan, variant: Variant) -> tuple[Parameter, ...]:
    """What the operator is asked for in every environment, where that of *variant* has its own values in their place."""
    there = {one.name for one in variant.plan.parameters}
    kept = (*variant.plan.parameters, *(one for one in plan.parameters if one.name not in there))
    return tuple(sorted(kept, key=lambda one: one.name))


def _asked_all_the_same(plan: Plan, variant: Variant) -> Iterator[Diagnostic]:
    """What compose wants a value for before it sees that the environment has one."""
    there = {one.name for one in variant.plan.parameters}
    names = sorted(one.name for one in plan.parameters if one.default is None and one.name not in there)
    if names:
        message = f"docker compose asks for {', '.join(names)} in {variant.name}, too, before it reads compose.{variant.name}.yml, which has the values"
        fix = f"nothing, where `speccompile deploy {variant.name}` deploys; else write any value into .env, which is not used there"
        yield codes_of_values.ASKED_ALL_THE_SAME.at(variant.origin.causes[0].span, message, fix=fix)


def _asked(plan: Plan) -> set[str]:
    """What the operator has to or may supply, on the platforms that bring their own front door, too."""
    return {one.name for one in (*plan.parameters, *front_door.parameters(front_door.front_door(plan.ingress)))}


def _changed(variant: Variant, what: str) -> Diagnostic:
    return codes.EVERYWHERE.at(
        variant.origin.causes[0].span,
        f"{variant.name} would {what}, and that is one for all environments",
        fix="give the service itself the key that does it (`services` in deploy.yaml), so that it holds everywhere, and take it out here",
        expected_by="the other environments",
    )


def _left_out(plan: Plan, variant: Variant) -> Iterator[Diagnostic]:
    if replace(variant.plan, assertions=plan.assertions) != plan:
        message = f"{variant.name} is on {variant.on}, whose files are not generated: what it says of services is not in the files"
        fix = f"add {variant.on} to `targets` in deploy.yaml, or take the keys out here where nothing of it is meant"
        yield codes.NO_OVERLAY.at(variant.origin.causes[0].span, message, fix=fix)


def _unsayable(variant: Variant, where: str) -> Diagnostic:
    return codes.UNSAYABLE.at(
        variant.origin.causes[0].span,
        f"{variant.name} would take {where} away, and an overlay takes nothing away",
        fix="take out here what takes it away, or take it away everywhere (`services` in deploy.yaml)",
    )
