"""The plan: all that is generated follows from it, and nothing else is needed."""

from __future__ import annotations

from speccompile.plan.assertions import Covered, Demand, Evidence
from speccompile.plan.delivery import Delivery
from speccompile.plan.followed import Followed
from speccompile.plan.fpm import Fpm
from speccompile.plan.handover import Handover
from speccompile.plan.image import Base, ImageRecipe, Label, Probe
from speccompile.plan.ingress import Ingress
from speccompile.plan.node import Node
from speccompile.plan.package import Package
from speccompile.plan.repository import Repository
from speccompile.plan.site import Site
from speccompile.plan.workload import Parameter, Port, Schedule, Secret, Workload
from speccompile.record import record
from speccompile.vocabulary import ArchetypeName, Language, Protocol, Role


@record(kw_only=True)
class Layout(Node):
    """Where things are. All paths have forward slashes and no trailing one; "" and "." both mean "here".

    ``output`` is the output directory as seen from the project; ``context`` the build context as seen from the
    output directory (``..``); ``output_in_context`` the output directory as seen from the context. ``names`` is how many names of
    the directories down to the project all this (and the application's name) depends on.
    """

    output: str
    context: str
    output_in_context: str
    project_in_context: str
    names: int


@record(kw_only=True)
class Dependent(Node):
    """A thing that a server needs and that its health module probes: protocol is what its health module speaks: that of a kind of
    store, http or https, or tcp, which connects and says nothing.

    ``variable`` is the environment name that holds its URL, which begins with ``scheme://`` whatever form the program itself wants.
    ``password`` is the environment name that holds the path of a file with the password; "" where the URL itself carries it, or there is none.
    What is not ``critical`` (somebody else's API) is reported, but does not make the service unhealthy.
    """

    name: str
    protocol: Protocol
    variable: str
    password: str = ""
    critical: bool


@record(kw_only=True)
class HealthModule(Node):
    """The generated health module: a file, where it is in the image, how it is run, and what readiness needs."""

    path: str
    target: str
    language: Language
    argv: tuple[str, ...]
    probe: Probe
    port: int
    needs: tuple[Dependent, ...]


@record(kw_only=True)
class Process(Node):
    """One more workload of a service's image: a worker, or a step of its release, which ends."""

    workload: Workload
    ends: bool


@record(kw_only=True)
class Denied(Node):
    """That the sources say otherwise than somebody promises: the kind of demand, its value, and what they say; ``instead`` is the value
    that they have, where they have one."""

    kind: str
    value: str
    why: str
    instead: str | None


@record(kw_only=True)
class Service(Node):
    """A service that is built here, whose ``role`` is server, worker, job or tool.

    ``directory`` is where its sources are, seen from the context; ``dockerfile`` and ``ignorefile`` are relative to
    the output directory. ``site`` is there where all that runs is a web server, ``fpm`` where it is PHP behind one. ``processes`` run in
    the same image. ``denied`` is what the sources say otherwise than is promised. ``tested`` is whether deploy.yaml says how its tests are run.
    """

    name: str
    archetype: ArchetypeName
    role: Role
    directory: str
    dockerfile: str
    ignorefile: str
    image: ImageRecipe
    repository: Repository
    labels: tuple[Label, ...]
    workload: Workload | None
    health: HealthModule | None
    schedule: Schedule | None
    platforms: tuple[str, ...]
    site: Site | None = None
    fpm: Fpm | None = None
    processes: tuple[Process, ...] = ()
    denied: tuple[Denied, ...] = ()
    tested: bool = False

    def denies(self, kind: str, value: object) -> Denied | None:
        """What its sources say against a demand of that *kind*, if they do."""
        return next((one for one in self.denied if (one.kind, one.value) == (kind, str(value))), None)

    @property
    def port(self) -> Port | None:
        """Where its server listens."""
        return self.workload.port if self.workload else None

    @property
    def workloads(self) -> tuple[Workload, ...]:
        """All that run in its image."""
        return (*((self.workload,) if self.workload else ()), *(one.workload for one in self.processes))

    @property
    def programs(self) -> tuple[Workload, ...]:
        """The same without the steps of a release, which are over when the service runs."""
        return (*((self.workload,) if self.workload else ()), *(one.workload for one in self.processes if not one.ends))


@record(kw_only=True)
class Backup(Node):
    """What copies a store, in a workload of the store's image, and when."""

    workload: Workload
    schedule: Schedule


ACCESSORY = "image"


@record(kw_only=True)
class Store(Node):
    """What is pulled: its kind in the catalogue (``ACCESSORY`` for any other image), its image, the parameter of a digest that pins it, its
    workload, and what copies its data."""

    kind: str
    base: Base
    pin: str
    workload: Workload
    backup: Backup | None = None

    @property
    def workloads(self) -> tuple[Workload, ...]:
        """All that run in its image."""
        return (self.workload, *((self.backup.workload,) if self.backup else ()))


@record(kw_only=True)
class External(Node):
    """An API or a store that somebody else runs; the parameter holds its URL, and ``port`` is the one that is called: specs tell it, or it is ``assumed``
    to be the one that such a thing usually has."""

    name: str
    parameter: str
    port: int
    assumed: bool


@record(kw_only=True)
class Version(Node):
    """A version that was chosen, and where the choice comes from (``package.json engines.bun``, ``default``)."""

    name: str
    value: str
    source: str


@record(kw_only=True)
class Plan(Node):
    """Everything that will be generated, in sorted order. ``constraints`` are what the manifests' constraints demand."""

    app: str
    layout: Layout
    services: tuple[Service, ...]
    stores: tuple[Store, ...]
    externals: tuple[External, ...]
    ingress: Ingress | None
    packages: tuple[Package, ...]
    secrets: tuple[Secret, ...]
    handovers: tuple[Handover, ...] = ()
    parameters: tuple[Parameter, ...]
    versions: tuple[Version, ...]
    assertions: tuple[Covered, ...]
    constraints: tuple[Demand, ...] = ()
    evidence: tuple[Evidence, ...] = ()
    deliveries: tuple[Delivery, ...] = ()
    followed: tuple[Followed, ...] = ()
