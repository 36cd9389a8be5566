"""Plan → terraform/*.tf and a cloud-init file (OpenTofu, or Terraform): one machine at AWS with the front door, and nothing else.

All that comes of a plan stands in ``locals`` and in the defaults of variables; the rest is the same for every project, and reviewed. The files that the
machine starts from are read from beside this directory, and no value of a secret gets into any file: the machine reads it from Parameter Store.
"""

from __future__ import annotations

import posixpath

from speccompile.artifacts import Artifact
from speccompile.backends import header
from speccompile.backends.escape.hcl import HclText, hcl_comment, hcl_numbers, hcl_object, hcl_string, hcl_strings
from speccompile.backends.escape.shell import quoted
from speccompile.backends.jinja import render
from speccompile.backends.terraform.following import ECR, readable, registry
from speccompile.backends.terraform.losses import losses, runs
from speccompile.backends.terraform.sizing import SIZES, architecture, containers, size
from speccompile.diagnostics import Diagnostic
from speccompile.plan.node import Node
from speccompile.plan.plan import Plan
from speccompile.provenance import merged
from speccompile.realise.compose import realised
from speccompile.realise.front_door import TLS_PORT
from speccompile.record import record
from speccompile.regex import regex

TARGET = "terraform"
DIRECTORY = "terraform"
_WEB = (80, 443)
"""What the machine itself calls: registries, Debian's and Ubuntu's packages, AWS."""
_DOMAIN = regex(r"(?:[a-z0-9](?:[a-z0-9-]*[a-z0-9])?\.)+[a-z]{2,}\Z")


@record(kw_only=True)
class _Value(Node):
    value: HclText


@record(kw_only=True)
class _Registry(Node):
    host: HclText
    repositories: HclText


@record(kw_only=True)
class _Plain(Node):
    header: tuple[HclText, ...]


@record(kw_only=True)
class _Variables(Node):
    header: tuple[HclText, ...]
    region: _Value | None
    size: _Value
    domain: _Value | None
    ports: _Value
    environment: _Value


@record(kw_only=True)
class _Main(Node):
    header: tuple[HclText, ...]
    use: tuple[HclText, ...]
    app: HclText
    architecture: _Value
    files: _Value
    door: _Value
    registry: _Registry
    secret_files: _Value
    stores: _Value
    variables: _Value


def emit(plan: Plan) -> tuple[Artifact, ...]:
    """The files of *plan*; none when nothing of it runs by itself."""
    if not runs(plan):
        return ()
    return (
        _plain(plan, "cloud-init.yaml.tftpl"),
        _artifact("main.tf", _main(plan)),
        _plain(plan, "outputs.tf"),
        _artifact("variables.tf", _variables(plan)),
        _plain(plan, "versions.tf"),
    )


def loses(plan: Plan) -> tuple[Diagnostic, ...]:
    """What of *plan* one machine cannot hold."""
    return tuple(losses(plan))


def _path(name: str) -> str:
    return f"{DIRECTORY}/{name}"


def _header(name: str) -> tuple[HclText, ...]:
    return tuple(hcl_comment(line) for line in header.lines(_path(name)))


def _artifact(name: str, document: Node) -> Artifact:
    text, origins = render(f"terraform/{name}.j2", HclText, document)
    return Artifact(_path(name), text, origins, TARGET)


def _plain(plan: Plan, name: str) -> Artifact:
    return _artifact(name, _Plain(header=_header(name), origin=plan.origin))


def _main(plan: Plan) -> _Main:
    parameters = {one.name: one for one in realised(plan).parameters}
    files = {secret.parameter for secret in plan.secrets}
    asked = [one for one in parameters.values() if one.default is None and one.name not in files]
    return _Main(
        header=_header("main.tf"),
        use=tuple(hcl_comment(line) for line in _use(plan)),
        app=hcl_string(plan.app),
        architecture=_value(hcl_string(architecture(plan)), plan, *plan.services),
        files=_files(plan),
        door=_door(plan),
        registry=_registry(plan),
        secret_files=_value(
            hcl_object({secret.name: secret.parameter for secret in plan.secrets}),
            plan,
            *plan.secrets,
            *(parameters[secret.parameter] for secret in plan.secrets),
        ),
        stores=_stores(plan),
        variables=_value(hcl_strings(sorted(one.name for one in asked)), plan, *asked),
        origin=plan.origin,
    )


def _use(plan: Plan) -> tuple[str, ...]:
    place = posixpath.normpath(posixpath.join(plan.layout.output, DIRECTORY))
    return (
        f"From the project's directory: tofu -chdir={quoted(place)} init, then apply. The state has no secret in it, but keep it where it is not lost.",
        "The machine takes the compose file, and what that mounts, from beside this directory; a later one is brought to it, it is not made anew.",
    )


def _value(value: HclText, *nodes: Node) -> _Value:
    return _Value(value=value, origin=merged(node.origin for node in nodes))


def _files(plan: Plan) -> _Value:
    """What the machine starts from: the compose file, what is mounted from beside it, and the schedule."""
    mounted = [config for one in containers(plan) for config in one.configs]
    timed = [
        *(service.schedule for service in plan.services if service.workload and service.schedule),
        *(store.backup for store in plan.stores if store.backup),
    ]
    names = {"docker-compose.yml", *(config.source for config in mounted), *(("crontab",) if timed else ())}
    return _value(hcl_strings(sorted(names)), plan, *mounted, *timed)


def _door(plan: Plan) -> _Value:
    """What makes the proxy listen on port 80 of every address, and on 443 where it speaks TLS."""
    published = [publish for one in containers(plan) for publish in one.publish]
    settings = {one.port: "443" if one.port == TLS_PORT else "80" for one in published}
    settings |= {one.address: "0.0.0.0" for one in published}  # noqa: S104
    return _value(hcl_object(settings), plan, *published)


def _registry(plan: Plan) -> _Registry:
    """Where images are fetched, and at ECR which of them the machine may fetch."""
    named, host = [service.repository for service in plan.services], registry(plan)
    at_ecr = [place.name.partition("/")[2] for place in named] if ECR.match(host) else []
    return _Registry(
        host=hcl_string(host),
        repositories=hcl_strings(at_ecr),
        origin=merged((plan.origin, *(place.origin for place in named))),
    )


def _stores(plan: Plan) -> _Value:
    """Where the releases of each environment are that the machine can follow."""
    there = readable(plan)
    return _value(hcl_object({one.environment: one.store for one in there}), plan, *there)


def _variables(plan: Plan) -> _Variables:
    named = [service.repository for service in plan.services]
    found = ECR.match(registry(plan))
    routes = [route for route in plan.ingress.routes if route.host] if plan.ingress else []
    hosts = sorted({route.host for route in routes if route.host})
    machine = size(plan) or SIZES[-1]
    kind = machine.arm64 if architecture(plan) == "arm64" else machine.amd64
    limits = [one.limits for one in containers(plan)]
    there = readable(plan)
    alone = there[0].environment if len(there) == 1 else ""
    return _Variables(
        header=_header("variables.tf"),
        region=_value(hcl_string(found[1]), *named) if found else None,
        size=_value(hcl_string(kind), plan, *limits, *plan.services),
        domain=_value(hcl_string(hosts[0]), *routes) if len(hosts) == 1 and _DOMAIN.match(hosts[0]) else None,
        ports=_value(hcl_numbers(sorted({*_WEB, *(one.port for one in plan.externals)})), plan, *plan.externals),
        environment=_value(hcl_string(alone), plan, *there),
        origin=plan.origin,
    )
