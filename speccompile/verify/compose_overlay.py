"""compose.NAME.yml and nginx.NAME.conf, read back: merged with the compose file as compose merges, they are the system of that environment."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from types import MappingProxyType
from typing import Any

from speccompile.diagnostics import Diagnostic
from speccompile.plan.plan import Plan
from speccompile.plan.variant import Variant
from speccompile.realise.compose import realised
from speccompile.realise.front_door import FrontDoor, front_door, of_environment
from speccompile.verify import caddy, compose, nginx, system
from speccompile.verify.compose_findings import entries
from speccompile.verify.overlays import as_text, headed, not_the_plan, parsed, repeated, together, unreadable
from speccompile.verify.readers.yaml import Unreadable
from speccompile.verify.system.slots import EXAMPLE

_REPLACED = ("command", "entrypoint", "test")
_DOORS = MappingProxyType({"nginx": nginx, "caddy": caddy})
_OWN, _USUAL = ("compose.", "nginx.", "Caddyfile"), ("nginx.conf", "Caddyfile")


def verify(plan: Plan, variant: Variant, files: Mapping[str, str]) -> tuple[Diagnostic, ...]:
    """Findings about the overlay of *variant* over the files of *plan*, both among *files* (path relative to the output directory → text)."""
    if not realised(variant.plan).containers:
        return ()
    return tuple(_verify(plan, variant, files))


def _verify(plan: Plan, variant: Variant, files: Mapping[str, str]) -> Iterator[Diagnostic]:
    path, door = f"compose.{variant.name}.yml", front_door(variant.plan.ingress)
    config = of_environment(door, variant.name).config if door else ""
    try:
        base, said = parsed(files, compose.PATH), parsed(files, path)
    except Unreadable as problem:
        yield unreadable(plan, path, problem)
        return
    if base is None:
        return
    use = f"It lies over docker-compose.yml: docker compose -f docker-compose.yml -f {path} up"
    if said and not headed(said, path, use):
        yield not_the_plan(plan, path, "the comments are not the generated ones")
    for place in repeated(base.data, said.data) if said else ():
        yield not_the_plan(plan, path, f"{'.'.join(place)} is said already", said.place(place) if said else (1, 1))
    merged = _merged(base.data, said.data) if said else base.data
    if door and config in files:
        if entries(entries(merged.get("configs")).get(door.kind)).get("file") != f"./{config}":
            yield not_the_plan(plan, path, f"nothing mounts {config}")
        yield from _DOORS[door.kind].of_front_door(variant.plan, of_environment(door, variant.name), files)
        merged = _merged(merged, {"configs": {door.kind: {"file": f"./{door.config}"}}})
    whole = {**files, **_example(plan, variant, files), compose.PATH: as_text(_without_ones(merged), compose.PATH)}
    yield from together(plan, path, compose.verify(variant.plan, whole))
    if door:
        whole[door.config] = _configuration(door, config, files)
        yield from together(plan, path, () if config in files else _DOORS[door.kind].verify(variant.plan, whole))
    yield from together(plan, path, system.verify(_of_compose(whole), plan.layout.output))


def _example(plan: Plan, variant: Variant, files: Mapping[str, str]) -> Mapping[str, str]:
    """.env.example without what the operator is asked for elsewhere only."""
    gone = {one.name for one in plan.parameters} - {one.name for one in variant.plan.parameters}
    if EXAMPLE not in files or not gone:
        return {}
    lines = files[EXAMPLE].split("\n")
    return {EXAMPLE: "\n".join(line for line in lines if line.partition("=")[0] not in gone)}


def _configuration(door: FrontDoor, config: str, files: Mapping[str, str]) -> str:
    """What the proxy reads there."""
    return files.get(config, files.get(door.config, ""))


def _of_compose(files: Mapping[str, str]) -> dict[str, str]:
    """Without the files of overlays, which are in it already."""
    return {path: text for path, text in files.items() if not path.startswith(_OWN) or path in _USUAL}


def _merged(base: Any, said: Any, key: str = "") -> Any:
    """As compose merges (Compose Specification, "Merge"): mappings by key, commands as a whole, other lists by adding."""
    if isinstance(base, Mapping) and isinstance(said, Mapping):
        return {
            **base,
            **{name: _merged(base[name], value, name) if name in base else value for name, value in said.items()},
        }
    if isinstance(base, list) and isinstance(said, list) and key not in _REPLACED:
        return [*base, *(one for one in said if one not in base)]
    return said


def _without_ones(data: Mapping[str, Any]) -> dict[str, Any]:
    """Where there is one of a service nothing else has to say so."""
    services = {
        name: {key: value for key, value in entries(service).items() if (key, value) != ("deploy", {"replicas": 1})}
        for name, service in entries(data.get("services")).items()
    }
    return {**data, "services": services}
