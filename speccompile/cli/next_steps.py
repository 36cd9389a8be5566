"""The commands to run after ``generate``."""

from __future__ import annotations

import posixpath
import shlex
from collections.abc import Iterator

from speccompile.cli.workspace import Compiled
from speccompile.plan.package import Ecosystem
from speccompile.plan.plan import Plan
from speccompile.plan.proxy import Route

_COMPOSE = "docker-compose.yml"


def next_steps(compiled: Compiled) -> tuple[str, ...]:
    """Commands, to be run from where this one was started."""
    plan = compiled.compilation.plan
    return (
        *_library(compiled),
        *(_running(compiled) if plan.services and _COMPOSE not in compiled.left_out else ()),
        "commit the artifacts and speccompile.lock",
    )


def _at(compiled: Compiled, path: str) -> str:
    """*path*, which counts from the output directory, as an argument of a command."""
    return shlex.quote(compiled.workspace.seen(posixpath.join(compiled.lock.output, path)))


def _running(compiled: Compiled) -> Iterator[str]:
    plan = compiled.compilation.plan
    compose = f"docker compose -f {_at(compiled, _COMPOSE)}"
    if any(slot.default is None for slot in plan.slots):
        if compiled.is_there(".env"):
            yield f"see that {_at(compiled, '.env')}, which is there, has what {_at(compiled, '.env.example')} asks for"
        else:
            yield f"cp {_at(compiled, '.env.example')} {_at(compiled, '.env')}, and fill in what it asks for"
    missing = [path for path in (f"secrets/{secret.name}" for secret in plan.secrets) if not compiled.is_there(path)]
    if missing:
        files = " ".join(_at(compiled, path) for path in missing)
        yield f"create the secret files {files}, readable by the containers' users (.env.example says how)"
    for service in plan.services:
        if service.role in ("server", "worker"):
            continue
        yield f"{compose} build {service.name}"
        yield f"{compose} run --rm {service.name}"
        if service.schedule:
            yield f"install the schedule: see the head of {_at(compiled, 'crontab')}"
    if any(service.role in ("server", "worker") for service in plan.services):
        yield f"{compose} up --build --wait"
    if any(store.backup for store in plan.stores):
        yield f"install the crontab, without which no backup is made: see the head of {_at(compiled, 'crontab')}"
    if plan.proxy:
        route = next(one for one in plan.proxy.routes if not one.part)
        host = f" -H {shlex.quote('Host: ' + route.host)}" if route.host else ""
        yield f"curl{host} http://127.0.0.1:{plan.proxy.listen}{_asked(plan, route)}"


def _asked(plan: Plan, route: Route) -> str:
    """What can be asked for through the proxy: the health path where it lies below the route, else the route itself."""
    path = next((s.health.probe.path for s in plan.services if s.name == route.service and s.health), None)
    if path is None or route.path == "/":
        return path or route.path
    if route.strip:
        return route.path.rstrip("/") + path
    return path if path.startswith(f"{route.path.rstrip('/')}/") else route.path


def _library(compiled: Compiled) -> Iterator[str]:
    for package in compiled.compilation.plan.packages:
        name = "package.json" if package.ecosystem is Ecosystem.NPM else "pyproject.toml"
        yield f"review {_at(compiled, f'{name}.patch')} if there is one, and apply it: git apply {_at(compiled, f'{name}.patch')}"
        yield f"copy the publishing workflow from {_at(compiled, '')} to .github/workflows/"
