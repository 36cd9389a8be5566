"""Plan → docker-compose.yml (Compose Specification), one for all services, stores and the proxy."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import assert_never

from speccompile.artifacts import Artifact
from speccompile.backends import header
from speccompile.backends.compose_service import Pull, block, said, service, switch, text
from speccompile.backends.escape.compose import (
    ComposeText,
    compose_digest,
    compose_optional,
    compose_pinned,
    compose_required,
)
from speccompile.backends.yaml import Entry, render
from speccompile.plan.node import Node
from speccompile.plan.plan import Plan
from speccompile.plan.repository import LOCAL_TAG, TAG, Repository
from speccompile.plan.workload import Parameter, Secret
from speccompile.provenance import Origin, merged
from speccompile.realise.compose import realised
from speccompile.realise.compose_plan import Built, ComposePlan, Container, Image, Network, Pulled

TARGET = "compose"
PATH = "docker-compose.yml"


def emit(plan: Plan) -> tuple[Artifact, ...]:
    """The compose file of *plan*; nothing when nothing in it runs in a container."""
    realisation = realised(plan)
    if not realisation.containers:
        return ()
    whole = document(plan, realisation)
    only_escaped(whole)
    text_, origins = render(whole, [(line, plan.origin) for line in header.lines(PATH)])
    return (Artifact(PATH, text_, origins, TARGET),)


def _image(image: Image) -> Pull:
    match image:
        case Built():
            return _built(image)
        case Pulled(base=base):
            named = (
                text(base.pinned, base.origin)
                if base.digest
                else said(compose_pinned(base.reference, image.pin), base.origin)
            )
            return Pull(named)
        case _:
            assert_never(image)


def _built(image: Built) -> Pull:
    secrets = (
        Entry([text(one.id, one.origin) for one in image.secrets], merged(one.origin for one in image.secrets))
        if image.secrets
        else None
    )
    return Pull(
        said(_name(image.repository), image.named),
        block(
            image.origin,
            context=text(image.context, image.placed),
            dockerfile=text(image.dockerfile, merged((image.origin, image.placed))),
            **({"secrets": secrets} if secrets else {}),
        ),
        text(image.pull_policy, image.named),
    )


def _name(repository: Repository) -> ComposeText:
    """The image that is built here: its repository, tag and digest are the operator's to change."""
    place, tag = compose_optional(repository.parameter, repository.name), compose_optional(TAG, LOCAL_TAG)
    return ComposeText(f"{place}:{tag}{compose_digest(repository.pin)}")


def document(plan: Plan, realisation: ComposePlan) -> Entry:
    """The compose file as objects."""
    slots = {one.name: reference(one) for one in realisation.parameters}
    containers = realisation.containers
    parts = {
        "name": text(plan.app, plan.origin),
        "services": Entry({c.name: service(c, _image(c.image), slots) for c in containers}, plan.origin),
        "networks": _named({one.name: _network(one) for one in realisation.networks}),
        "volumes": _volumes(containers),
        "secrets": _named({**_build_secrets(plan), **{secret.name: _secret(secret, slots) for secret in plan.secrets}}),
        "configs": _configs(containers),
    }
    return Entry({key: part for key, part in parts.items() if part is not None}, plan.origin)


def _network(one: Network) -> Entry:
    """A network of the project, or one that is there, by its name."""
    on = switch(on=True, origin=one.origin)
    if one.external:
        return block(one.origin, external=on, name=text(one.name, one.origin))
    return block(one.origin, **({"internal": on} if one.internal else {}))


def reference(slot: Parameter) -> ComposeText:
    """How the compose file refers to what the operator supplies."""
    return compose_required(slot.name) if slot.default is None else compose_optional(slot.name, slot.default)


def _secret(secret: Secret, slots: Mapping[str, ComposeText]) -> Entry:
    return block(secret.origin, file=said(slots[secret.parameter], secret.origin))


def _build_secrets(plan: Plan) -> dict[str, Entry]:
    """What builds are handed from the environment of whoever builds."""
    mounts = [mount for built in plan.services if built.workload for mount in built.image.secrets]
    return {name: block(origin, environment=text(name, origin)) for name, origin in _by_name((m.id, m) for m in mounts)}


def _volumes(containers: Iterable[Container]) -> Entry | None:
    found = [volume for container in containers for volume in container.volumes]
    return _named({name: block(origin) for name, origin in _by_name((v.name, v) for v in found)})


def _configs(containers: Iterable[Container]) -> Entry | None:
    found = {config.name: config for container in containers for config in container.configs}
    return _named(
        {
            name: block(found[name].origin, file=text(f"./{found[name].source}", found[name].origin))
            for name in sorted(found)
        }
    )


def _by_name(pairs: Iterable[tuple[str, Node]]) -> Iterator[tuple[str, Origin]]:
    """Each name once, sorted, with the origins of all that have it."""
    found: dict[str, list[Origin]] = {}
    for name, node in pairs:
        found.setdefault(name, []).append(node.origin)
    for name in sorted(found):
        yield name, merged(found[name])


def _named(entries: Mapping[str, Entry]) -> Entry | None:
    """A section of the document, sorted; None when it would be empty."""
    ordered = {name: entries[name] for name in sorted(entries)}
    return Entry(ordered, merged(entry.origin for entry in ordered.values())) if ordered else None


def only_escaped(entry: Entry) -> None:
    """Raise ``TypeError`` for a string that did not come through ``escape``: compose would interpolate it."""
    value = entry.value
    if isinstance(value, str):
        if not isinstance(value, ComposeText):
            raise TypeError(f"{value!r} was not escaped for compose")
    elif isinstance(value, Mapping):
        for child in value.values():
            only_escaped(child)
    elif isinstance(value, list | tuple):
        for child in value:
            only_escaped(child)
