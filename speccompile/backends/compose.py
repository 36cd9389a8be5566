"""Plan → docker-compose.yml (Compose Specification), one for all services, stores and the proxy."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

from speccompile.artifacts import Artifact
from speccompile.backends import header
from speccompile.backends.compose_service import Image, block, said, service, switch, text
from speccompile.backends.escape.compose import (
    ComposeText,
    compose_digest,
    compose_optional,
    compose_pinned,
    compose_required,
)
from speccompile.backends.yaml import Entry, render
from speccompile.plan.container import Container, SecretFile, Slot
from speccompile.plan.image import Base
from speccompile.plan.node import Node
from speccompile.plan.plan import Layout, Plan, Service
from speccompile.plan.repository import LOCAL_TAG, TAG_SLOT, Repository
from speccompile.provenance import Origin, merged

TARGET = "compose"
PATH = "docker-compose.yml"


def emit(plan: Plan) -> tuple[Artifact, ...]:
    """The compose file of *plan*; nothing when nothing in it runs in a container."""
    running = tuple(sorted(_running(plan), key=lambda pair: pair[0].name))
    if not running:
        return ()
    document = _document(plan, running)
    _only_escaped(document)
    text_, origins = render(document, [(line, plan.origin) for line in header.lines(PATH)])
    return (Artifact(PATH, text_, origins, TARGET),)


def _running(plan: Plan) -> Iterator[tuple[Container, Image]]:
    """Every container with where its image comes from."""
    for built in plan.services:
        for container in built.containers:
            besides = () if container is built.container else (container.origin,)
            yield container, _build(built, plan.layout, besides)
    for store in plan.stores:
        for container in store.containers:
            yield container, _pulled(store.base, store.pin_slot)
    if plan.proxy:
        yield plan.proxy.container, _pulled(plan.proxy.base, plan.proxy.pin_slot)


def _build(built: Service, layout: Layout, besides: tuple[Origin, ...]) -> Image:
    """How the image of *built* is made for a container that is there because of *besides*, too."""
    dockerfile = "/".join(part for part in (layout.output_in_context, built.dockerfile) if part not in ("", "."))
    name, secrets = built.repository, built.image.secrets
    origin, named, placed = (merged((one, *besides)) for one in (built.image.origin, name.origin, layout.origin))
    return Image(
        said(_name(name), named),
        block(
            origin,
            context=text(layout.context or ".", placed),
            dockerfile=text(dockerfile, merged((origin, placed))),
            **(
                {"secrets": Entry([text(one.id, one.origin) for one in secrets], merged(one.origin for one in secrets))}
                if secrets
                else {}
            ),
        ),
        text(name.pull_policy, named),
    )


def _name(repository: Repository) -> ComposeText:
    """The image that is built here: its repository, tag and digest are the operator's to change."""
    place, tag = compose_optional(repository.slot, repository.name), compose_optional(TAG_SLOT, LOCAL_TAG)
    return ComposeText(f"{place}:{tag}{compose_digest(repository.pin_slot)}")


def _pulled(base: Base, slot: str) -> Image:
    return Image(
        text(base.pinned, base.origin) if base.digest else said(compose_pinned(base.reference, slot), base.origin)
    )


def _document(plan: Plan, running: Sequence[tuple[Container, Image]]) -> Entry:
    slots = {slot.name: _reference(slot) for slot in plan.slots}
    containers = [container for container, _ in running]
    parts = {
        "name": text(plan.app, plan.origin),
        "services": Entry({c.name: service(plan.app, c, image, slots) for c, image in running}, plan.origin),
        "networks": _named(
            {
                n.name: block(n.origin, **({"internal": switch(on=True, origin=n.origin)} if n.internal else {}))
                for n in plan.networks
            }
        ),
        "volumes": _volumes(containers),
        "secrets": _named({**_build_secrets(plan), **{secret.name: _secret(secret, slots) for secret in plan.secrets}}),
        "configs": _configs(containers),
    }
    return Entry({key: part for key, part in parts.items() if part is not None}, plan.origin)


def _reference(slot: Slot) -> ComposeText:
    """How the compose file refers to what the operator supplies."""
    return compose_required(slot.name) if slot.default is None else compose_optional(slot.name, slot.default)


def _secret(secret: SecretFile, slots: Mapping[str, ComposeText]) -> Entry:
    return block(secret.origin, file=said(slots[secret.slot], secret.origin))


def _build_secrets(plan: Plan) -> dict[str, Entry]:
    """What builds are handed from the environment of whoever builds."""
    mounts = [mount for built in plan.services if built.container for mount in built.image.secrets]
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


def _only_escaped(entry: Entry) -> None:
    """Raise ``TypeError`` for a string that did not come through ``escape``: compose would interpolate it."""
    value = entry.value
    if isinstance(value, str):
        if not isinstance(value, ComposeText):
            raise TypeError(f"{value!r} was not escaped for compose")
    elif isinstance(value, Mapping):
        for child in value.values():
            _only_escaped(child)
    elif isinstance(value, list | tuple):
        for child in value:
            _only_escaped(child)
