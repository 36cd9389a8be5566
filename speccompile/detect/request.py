"""What deploy.yaml has of a recipe's request, for whoever knows the rest of it."""

from __future__ import annotations

from speccompile.provenance import Origin
from speccompile.spec.project import ServiceSpec
from speccompile.stacks.request import Request


def request_of(
    spec: ServiceSpec,
    *,
    prefix: str,
    port: int | None,
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
        command=deploy.command if deploy else None,
        build_packages=packages.build if packages else (),
        runtime_packages=packages.runtime if packages else (),
        health=health,
        config=config,
        arguments=frozenset(told.args) if told else frozenset(),
        secrets=frozenset(told.secrets) if told else frozenset(),
        origin=origin,
    )
