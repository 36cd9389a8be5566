"""The commands to run after ``generate``."""

from __future__ import annotations

import posixpath
import shlex
from collections.abc import Callable, Collection, Iterator
from importlib import import_module

from speccompile.cli.workspace import Compiled
from speccompile.plan.ingress import Redirect, Route
from speccompile.plan.package import Ecosystem
from speccompile.plan.plan import Plan
from speccompile.plan.tls import Acme
from speccompile.realise.front_door import front_door
from speccompile.realise.proxies import CADDY_ADMIN
from speccompile.realise.published import opened

_OF_IMAGES = ("swarm", "quadlet")
_OF_A_COMMIT = ("kubernetes",)
"""Platforms that take pushed images: only a commit's own are pushed."""

_COMPOSE, _STACK, _UNITS = "docker-compose.yml", "swarm/stack.yml", "quadlet/parameters.env.example"
_MANIFESTS = "kubernetes/base/kustomization.yaml"
# How a front door is told to read its configuration and its certificate again.
_RELOADS = {
    "nginx": "nginx -s reload",
    "caddy": f"caddy reload --force --config /etc/caddy/Caddyfile --adapter caddyfile --address unix/{CADDY_ADMIN}",
}
_BAKE, _WORKFLOW, _MACHINE = "bake/docker-bake.hcl", "github-actions/deploy.yml", "terraform/main.tf"


def next_steps(compiled: Compiled, is_there: Callable[[str], bool]) -> tuple[str, ...]:
    """Commands, to be run from where this one was started. *is_there* tells of a path in the output directory whether anything has that name."""
    names = [one.platform for one in compiled.compilation.platforms]
    return (
        *_library(compiled),
        *_of("compose", compiled, is_there),
        *_before_builds(compiled, names),
        *(step for name in names if name in _OF_IMAGES for step in _of(name, compiled, is_there)),
        *_delivering(compiled),
        "commit the artifacts and speccompile.lock",
        *(step for name in names if name in _OF_A_COMMIT for step in _of(name, compiled, is_there)),
    )


def follow_from_files(compiled: Compiled) -> bool:
    """Whether the steps follow from the compilation, and from what is there in the output directory: for other platforms more is asked, such as what
    was allowed on this machine."""
    on = {one.platform for one in compiled.compilation.platforms}
    return on == {"compose"} and not any(one.path == _WORKFLOW for one in compiled.compilation.artifacts)


def _before_builds(compiled: Compiled, names: Collection[str]) -> Iterator[str]:
    """What `speccompile build` wants, here or in the workflow."""
    delivered = any(one.path == _WORKFLOW for one in compiled.compilation.artifacts)
    if not delivered and not {*_OF_IMAGES, *_OF_A_COMMIT} & set(names):
        return
    builds = import_module("speccompile.cli.next_builds")
    if delivered:
        yield from builds.stops(compiled, "the workflow's builds stop")
    elif not builds.is_allowed(compiled):
        yield from builds.stops(compiled, "builds stop")


def _of(platform: str, compiled: Compiled, is_there: Callable[[str], bool]) -> Iterator[str]:
    """What starts the system there, where its files are generated."""
    paths = compiled.compilation.there
    if platform == "compose" and _COMPOSE in paths:
        yield from _running(compiled, is_there)
    elif platform == "swarm" and _STACK in paths:
        yield from _stack(compiled)
    elif platform == "kubernetes" and _MANIFESTS in paths:
        yield from import_module("speccompile.cli.next_kubernetes").applied(compiled)
    elif platform == "quadlet" and _UNITS in paths:
        yield from _units(compiled, contained=any(path.endswith(".container") for path in paths))


def _stack(compiled: Compiled) -> Iterator[str]:
    """A stack takes images from a registry, and its variables from whoever deploys it."""
    plan, where = compiled.compilation.plan, _at(compiled, posixpath.dirname(_STACK))
    if plan.services:
        yield "speccompile build, and speccompile push where the swarm has more nodes than this one"
    yield f"cp {where}/.env.example {where}/.env, fill in what it asks for, and create the swarm's secrets as it says"
    yield f"cd {where} && set -a && . ./.env && set +a && docker stack deploy --with-registry-auth --prune -c stack.yml {plan.app}"


def _units(compiled: Compiled, contained: bool) -> Iterator[str]:
    """Podman takes images from its own store or a registry, and programs need none; the example of the operator's file has the commands."""
    if contained and compiled.compilation.plan.services:
        yield "speccompile build --engine podman"
    secrets = "create Podman's secrets" if contained else "give programs their secrets"
    yield f"install the units and {secrets} as the head of {_at(compiled, _UNITS)} says"


def _at(compiled: Compiled, path: str) -> str:
    """*path*, which counts from the output directory, as an argument of a command."""
    return shlex.quote(compiled.workspace.seen(posixpath.join(compiled.lock.output, path)))


def _running(compiled: Compiled, is_there: Callable[[str], bool]) -> Iterator[str]:
    plan = compiled.compilation.plan
    compose = f"docker compose -f {_at(compiled, _COMPOSE)}"
    if any(one.default is None for one in plan.parameters):
        if is_there(".env"):
            yield f"see that {_at(compiled, '.env')}, which is there, has what {_at(compiled, '.env.example')} asks for"
        else:
            yield f"cp {_at(compiled, '.env.example')} {_at(compiled, '.env')}, and fill in what it asks for"
    missing = [path for path in (f"secrets/{secret.name}" for secret in plan.secrets) if not is_there(path)]
    if missing:
        files = " ".join(_at(compiled, path) for path in missing)
        yield f"create the secret files {files}, readable by the containers' users (.env.example says how)"
    if any(service.role in ("server", "worker") for service in plan.services):
        yield f"{compose} up --build --wait"
    yield from _elsewhere(compiled, compose)
    yield from _reached(plan, compose)
    # What ends may talk to what stays up.
    for service in plan.services:
        if service.role in ("server", "worker"):
            continue
        yield f"{compose} build {service.name}"
        yield f"{compose} run --rm {service.name}"
        if service.schedule:
            yield f"install the schedule: see the head of {_at(compiled, 'crontab')}"
    if any(store.backup for store in plan.stores):
        yield f"install the crontab, without which no backup is made: see the head of {_at(compiled, 'crontab')}"


def _elsewhere(compiled: Compiled, compose: str) -> Iterator[str]:
    """How the system is started in the environments in which it is another one."""
    paths = {artifact.path for artifact in compiled.compilation.artifacts}
    for variant in compiled.compilation.variants:
        path = f"compose.{variant.name}.yml"
        if path in paths:
            yield f"in {variant.name}: {compose} -f {_at(compiled, path)} up --build --wait"


def _reached(plan: Plan, compose: str) -> Iterator[str]:
    """How the front door is tried out, and what it is told of a new certificate."""
    front = front_door(plan.ingress)
    if front is None:
        calls = {route.service for route in plan.ingress.routes if route.grpc} if plan.ingress else set()
        for one in opened(plan):
            asked = one.name not in calls
            yield (
                f"curl http://127.0.0.1:{one.default}/" if asked else f"make a call of gRPC at 127.0.0.1:{one.default}"
            )
        return
    whole: list[Route | Redirect] = [*(one for one in front.routes if not one.part), *front.redirects]
    whole.sort(key=lambda one: isinstance(one, Route) and one.grpc is not None)
    # At the path of a directory of files there is no file.
    passed = [one for one in whole if isinstance(one, Redirect) or not one.files]
    route = next(iter(passed or whole), None)
    if isinstance(route, Route) and route.grpc:
        yield _called(route, front.listen_tls if front.tls else front.listen, encrypted=front.tls is not None)
    elif route and front.tls:
        yield _asked_by_tls(_one_of(route.host), front.listen_tls, _asked(plan, route))
    elif route:
        host = f" -H {shlex.quote(f'Host: {_one_of(route.host)}')}" if route.host else ""
        yield f"curl{host} {shlex.quote(f'http://127.0.0.1:{front.listen}{_asked(plan, route)}')}"
    if front.tls and isinstance(front.tls.certified, Acme):
        yield (
            f"let {', '.join(front.hosts)} lead to this host and set {front.port}=80, {front.tls_port}=443 and {front.address}=0.0.0.0 "
            "in .env: whoever gives certificates asks there"
        )
    elif front.tls:
        yield f"after each renewal of the certificate, written into the same files: {compose} exec {front.workload.name} {_RELOADS[front.kind]}"


def _one_of(host: str | None) -> str | None:
    """*host*, or a name that is of that pattern."""
    return f"any{host[1:]}" if host and host.startswith("*.") else host


def _called(route: Route, port: int, *, encrypted: bool) -> str:
    """Clients of gRPC are the programs of whoever calls: there is none that everybody has."""
    host = f", for the authority {_one_of(route.host)}" if route.host else ""
    below = f", of a method below {route.path}" if route.path != "/" else ""
    return f"make a call of gRPC at 127.0.0.1:{port}, {'over' if encrypted else 'without'} TLS{host}{below}"


def _asked_by_tls(host: str | None, port: int, path: str) -> str:
    """The certificate is for the host; without one it is for whatever name this machine has."""
    if host is None:
        return f"curl --insecure {shlex.quote(f'https://127.0.0.1:{port}{path}')}"
    return f"curl --resolve {shlex.quote(f'{host}:{port}:127.0.0.1')} {shlex.quote(f'https://{host}:{port}{path}')}"


def _asked(plan: Plan, route: Route | Redirect) -> str:
    """What can be asked for through the proxy: the health path where it lies below the route, else the route itself."""
    if isinstance(route, Redirect):
        return route.path
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


def _delivering(compiled: Compiled) -> Iterator[str]:
    """What the files are for that are chosen besides a platform's."""
    paths = compiled.compilation.there
    if _BAKE in paths:
        yield f"see that bake reads it: docker buildx bake --print -f {_at(compiled, _BAKE)}"
    if _WORKFLOW in paths:
        yield f"copy the workflow {_at(compiled, _WORKFLOW)} to .github/workflows/ at the repository's root, and see its head for what that needs"
    if _MACHINE in paths:
        yield f"tofu -chdir={_at(compiled, posixpath.dirname(_MACHINE))} init, then plan and apply"
