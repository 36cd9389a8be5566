"""What a stack asks of the operator: what compose asks, but for files of secrets and digests, which a stack names in other ways."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from speccompile.plan.plan import Plan
from speccompile.plan.repository import TAG
from speccompile.plan.workload import Parameter, Secret, Supplied
from speccompile.provenance import merged
from speccompile.realise.compose_plan import Built, ComposePlan, Container
from speccompile.realise.swarm_plan import Task

NODE = "DATA_NODE"
"""The parameter with the node where the volumes are."""

_NODE = "host name of the node that has the data, as `docker node ls` shows it: volumes stay where they are"
_AT = "what pins the image {image}: @sha256: and 64 hexadecimal digits; empty: the digest that the tag has when the stack is deployed"
_NAME = "name of the swarm's secret with {what}"


def at(pin: str) -> str:
    """The parameter of what pins an image, where compose has *pin*: there the digits alone, here all that stands behind the tag."""
    return f"{pin.removesuffix('_DIGEST')}_AT"


def secret_name(secret: str) -> str:
    """The parameter of the name that *secret* has in the swarm."""
    return f"{secret.upper().replace('-', '_')}_SECRET"


def parameters(plan: Plan, told: ComposePlan, tasks: Sequence[Task]) -> Iterator[Parameter]:
    """All that the stack of *tasks* asks for; *told* is what compose asks for."""
    containers = [one.container for one in tasks]
    known = {one.name: one for one in told.parameters}
    yield from (known[name] for name in sorted({name for one in containers for name in _kept(one)}))
    for name, image in sorted({pair for one in containers for pair in _pinned(one)}):
        yield replace(known[name], name=at(name), purpose=_AT.format(image=image), example="")
    used = {use.name for one in containers for use in one.secrets}
    yield from (_named(plan, one, known[one.parameter]) for one in plan.secrets if one.name in used)
    held = [(one.container.name, one.pinned) for one in tasks if one.pinned]
    if held:
        yield Parameter(
            name=NODE,
            purpose=_NODE,
            default=None,
            example="node-1",
            requested_by=tuple(sorted(name for name, _ in held)),
            origin=merged(one.origin for _, one in held),
        )


def _kept(container: Container) -> Iterator[str]:
    """What is asked for as in compose: variables, published ports, and of images built here where and by which tag they are found."""
    yield from (one.parameter for one in container.environment if isinstance(one, Supplied))
    yield from (one.port for one in container.publish)
    if isinstance(container.image, Built):
        yield from (container.image.repository.parameter, TAG)


def _pinned(container: Container) -> Iterator[tuple[str, str]]:
    """The parameter of its image's digest, and the image."""
    image = container.image
    if isinstance(image, Built):
        yield image.repository.pin, image.repository.name
    elif not image.base.digest:
        yield image.pin, image.base.reference


def _named(plan: Plan, secret: Secret, file: Parameter) -> Parameter:
    what = file.purpose.removeprefix("path of a file with ")
    return replace(
        file, name=secret_name(secret.name), purpose=_NAME.format(what=what), example=f"{plan.app}-{secret.name}-1"
    )
