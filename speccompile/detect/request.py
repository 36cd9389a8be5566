"""What deploy.yaml has of a recipe's request, for whoever knows the rest of it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TypeVar

from speccompile.provenance import Cause, Origin, Wanted, because
from speccompile.spec.deploy import BuiltService
from speccompile.spec.project import ServiceSpec
from speccompile.stacks.request import Request
from speccompile.stacks.steps import CODE

T = TypeVar("T")


def request_of(
    spec: ServiceSpec,
    *,
    prefix: str,
    port: Wanted[int] | None,
    health: tuple[str, str] | None,
    config: tuple[str, str] | None,
    origin: Origin,
) -> Request:
    """The request for *spec*; what is not deploy.yaml's is as ``Request`` says."""
    deploy = spec.deploy
    told, packages = (deploy.build, deploy.packages) if deploy else (None, None)
    return Request(
        archetype=spec.archetype,
        prefix=prefix,
        port=port,
        command=_wanted(deploy.command, deploy, "command") if deploy and deploy.command else None,
        to_build=_listed(packages.build if packages else (), deploy, "build"),
        to_run=_listed(packages.runtime if packages else (), deploy, "runtime"),
        health=health,
        config=config,
        arguments=frozenset(told.args) if told else frozenset(),
        secrets=frozenset(told.secrets) if told else frozenset(),
        release=deploy.steps if deploy else (),
        origin=origin,
    )


def _wanted(value: T, deploy: BuiltService, *path: str | int) -> Wanted[T]:
    return Wanted(value, because(CODE, Cause(deploy.at(*path))))


def _listed(names: Iterable[str], deploy: BuiltService | None, of: str) -> tuple[Wanted[str], ...]:
    return tuple(_wanted(name, deploy, "packages", of, at) for at, name in enumerate(names)) if deploy else ()
