"""Plan → compose.NAME.yml, what differs of the compose file in one environment, and nginx.NAME.conf or Caddyfile.NAME where the front door does.

`docker compose -f docker-compose.yml -f compose.NAME.yml` merges the two (Compose Specification, "Merge"): mappings by key, commands as a whole, other
lists by adding to them. A proxy has no overlays: its configuration is whole, and compose is told of another file.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from speccompile.artifacts import Artifact
from speccompile.backends import caddy, header, nginx
from speccompile.backends.compose import document, only_escaped
from speccompile.backends.compose_service import block, number, text
from speccompile.backends.overlay import Keys, Overlay, difference, named
from speccompile.backends.yaml import Entry, render
from speccompile.plan.plan import Plan
from speccompile.plan.variant import Variant
from speccompile.provenance import Origin, merged
from speccompile.realise.compose import realised
from speccompile.realise.front_door import FrontDoor, front_door, of_environment

TARGET = "compose"
_REPLACED = ("command", "entrypoint", "test")


def emit(plan: Plan, variant: Variant) -> Overlay:
    """The overlay of *variant* over the files of *plan*; no file where nothing differs."""
    there, usual = realised(variant.plan), realised(plan)
    if not there.containers:
        return Overlay(())
    door = _door(plan, variant)
    said = difference(document(plan, usual), document(variant.plan, there), _REPLACED)
    alone = {keys[1]: _one(variant, keys[1]) for keys in said.unsayable if _is_count(keys)}
    unsayable = tuple(named([keys for keys in said.unsayable if not _is_count(keys)]))
    entry = _put_together(said.entry, alone, door)
    if entry is None or unsayable:
        return Overlay((), unsayable)
    only_escaped(entry)
    path = f"compose.{variant.name}.yml"
    whole = [(line, merged((plan.origin, variant.origin))) for line in (*header.lines(path), _use(path))]
    text_, origins = render(entry, whole)
    return Overlay((Artifact(path, text_, origins, TARGET), *((door,) if door else ())))


def _use(path: str) -> str:
    return f"It lies over docker-compose.yml: docker compose -f docker-compose.yml -f {path} up"


def _door(plan: Plan, variant: Variant) -> Artifact | None:
    """The configuration of the front door, where it is another one than usual."""
    there, usual = front_door(variant.plan.ingress), front_door(plan.ingress)
    if there is None:
        return None
    made = _written(of_environment(there, variant.name))
    same = usual is not None and _written(of_environment(usual, variant.name)).text == made.text
    return None if same else made


def _written(front: FrontDoor) -> Artifact:
    return caddy.written(front) if front.kind == "caddy" else nginx.written(front)


def _is_count(keys: Keys) -> bool:
    """Whether a service has more than one instance usually, and one here: which is said, as nothing can be taken away."""
    return len(keys) == 3 and keys[0] == "services" and keys[2] == "deploy"


def _one(variant: Variant, service: str) -> Origin:
    found = realised(variant.plan).container(service)
    return found.replicas.origin if found else variant.origin


def _put_together(said: Entry | None, alone: Mapping[str, Origin], door: Artifact | None) -> Entry | None:
    """What is *said*, that services are *alone*, and where the front door's configuration is."""
    parts: dict[str, Entry] = dict(said.value) if said and isinstance(said.value, Mapping) else {}
    if alone:
        services = _entries(parts.get("services"))
        for name, why in alone.items():
            deploy = block(why, replicas=number(1, why))
            services[name] = Entry({**_entries(services.get(name)), "deploy": deploy}, why)
        parts["services"] = Entry(
            {name: services[name] for name in sorted(services)}, merged(one.origin for one in services.values())
        )
    if door:
        why = merged(_origins(door))
        parts["configs"] = block(why, **{door.target: block(why, file=text(f"./{door.path}", why))})
    return Entry(parts, merged(one.origin for one in parts.values())) if parts else None


def _entries(entry: Entry | None) -> dict[str, Entry]:
    return dict(entry.value) if entry is not None and isinstance(entry.value, Mapping) else {}


def _origins(artifact: Artifact) -> Iterator[Origin]:
    for origins in artifact.origins.values():
        yield from origins
