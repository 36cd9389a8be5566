"""What the rules decide about one service, before it is put together with the others."""

from __future__ import annotations

from speccompile.diagnostics import Diagnostic
from speccompile.plan.handover import Way
from speccompile.plan.image import Probe
from speccompile.plan.ingress import BodyLimit, Caching, Connections, Grpc, KeptAlive, Origins, Rate, Timeouts
from speccompile.plan.node import Node
from speccompile.plan.workload import (
    Limits,
    Literal,
    Port,
    Replicas,
    Restart,
    RunDeadline,
    Schedule,
    Scratch,
    Stop,
    Volume,
)
from speccompile.record import record
from speccompile.spec.routes import Route


@record(kw_only=True)
class StoreNeed(Node):
    """A backing service: its name in this project, its kind in the catalogue, the version, the limits and the names of its
    database and user where these are asked for; ``outside`` where somebody else runs it."""

    name: str
    kind: str
    version: str | None
    limits: Limits | None = None
    outside: bool = False
    database: str | None = None
    user: str | None = None


@record(kw_only=True)
class ExternalNeed(Node):
    """An API that somebody else runs; its base URL where the specs tell it."""

    name: str
    url: str | None


@record(kw_only=True)
class SecretNeed(Node):
    """A secret that the service reads: the environment name that the specs use, what it is for, and how the specs want it handed over,
    where they say so."""

    name: str
    purpose: str
    way: Way | None = None


@record(kw_only=True)
class DemandNeed(Node):
    """A variable that the sources want: whether its value is a secret, the value where nobody says otherwise (None: it must be supplied), and
    the place that asks for it."""

    name: str
    secret: bool
    default: str | None
    asker: str


@record(kw_only=True)
class Exposure(Node):
    """Whether requests come in from outside, by which ``entries``, and whether the service may go out; ``private`` is whether somebody demands
    that nothing reaches it from outside."""

    public: bool
    network: bool
    entries: tuple[Entry, ...]
    private: bool = False


@record(kw_only=True)
class Entry(Node):
    """A route: the one that a service has by itself, or one of deploy.yaml's (``said``, at ``steps`` below the service); ``grpc`` where what it
    takes are calls of gRPC."""

    host: str | None = None
    path: str = "/"
    strip: bool = False
    said: Route | None = None
    steps: tuple[str | int, ...] = ()
    grpc: Grpc | None = None


@record(kw_only=True)
class Traffic(Node):
    """What the proxy enforces for the service; ``parts`` are paths that have limits of their own."""

    timeouts: Timeouts
    rate: Rate | None
    body: BodyLimit
    connections: Connections | None = None
    kept_alive: KeptAlive | None = None
    origins: Origins | None = None
    caching: Caching | None = None
    parts: tuple[Part, ...] = ()


@record(kw_only=True)
class Part(Node):
    """What the proxy enforces below one path of the service."""

    path: str
    traffic: Traffic


@record(kw_only=True)
class Draft(Node):
    """The decisions so far; each rule returns a new draft."""

    stores: tuple[StoreNeed, ...] = ()
    externals: tuple[ExternalNeed, ...] = ()
    secrets: tuple[SecretNeed, ...] = ()
    environment: tuple[Literal, ...] = ()
    demands: tuple[DemandNeed, ...] = ()
    port: Port | None = None
    probe: Probe | None = None
    traffic: Traffic | None = None
    exposure: Exposure
    stop: Stop
    limits: Limits
    restart: Restart
    replicas: Replicas
    state: tuple[Volume, ...] = ()
    scratch: tuple[Scratch, ...] = ()
    schedule: Schedule | None = None
    deadline: RunDeadline | None = None
    notes: tuple[Diagnostic, ...] = ()
