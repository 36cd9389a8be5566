"""What messages about deploy.yaml must know of its format: every model, and a value for every key. Imported when there is something to say."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, get_args

from pydantic import BaseModel

from speccompile.frontends.bindings import EXAMPLES, binding_as_written, binding_at
from speccompile.frontends.composekeys import said_here
from speccompile.frontends.deploychecks import FORMAT
from speccompile.frontends.grammar import Grammar, Steps
from speccompile.spec.beside import AccessoryService, ExternalService, ProgramResources, Resources, StoreService
from speccompile.spec.deploy import (
    EXTERNAL,
    Build,
    BuiltService,
    Deploy,
    SecretEntry,
    TargetName,
)
from speccompile.spec.environments import PLATFORMS, Environment
from speccompile.spec.health import Health
from speccompile.spec.located import Located
from speccompile.spec.neighbours import Mount
from speccompile.spec.release import ReleaseStep
from speccompile.spec.route_keys import (
    CacheControl,
    Canary,
    Connections,
    Cors,
    Files,
    Rate,
    Redirect,
    Stream,
    Timeouts,
)
from speccompile.spec.routes import Maintenance, Route
from speccompile.spec.running import Packages
from speccompile.spec.schedule import Schedule
from speccompile.spec.tls import Acme, HostCertificate, Tls
from speccompile.vocabulary import Proxy, Role


def _shape(steps: Steps, raw: Located) -> type[BaseModel] | None:
    """The model of a service, told by its ``uses``, and of a secret's entry; None for every other mapping."""
    if steps[:1] == ("assertions",) and len(steps) > 1:
        return binding_at(steps)
    if len(steps) == 4 and steps[2] in ("secrets", "release"):
        return SecretEntry if steps[2] == "secrets" else ReleaseStep
    if steps[:1] == ("environments",):
        return _environment_shape(steps)
    if steps[:1] != ("services",) or len(steps) not in (2, 3):
        return None
    service: Any = raw["services"][steps[1]]
    if len(steps) == 3:
        return Resources if steps[2] == "resources" and "uses" in service else None
    if "uses" not in service:
        return AccessoryService if "image" in service else BuiltService
    return ExternalService if service["uses"] == EXTERNAL else StoreService


def _environment_shape(steps: Steps) -> type[BaseModel] | None:
    """The model of an environment, and of what it says of a service."""
    match steps[1:]:
        case (_,):
            return Environment
        case (_, "resources", _):
            return Resources
        case (_, "routes", _, _):
            return Route
        case _:
            return None


def _as_written(steps: Steps, raw: Mapping[str, Any]) -> Steps:
    """pydantic names the kind of a service after the service's name, the kind of an entry after a secret's number, and the field of a binding
    in its short form; nobody wrote that."""
    if steps[:1] == ("assertions",):
        return binding_as_written(steps, raw)
    written = steps[:2] + steps[3:] if len(steps) > 2 and steps[0] == "services" and steps[2] != "[key]" else steps
    if written[2:3] == ("schedule",) and not isinstance(_value(raw, written[:3]), Mapping):
        return written[:3]
    return written[:4] + written[5:] if len(written) > 4 and written[2] in ("secrets", "release") else written


def _value(raw: Mapping[str, Any], steps: Steps) -> Any:
    """What is written at *steps*; None where nothing is."""
    value: Any = raw
    for step in steps:
        value = value.get(step) if isinstance(value, Mapping) else None
    return value


GRAMMAR = Grammar(
    name=FORMAT,
    models={
        "": Deploy,
        "health": Health,
        "resources": ProgramResources,
        "route": Route,
        "routes": Route,
        "timeouts": Timeouts,
        "maintenance": Maintenance,
        "websockets": Stream,
        "events": Stream,
        "rate": Rate,
        "connections": Connections,
        "cors": Cors,
        "cache_control": CacheControl,
        "redirect": Redirect,
        "canary": Canary,
        "files": Files,
        "tls": Tls,
        "acme": Acme,
        "certificates": HostCertificate,
        "packages": Packages,
        "build": Build,
        "schedule": Schedule,
        "mounts": Mount,
    },
    words={
        "targets": get_args(TargetName),
        "on": PLATFORMS,
        "role": get_args(Role),
        "proxy": get_args(Proxy),
        "access_log": ("direct", "buffered"),
        "as": ("env", "file"),
    },
    examples={
        **EXAMPLES,
        "version": "1",
        "app": "bank",
        "registry": "ghcr.io/acme",
        "proxy": "caddy",
        "trusted_proxies": "[10.0.0.0/8]",
        "proxy_protocol": "true",
        "access_log": "buffered",
        "tls": "{certificate: TLS_CERTIFICATE, key: TLS_KEY}",
        "certificate": "TLS_CERTIFICATE",
        "key": "TLS_KEY",
        "certificates": '[{host: "*.example.com", certificate: EXAMPLE_COM_CERTIFICATE, key: EXAMPLE_COM_KEY}]',
        "oldest": '"1.3"',
        "acme": "{contact: ops@example.com}",
        "contact": "ops@example.com",
        "directory": "https://ca.example.com/acme/directory",
        "roots": "ACME_ROOTS",
        "staging": "true",
        "http3": "true",
        "hsts": "180d",
        "ipv6": "false",
        "errors": '{"404": pages/404.html}',
        "output": "generated",
        "targets": "[dockerfile, ignore]",
        "path": "services/api",
        "port": "3000",
        "assertions": "specs/assertions.json",
        "archetype": "web-service",
        "stack": "bun",
        "command": "[bun, run, dist/index.js]",
        "health": "{live: /livez, ready: /readyz}",
        "live": "/livez",
        "ready": "/readyz",
        "role": "worker",
        "heartbeat": "{file: /tmp/heartbeat}",
        "artifact": "{path: bin/api}",
        "program": "bin/api",
        "file": "/tmp/heartbeat",  # noqa: S108  # in the container
        "within": "60s",
        "release": "[[bun, run, migrate]]",
        "run": "[bun, run, migrate]",
        "reversible": "false",
        "environments": '{staging: {host: "ssh://deploy@staging.example.com"}}',
        "on": "compose",
        "NAME.host": "ssh://deploy@staging.example.com",
        "hosts": '["ssh://deploy@one.example.com"]',
        "by": "github-actions",
        "stages": '["1", "25%", all]',
        "values": "environments/staging.env",
        "context": "prod",
        "namespace": "bank",
        "releases": "oci://ghcr.io/acme/bank-releases",
        "watch": "60s",
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
        "labels": "{com.example.team: payments}",
        "extra_hosts": "{ledger.internal: 10.0.0.5}",
        "gpus": "1",
        "mounts": "[{host: /srv/media, path: /media, because: the scanner writes there}]",
        "write": "true",
        "because": "the scanner writes there",
        "networks": "[traefik_public]",
        "beside": "api",
        "replicas": "2",
        "route": "{host: bank.example.com, path: /}",
        "host": "bank.example.com",
        "strip": "true",
        "grpc": "true",
        "routes": "[{host: bank.example.com}, {path: /api}]",
        "methods": "[GET, HEAD]",
        "timeouts": "{read: 2m}",
        "connect": "2s",
        "read": "2m",
        "websockets": "{idle: 2h}",
        "events": "{idle: 2h}",
        "idle": "2h",
        "route.rate": "{count: 30, per: m}",
        "route.connections": "{count: 20}",
        "rate.status": "503",
        "connections.status": "503",
        "allow": "[10.0.0.0/8]",
        "deny": "[10.6.0.0/16]",
        "basic_auth": "STAFF_USERS",
        "cors": "{origins: [https://shop.example.com]}",
        "cors.origins": "[https://shop.example.com]",
        "compression": "true",
        "cache_control": "{static: 1d}",
        "images": "7d",
        "static": "1d",
        "html": "1m",
        "responses": "0",
        "headers": "{X-Frame-Options: DENY}",
        "route.errors": "{5xx: pages/down.html}",
        "redirect": "{to: https://www.example.com}",
        "to": "https://www.example.com",
        "status": "302",
        "files": "{directory: /app/media}",
        "files.directory": "/app/media",
        "content": "assets",
        "single_page": "true",
        "canary": "{service: next, weight: 10}",
        "service": "next",
        "weight": "10",
        "maintenance": "true",
        "packages": "{runtime: [libpq5]}",
        "packages.build": "[libpq-dev]",
        "build": "{args: {VITE_API: /api}, secrets: [NPM_TOKEN]}",
        "args": "{VITE_API: /api}",
        "runtime": "[libpq5]",
        "schedule": '"0 3 * * *"',
        "cron": '"0 3 * * *"',
        "zone": "Europe/Berlin",
        "schedule.deadline": "2h",
        "schedule.retries": "3",
        "uses": "postgres",
        "database": "orders",
        "user": "clerk",
        "image": "axllent/mailpit:v1.27",
        "check": "[/mailpit, readyz]",
        "external": "true",
        "NAME.backup": "{every: daily, keep: 14}",
        "every": "6h",
        "keep": "14",
        "url": "https://payments.example.com/status",
    },
    elsewhere=said_here,
    shape=_shape,
    steps=_as_written,
)
