"""swarm/stack.NAME.yml and swarm/nginx.NAME.conf, read back: merged with the stack as docker merges, they are the stack of that environment."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from speccompile.diagnostics import Diagnostic
from speccompile.plan.plan import Plan
from speccompile.plan.variant import Variant
from speccompile.realise.swarm import DIRECTORY, of_environment, realised
from speccompile.verify import front_door, swarm
from speccompile.verify.compose_findings import entries
from speccompile.verify.overlays import as_text, headed, not_the_plan, parsed, repeated, together, unreadable
from speccompile.verify.readers.yaml import Unreadable


def verify(plan: Plan, variant: Variant, files: Mapping[str, str]) -> tuple[Diagnostic, ...]:
    """Findings about the overlay of *variant* over the stack of *plan*, both among *files* (path relative to the output directory → text)."""
    if not realised(plan).tasks or not realised(variant.plan).tasks:
        return ()
    return tuple(_verify(plan, variant, files))


def _verify(plan: Plan, variant: Variant, files: Mapping[str, str]) -> Iterator[Diagnostic]:
    path = f"{DIRECTORY}/stack.{variant.name}.yml"
    try:
        base, said = parsed(files, swarm.PATH), parsed(files, path)
    except Unreadable as problem:
        yield unreadable(plan, path, problem)
        return
    if base is None:
        return
    use = f"It lies over stack.yml: docker stack deploy … --compose-file stack.yml --compose-file stack.{variant.name}.yml"
    if said and not headed(said, path, use):
        yield not_the_plan(plan, path, "the comments are not the generated ones")
    if said and said.data.get("version") != base.data.get("version"):
        yield not_the_plan(plan, path, "it is of another version than the stack")
    own = {key: value for key, value in said.data.items() if key not in ("version", "configs")} if said else {}
    for place in repeated(base.data, own):
        yield not_the_plan(plan, path, f"{'.'.join(place)} is said already", said.place(place) if said else (1, 1))
    merged = _merged(base.data, said.data) if said else base.data
    yield from _door(plan, variant, files, path, merged)


def _door(
    plan: Plan, variant: Variant, files: Mapping[str, str], path: str, merged: Mapping[str, Any]
) -> Iterator[Diagnostic]:
    """The whole, with the configuration that the front door has there in the place of the usual one."""
    found = realised(variant.plan)
    own = of_environment(found, variant.name)
    if own.front and own.front.config in files:
        found = own
        named = entries(entries(merged.get("configs")).get(own.front.kind)).get("file")
        if named != f"./{own.front.config.removeprefix(f'{DIRECTORY}/')}":
            yield not_the_plan(plan, path, f"nothing mounts {own.front.config}")
    if found.front:
        yield from together(plan, path, front_door.verify(variant.plan, found.front, files))
    whole = {**files, swarm.PATH: as_text(merged, swarm.PATH)}
    yield from together(plan, path, tuple(swarm.of_stack(variant.plan, found, whole)))


def _merged(base: Any, said: Any, *keys: str) -> Any:
    """As docker merges the files of a stack: mappings by key, but configs each as a whole; lists by adding."""
    if isinstance(base, Mapping) and isinstance(said, Mapping) and not _is_config(keys):
        found = {name: _merged(base[name], one, *keys, name) if name in base else one for name, one in said.items()}
        return {**base, **found}
    if isinstance(base, list) and isinstance(said, list):
        return [*base, *(one for one in said if one not in base)]
    return said


def _is_config(keys: tuple[str, ...]) -> bool:
    return len(keys) == 2 and keys[0] == "configs"
