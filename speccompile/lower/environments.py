"""The specs as they are in an environment: what `environments` says of a service there takes the place of the service's own keys."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from speccompile.codes.meaning import MISFIT
from speccompile.detect.seen import Detected
from speccompile.diagnostics import Diagnostic
from speccompile.errors import Refused
from speccompile.lower.environment_values import valued
from speccompile.lower.lower import Surroundings, lower
from speccompile.plan.variant import Variant
from speccompile.provenance import Cause, because
from speccompile.requirements.said import Said
from speccompile.spec.beside import ProgramResources, Resources
from speccompile.spec.deploy import BuiltService
from speccompile.spec.located import Located
from speccompile.spec.model import SpecModel
from speccompile.spec.project import (
    AccessorySpec,
    EnvironmentSpec,
    EnvironmentValue,
    ProjectSpec,
    ServiceSpec,
    StoreSpec,
)

if TYPE_CHECKING:
    from speccompile.spec.environments import Environment

CODE = "SC485"
TITLE = "environments"

_KEYS = ("replicas", "resources", "routes")
_INSTEAD = {"routes": ("route",)}
"""Keys of a service that mean what another one does, and give way to it."""


def variants(
    spec: ProjectSpec, detected: Detected, said: Mapping[str, Said], around: Surroundings
) -> tuple[Variant, ...]:
    """The system in each of the environments of *spec* in which anything is other than usual; raises ``Refused`` where it cannot be so."""
    if found := tuple(_misfits(spec)):
        raise Refused(found)
    return tuple(_variant(spec, one, detected, said, around) for one in spec.environments if is_varied(one))


def _variant(
    spec: ProjectSpec, one: EnvironmentSpec, detected: Detected, said: Mapping[str, Said], around: Surroundings
) -> Variant:
    there = within(spec, one.says)
    usual, _ = lower(there, detected_within(detected, there), said, around)
    plan = valued(usual, one.values)
    apart, origin = one.says.namespace, because(CODE, Cause(one.at))
    return Variant(name=one.name, on=one.says.on, apart=apart, plan=plan, origin=origin)


def is_varied(one: EnvironmentSpec) -> bool:
    """Whether anything is said of a service there, of a variable, or of the namespace."""
    return bool(one.values or one.says.namespace or any(getattr(one.says, key) for key in _KEYS))


def values_in(spec: ProjectSpec, name: str | None) -> tuple[EnvironmentValue, ...]:
    """The values that variables have in the environment *name*; none in what holds in all."""
    return next((one.values for one in spec.environments if one.name == name), ())


def within(spec: ProjectSpec, environment: Environment) -> ProjectSpec:
    """*spec* as it is in *environment*."""
    return replace(
        spec,
        services=tuple(_service(one, environment) for one in spec.services),
        stores=tuple(_store(one, environment) for one in spec.stores),
        accessories=tuple(_accessory(one, environment) for one in spec.accessories),
    )


def only_within(spec: ProjectSpec, name: str) -> ProjectSpec:
    """*spec* as it is in its environment *name*, on the platform of that and nowhere else; raises ``Refused`` where it cannot be so."""
    if found := tuple(_misfits(spec)):
        raise Refused(found)
    there = next(one.says for one in spec.environments if one.name == name)
    return replace(within(spec, there), targets=(there.on,), environments=())


def _misfits(spec: ProjectSpec) -> Iterator[Diagnostic]:
    """Keys of an environment that a service of that kind has no use for."""
    built = {one.name for one in spec.services}
    images = {one.name for one in spec.accessories}
    useful = {
        "replicas": built,
        "resources": built | images | {one.name for one in spec.stores if not one.external},
        "routes": built,
    }
    for one in spec.environments:
        for key, names in useful.items():
            for service in getattr(one.says, key):
                if service not in names:
                    yield MISFIT.at(
                        one.says.at(key, service),
                        f"{service} has no use for `{key}`",
                        fix="take the entry out: it is no service of the kind that has this key",
                        found=f"`{key}`",
                        expected="no such key",
                        expected_by=f"the service {service}",
                    )


def detected_within(detected: Detected, spec: ProjectSpec) -> Detected:
    """*detected* with the services of *spec*: what the sources say is the same in every environment."""
    services = {one.name: one for one in spec.services}
    return replace(detected, services=tuple(replace(one, spec=services[one.spec.name]) for one in detected.services))


def _service(one: ServiceSpec, environment: Environment) -> ServiceSpec:
    said = _said(environment, one.name)
    if not said:
        return one
    own = one.deploy or BuiltService.model_validate({})
    if isinstance(there := said.get("resources"), Resources):
        said["resources"] = _resources(own.resources, there)
    return replace(one, deploy=_with(own, said, environment, one.name))


def _accessory(one: AccessorySpec, environment: Environment) -> AccessorySpec:
    said = {key: value for key, value in _said(environment, one.name).items() if key in type(one.deploy).model_fields}
    if isinstance(there := said.get("resources"), Resources):
        said["resources"] = _resources(one.deploy.resources, there)
    return replace(one, deploy=_with(one.deploy, said, environment, one.name)) if said else one


def _resources(own: ProgramResources | None, there: Resources) -> ProgramResources:
    """Those of an environment, and the graphics processors that are the same in each: both stand in one file."""
    made = ProgramResources.model_validate(there.raw)
    if own is None or own.raw is None or there.raw is None or "gpus" not in own.raw:
        return made
    raw = Located(there.raw.source, there.raw.offset)
    for of, key in (*((there.raw, key) for key in there.raw), (own.raw, "gpus")):
        raw.add(key, of.keys_at[key], of[key], of.values_at[key])
    return ProgramResources.model_validate(raw)


def _store(one: StoreSpec, environment: Environment) -> StoreSpec:
    return replace(one, resources=environment.resources.get(one.name, one.resources))


def _said(environment: Environment, service: str) -> dict[str, Any]:
    """What *environment* says of a service, by key."""
    said = {key: getattr(environment, key) for key in _KEYS}
    return {key: by_service[service] for key, by_service in said.items() if service in by_service}


def _with(own: Any, said: dict[str, Any], environment: Environment, service: str) -> Any:
    """*own* with what is *said*, which stands where the environment has it."""
    gone = [other for key in said for other in _INSTEAD.get(key, ())]
    made = own.model_copy(update={**said, **dict.fromkeys(gone)})
    return _located(made, own, environment, (service, *said), gone)


def _located(made: Any, own: SpecModel, environment: Environment, told: tuple[str, ...], gone: list[str]) -> Any:
    there, service = environment.raw, told[0]
    if there is None:
        return made
    written = Located(there.source, own.raw.offset if own.raw is not None else there.offset)
    for key, value in (own.raw or {}).items():
        if key not in gone and own.raw is not None:
            written.add(key, own.raw.keys_at[key], value, own.raw.values_at[key])
    for key in told[1:]:
        by_service = there[key]
        written.add(key, by_service.keys_at[service], by_service[service], by_service.values_at[service])
    made._raw = written  # the one place where a model is put together of two texts
    return made
