"""specs/deploy.yaml into a Deploy."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any, get_args

from pydantic import BaseModel

from speccompile.frontends import bindings, yamltext
from speccompile.frontends.bindings import EXAMPLES, binding_as_written, binding_at
from speccompile.frontends.composekeys import said_here
from speccompile.frontends.deploychecks import FORMAT, objections
from speccompile.frontends.grammar import Grammar, Steps
from speccompile.frontends.reading import Read, tree_of, validated, without_echoes
from speccompile.spec.beside import AccessoryService, ExternalService, Resources, StoreService
from speccompile.spec.deploy import (
    EXTERNAL,
    Build,
    BuiltService,
    Deploy,
    Health,
    Packages,
    Route,
    SecretEntry,
    TargetName,
)
from speccompile.spec.located import Located, SourceText
from speccompile.vocabulary import Role


def _shape(steps: Steps, raw: Located) -> type[BaseModel] | None:
    """The model of a service, told by its ``uses``, and of a secret's entry; None for every other mapping."""
    if steps[:1] == ("assertions",) and len(steps) > 1:
        return binding_at(steps)
    if len(steps) == 4 and steps[2] == "secrets":
        return SecretEntry
    if len(steps) != 2 or steps[0] != "services":
        return None
    service: Any = raw["services"][steps[1]]
    if "uses" not in service:
        return AccessoryService if "image" in service else BuiltService
    return ExternalService if service["uses"] == EXTERNAL else StoreService


def _as_written(steps: Steps, raw: Mapping[str, Any]) -> Steps:
    """pydantic names the kind of a service after the service's name, the kind of an entry after a secret's number, and the field of a binding
    in its short form; nobody wrote that."""
    if steps[:1] == ("assertions",):
        return binding_as_written(steps, raw)
    written = steps[:2] + steps[3:] if len(steps) > 2 and steps[0] == "services" and steps[2] != "[key]" else steps
    return written[:4] + written[5:] if len(written) > 4 and written[2] == "secrets" else written


GRAMMAR = Grammar(
    name=FORMAT,
    models={"": Deploy, "health": Health, "resources": Resources, "route": Route, "packages": Packages, "build": Build},
    words={"targets": get_args(TargetName), "role": get_args(Role), "as": ("env", "file")},
    examples={
        **EXAMPLES,
        "version": "1",
        "app": "bank",
        "registry": "ghcr.io/acme",
        "trusted_proxies": "[10.0.0.0/8]",
        "output": "generated",
        "targets": "[dockerfile, ignore]",
        "path": "services/api",
        "port": "3000",
        "assertions": "specs/assertions.json",
        "archetype": "web-service",
        "stack": "bun",
        "command": "[bun, run, dist/index.js]",
        "health": "{path: /health}",
        "role": "worker",
        "heartbeat": "{file: /tmp/heartbeat}",
        "file": "/tmp/heartbeat",  # noqa: S108  # in the container
        "within": "60s",
        "release": "[[bun, run, migrate]]",
        "verify": "[[npm, test]]",
        "env": "{LOG_LEVEL: info}",
        "secrets": "[STRIPE_API_KEY]",
        "name": "STRIPE_API_KEY",
        "as": "env",
        "needs": "[db]",
        "retries": "3",
        "resources": "{cpus: 1, memory: 512M}",
        "cpus": "0.5",
        "memory": "512M",
        "writable": "[/app/data]",
        "replicas": "2",
        "route": "{host: bank.example.com, path: /}",
        "host": "bank.example.com",
        "strip": "true",
        "packages": "{runtime: [libpq5]}",
        "packages.build": "[libpq-dev]",
        "build": "{args: {VITE_API: /api}, secrets: [NPM_TOKEN]}",
        "args": "{VITE_API: /api}",
        "runtime": "[libpq5]",
        "schedule": '"0 3 * * *"',
        "uses": "postgres",
        "database": "orders",
        "user": "clerk",
        "image": "axllent/mailpit:v1.27",
        "check": "[/mailpit, readyz]",
        "external": "true",
        "url": "https://payments.example.com/status",
    },
    elsewhere=said_here,
    shape=_shape,
    steps=_as_written,
)


def read(text: str, path: str, kinds: Collection[str]) -> Read[Deploy]:
    """The deployment that *text* (the file *path*) describes, and everything that is wrong with it.

    *kinds* are the backing services that there are.
    """
    raw, found = tree_of(SourceText(path, text), yamltext.read)
    if raw is None:
        return Read(None, None, tuple(found))
    deploy, refused = validated(raw, Deploy, GRAMMAR)
    return Read(deploy, raw, without_echoes(found, refused, objections(raw, kinds), bindings.objections(raw, kinds)))
