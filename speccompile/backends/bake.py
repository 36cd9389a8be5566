"""Plan → bake/docker-bake.hcl (Docker's bake file reference), one target for each image that is built here.

HCL and not JSON: only HCL has comments, so that the file itself says that it is generated, how it is used, and what is not in it; and in a string of
a JSON bake file ``${`` begins a template just the same. Arguments of builds stand in the Dockerfiles (ARG) and are not said twice.
"""

from __future__ import annotations

import posixpath
from collections.abc import Iterator

from speccompile.artifacts import Artifact
from speccompile.backends import header
from speccompile.backends.escape.hcl import (
    HclText,
    hcl_chosen,
    hcl_comment,
    hcl_joined,
    hcl_name,
    hcl_string,
    hcl_strings,
)
from speccompile.backends.escape.shell import quoted
from speccompile.backends.jinja import render
from speccompile.backends.losing import gives_nothing
from speccompile.diagnostics import Diagnostic
from speccompile.plan.node import Node
from speccompile.plan.plan import Layout, Plan, Service
from speccompile.plan.repository import LOCAL_TAG, TAG
from speccompile.provenance import merged
from speccompile.record import record

TARGET = "bake"
PATH = "bake/docker-bake.hcl"
GROUP = "default"


@record(kw_only=True)
class _Variable(Node):
    name: HclText


@record(kw_only=True)
class _Placed(Node):
    context: HclText
    dockerfile: HclText


@record(kw_only=True)
class _Secrets(Node):
    listed: HclText


@record(kw_only=True)
class _Named(Node):
    tags: HclText


@record(kw_only=True)
class _Target(Node):
    name: HclText
    placed: _Placed
    platforms: HclText
    secrets: _Secrets | None
    named: _Named


@record(kw_only=True)
class _Document(Node):
    header: tuple[HclText, ...]
    use: tuple[HclText, ...]
    variables: tuple[_Variable, ...]
    names: HclText
    targets: tuple[_Target, ...]


def emit(plan: Plan) -> tuple[Artifact, ...]:
    """The bake file of *plan*; nothing when no image is built."""
    if not plan.services:
        return ()
    document = _Document(
        header=tuple(hcl_comment(line) for line in header.lines(PATH)),
        use=tuple(hcl_comment(line) for line in _use(plan.layout)),
        variables=tuple(_variables(plan)),
        names=hcl_strings(_name(service) for service in plan.services),
        targets=tuple(_target(plan.layout, service) for service in plan.services),
        origin=merged((plan.origin, plan.layout.origin, *(service.origin for service in plan.services))),
    )
    text, origins = render("bake/docker-bake.hcl.j2", HclText, document)
    return (Artifact(PATH, text, origins, TARGET),)


def loses(plan: Plan) -> tuple[Diagnostic, ...]:
    """What of *plan* the file cannot hold: it holds all that is built."""
    return () if plan.services else (gives_nothing(plan, TARGET, "no image is built here"),)


def _use(layout: Layout) -> Iterator[str]:
    """How the file is used. Bake's paths count from where it is started, not from the file."""
    file = posixpath.normpath(posixpath.join(layout.output, PATH))
    context = _context(layout)
    allowed = f" --allow=fs.read={context}" if context != "." else ""
    yield f"From the project's directory: docker buildx bake -f {quoted(file)}{allowed}"
    yield "Several platforms at once want a builder that can: docker buildx create --driver docker-container --use"
    yield "Labels that say which commit this is and what was verified are put on by `speccompile build` alone; arguments are in the Dockerfiles."


def _context(layout: Layout) -> str:
    """The build context as seen from the project."""
    return "/".join([".."] * len(layout.project_in_context.split("/"))) if layout.project_in_context else "."


def _name(service: Service) -> str:
    """What the target of *service* is called: a name with an underscore is no service's, and the group's name is taken."""
    return f"{GROUP}_image" if service.name == GROUP else service.name


def _variables(plan: Plan) -> Iterator[_Variable]:
    """The operator's choice: one tag for all, another repository for each."""
    yield _Variable(name=hcl_name(TAG), origin=merged(service.repository.origin for service in plan.services))
    for service in plan.services:
        yield _Variable(name=hcl_name(service.repository.parameter), origin=service.repository.origin)


def _target(layout: Layout, service: Service) -> _Target:
    image, place = service.image, service.repository
    dockerfile = posixpath.join(layout.output_in_context, service.dockerfile)
    mounts = image.secrets
    secrets = _Secrets(
        listed=hcl_strings(f"type=env,id={mount.id},env={mount.id}" for mount in mounts),
        origin=merged(mount.origin for mount in mounts),
    ) if mounts else None  # fmt: skip
    tag = hcl_joined(hcl_chosen(place.parameter, place.name), ":", hcl_chosen(TAG, LOCAL_TAG))
    return _Target(
        name=hcl_name(_name(service)),
        placed=_Placed(
            context=hcl_string(_context(layout)),
            dockerfile=hcl_string(dockerfile),
            origin=merged((image.origin, layout.origin)),
        ),
        platforms=hcl_strings(service.platforms),
        secrets=secrets,
        named=_Named(tags=HclText(f"[{tag}]"), origin=place.origin),
        origin=service.origin,
    )
