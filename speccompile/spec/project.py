"""Everything that a project's specs say, put together: what the front ends give and the rules read."""

from __future__ import annotations

import posixpath
from collections.abc import Mapping
from dataclasses import field
from typing import TYPE_CHECKING

from speccompile.record import record
from speccompile.source import Span
from speccompile.spec.beside import AccessoryService, Resources, StoreBackup
from speccompile.spec.deploy import BuiltService
from speccompile.spec.manifest import Manifest
from speccompile.vocabulary import ArchetypeName, Proxy, Role

if TYPE_CHECKING:
    from speccompile.spec.bindings.binding import Binding
    from speccompile.spec.environments import Environment
    from speccompile.spec.tls import Tls
    from speccompile.spec.verification import Verification


@record(kw_only=True)
class ServiceSpec:
    """A service that is built here.

    ``directory`` has its sources ("" is the project itself); ``deploy`` is None without an entry in deploy.yaml;
    ``manifest_path`` is where the manifest stands; ``at`` is where the service is named, or the manifest. ``role`` is
    server, worker, job or tool.
    """

    name: str
    directory: str
    manifest: Manifest
    deploy: BuiltService | None
    archetype: ArchetypeName
    role: Role
    evidence: Verification | None
    manifest_path: str
    at: Span


@record(kw_only=True)
class StoreSpec:
    """A backing service of a known kind; what is None the catalogue chooses; ``external`` where somebody else runs it;
    ``backed_up`` is where ``backup`` stands."""

    name: str
    kind: str
    version: str | None
    resources: Resources | None
    external: bool
    database: str | None
    user: str | None
    backup: StoreBackup | None
    backed_up: Span
    at: Span


@record(kw_only=True)
class ExternalSpec:
    """A service that somebody else runs; url None where the operator supplies it."""

    name: str
    url: str | None
    at: Span


@record(kw_only=True)
class AccessorySpec:
    """An image that runs beside the services; ``deploy`` is all that is known of it."""

    name: str
    deploy: AccessoryService


@record(kw_only=True)
class Bound:
    """What deploy.yaml decides about an assertion, and where each of its keys stands."""

    says: Binding
    at: Mapping[str, Span]


@record(kw_only=True)
class TrustedProxy:
    """Addresses of what stands in front of the proxy, and where that is said."""

    network: str
    at: Span


@record(kw_only=True)
class ErrorPageSpec:
    """A page for the errors that are called ``answer`` (a status, 4xx or 5xx): its file in the project, and where that is said."""

    answer: str
    path: str
    at: Span


@record(kw_only=True)
class EnvironmentValue:
    """A variable's value in one environment, and the line that says so."""

    variable: str
    value: str
    at: Span


@record(kw_only=True)
class EnvironmentSpec:
    """A place that the system is deployed to, and where it is named; ``values`` are those of variables that are others there."""

    name: str
    says: Environment
    at: Span
    values: tuple[EnvironmentValue, ...] = ()


@record(kw_only=True)
class ProjectSpec:
    """A project. Services, stores, accessories, externals and environments are sorted by name.

    ``registered`` is where deploy.yaml names the ``registry``, None where it names none.
    ``app`` is None where the specs give no name; ``named`` is where deploy.yaml does. ``output`` is the output directory, "." for the project
    itself, ``placed`` where deploy.yaml says so; ``announced`` is where it asks for PROXY protocol, ``buffered`` for an access log that
    is; ``proxied`` where it chooses the
    ``proxy``; ``targets`` what is generated, the usual when empty, ``chosen`` where deploy.yaml says so. ``bindings`` are by the id of the assertion.
    ``digest`` is ``sha256:…`` of what the specs say, whatever the order of keys and assertions.
    """

    app: str | None
    named: Span | None = None
    registry: str | None
    registered: Span | None
    output: str
    placed: Span | None = None
    targets: tuple[str, ...]
    chosen: Span | None = None
    trusted: tuple[TrustedProxy, ...] = ()
    tls: Tls | None = None
    announced: Span | None = None
    buffered: Span | None = None
    proxy: Proxy = "nginx"
    proxied: Span | None = None
    ipv6: bool = True
    errors: tuple[ErrorPageSpec, ...] = ()
    bindings: Mapping[str, Bound] = field(default_factory=dict)
    services: tuple[ServiceSpec, ...]
    stores: tuple[StoreSpec, ...]
    externals: tuple[ExternalSpec, ...]
    accessories: tuple[AccessorySpec, ...] = ()
    environments: tuple[EnvironmentSpec, ...] = ()
    digest: str

    @property
    def recorded(self) -> tuple[str, ...]:
        """The directories of the project in which `deploy` records releases, of this application where it has a name: no sources, and other ones after each
        deployment."""
        named = ((one.name, one.says.releases) for one in self.environments)
        inside = ((name, posixpath.normpath(place)) for name, place in named if place and "://" not in place)
        return tuple(
            posixpath.normpath(posixpath.join(place, self.app, name) if self.app else place)
            for name, place in inside
            if not place.startswith(("/", "..")) and (self.app or place != ".")
        )
