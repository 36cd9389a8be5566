"""Plan → swarm/stack.NAME.yml, what differs of the stack in one environment, and swarm/nginx.NAME.conf or Caddyfile.NAME where the front door does.

`docker stack deploy --compose-file stack.yml --compose-file stack.NAME.yml` merges the two: mappings by key, lists by adding to them; a config as a whole
(docker/cli, cli/compose/loader/merge.go). So a config is said with its file and its name.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from speccompile.artifacts import Artifact
from speccompile.backends import header
from speccompile.backends.compose import only_escaped
from speccompile.backends.overlay import Overlay, difference, named
from speccompile.backends.swarm import configured, stack
from speccompile.backends.yaml import Entry, render
from speccompile.plan.plan import Plan
from speccompile.plan.variant import Variant
from speccompile.provenance import merged
from speccompile.realise.swarm import DIRECTORY, of_environment, realised
from speccompile.realise.swarm_plan import SwarmPlan

TARGET = "swarm"


def emit(plan: Plan, variant: Variant) -> Overlay:
    """The overlay of *variant* over the stack of *plan*; no file where nothing differs."""
    usual, there = realised(plan), realised(variant.plan)
    if not usual.tasks or not there.tasks:
        return Overlay(())
    apart = _has_another_door(usual, there, variant)
    there = of_environment(there, variant.name) if apart else there
    configuration = configured(there)
    base, other = stack(usual, configured(usual)), stack(there, configuration)
    said = difference(base, other, ())
    if said.entry is None or said.unsayable:
        return Overlay((), tuple(named(said.unsayable)))
    entry = _whole(said.entry, base, other)
    only_escaped(entry)
    path = f"{DIRECTORY}/stack.{variant.name}.yml"
    why = merged((plan.origin, variant.origin))
    text, origins = render(entry, [(line, why) for line in (*header.lines(path), _use(variant.name))])
    return Overlay((Artifact(path, text, origins, TARGET), *(configuration if apart else ())))


def _use(name: str) -> str:
    return f"It lies over stack.yml: docker stack deploy … --compose-file stack.yml --compose-file stack.{name}.yml"


def _has_another_door(usual: SwarmPlan, there: SwarmPlan, variant: Variant) -> bool:
    """Whether the front door is configured in another way; the head of the file says what it is called, and does not count."""
    mine, theirs = (of_environment(one, variant.name) for one in (usual, there))
    return [one.text for one in configured(mine)] != [one.text for one in configured(theirs)]


def _whole(said: Entry, base: Entry, other: Entry) -> Entry:
    """*said*, with what only together makes a file of a stack: its version, and all of a config."""
    parts, every = _entries(said), _entries(other)
    if "configs" in parts:
        configs = {name: _entries(every["configs"])[name] for name in _entries(parts["configs"])}
        parts["configs"] = replace(parts["configs"], value=configs)
    return replace(said, value={"version": _entries(base)["version"], **parts})


def _entries(entry: Entry) -> dict[str, Entry]:
    return dict(entry.value) if isinstance(entry.value, Mapping) else {}
