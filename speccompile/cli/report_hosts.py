"""Parts of the JSON documents that ``reports`` describes: a shared host."""

from __future__ import annotations

from typing import Literal

from typing_extensions import TypedDict

from speccompile.cli.report_finding import Finding


class SharedService(TypedDict):
    """A service of an application on a shared host, and the address at which it is reached there."""

    service: str
    image: str | None
    address: str


class SharedRoute(TypedDict):
    """Requests for a host (null: any) below a path, and the service that gets them."""

    host: str | None
    path: str
    service: str


class SharedApplication(TypedDict):
    """An application of a shared host."""

    owner: str
    app: str
    spec_digest: str | None
    services: list[SharedService]
    routes: list[SharedRoute]


class SharedSettings(TypedDict):
    """What the operator says of a shared host: the ports for plain HTTP and for HTTPS (null: none) among it."""

    host: str | None
    listen: int
    listen_tls: int | None
    trusted_proxies: list[str]


class SharedChange(TypedDict):
    """What was changed on a shared host: the application (null: there was none), and how many there are now."""

    status: Literal["ok"]
    machine: str
    state: Literal["added", "changed", "removed", "unchanged"]
    application: SharedApplication | None
    applications: int
    diagnostics: list[Finding]


class SharedHost(TypedDict):
    """The applications of a shared host."""

    status: Literal["ok"]
    machine: str
    settings: SharedSettings
    applications: list[SharedApplication]
    diagnostics: list[Finding]
