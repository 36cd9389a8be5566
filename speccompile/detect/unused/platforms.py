"""What files tell other platforms about a service, by their keys."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from speccompile.codes.unused import PLATFORM_UNUSED
from speccompile.detect.unused import managers
from speccompile.detect.unused.listing import listed
from speccompile.diagnostics import Diagnostic
from speccompile.project.tree import Tree
from speccompile.source import Span
from speccompile.spec.deploy import BuiltService
from speccompile.spec.project import ServiceSpec
from speccompile.stacks.manifest import json_table, toml_table, yaml_table

_FILES = (
    ("app.json", json_table),
    ("app.yaml", yaml_table),
    ("fly.toml", toml_table),
    ("heroku.yml", yaml_table),
    ("netlify.toml", toml_table),
    ("nixpacks.toml", toml_table),
    ("railway.json", json_table),
    ("railway.toml", toml_table),
    ("render.yaml", yaml_table),
    ("vercel.json", json_table),
)
_ELSEWHERE = "elsewhere"
# Keys that say how a service is run, each with the one of deploy.yaml that says the same.
_KEYS = {
    "startCommand": "command", "start_command": "command", "entrypoint": "command", "processes": "command", "run": "command",
    "preDeployCommand": "release", "initialDeployHook": "release", "release_command": "release", "postdeploy": "release", "release": "release",
    "healthCheckPath": "health", "healthcheckPath": "health", "checks": "health", "readiness_check": "health", "liveness_check": "health",
    "mounts": "writable", "disk": "writable",
    "cronSchedule": "schedule", "schedule": "schedule", "crons": "schedule",
    "aptPkgs": "packages", "nixPkgs": "packages", "packages": "packages",
    "numReplicas": "replicas", "numInstances": "replicas", "formation": "replicas", "min_machines_running": "replicas",
    "addons": "needs", "databases": "needs",
    "headers": _ELSEWHERE, "redirects": _ELSEWHERE, "rewrites": _ELSEWHERE, "statics": _ELSEWHERE,
}  # fmt: skip
_DEEPEST = 6


def platforms(tree: Tree, spec: ServiceSpec) -> Iterator[Diagnostic]:
    """One note of what files in *tree* decide about the service *spec* and deploy.yaml does not; paths are as seen from there."""
    told, wanted = [], []
    for path, read in _FILES:
        keys = tuple(
            key for key in dict.fromkeys(_keys(read(tree.read(path)), _DEEPEST)) if not _decided(spec.deploy, key)
        )
        if keys:
            told.append((path, f"{path} ({listed(keys)})"))
            wanted += [_KEYS[key] for key in keys]
    who = "another platform"
    for path, said, key in managers.told(tree):
        if not (spec.deploy and getattr(spec.deploy, key, None)):
            told.append((path, f"{path} ({listed(said)})"))
            wanted.append(key)
            who = "another platform or program"
    if told:
        places = tuple(dict.fromkeys(key for key in wanted if key != _ELSEWHERE))
        remedies = (
            [
                f"what holds here too goes into specs/deploy.yaml: {listed(f'services.{spec.name}.{place}' for place in places)}"
            ]
            if places
            else []
        )
        remedies += ["headers, redirects and the like are the program's to send"] if _ELSEWHERE in wanted else []
        yield PLATFORM_UNUSED.at(
            Span(told[0][0]),
            f"{who} is told how {spec.name} is run, and nothing here reads it: {', '.join(text for _, text in told)}",
            fix="; ".join(remedies),
        )


def _keys(value: Any, depth: int) -> Iterator[str]:
    """The keys of ``_KEYS`` in *value* that have something, from the top."""
    if isinstance(value, dict) and depth:
        for key, held in value.items():
            if key in _KEYS and held not in (None, "", [], {}):
                yield key
            else:
                yield from _keys(held, depth - 1)
    elif isinstance(value, list) and depth:
        for one in value:
            yield from _keys(one, depth - 1)


def _decided(deploy: BuiltService | None, key: str) -> bool:
    """Whether deploy.yaml says the same of the service."""
    return bool(deploy and key in _KEYS and getattr(deploy, _KEYS[key], None))
